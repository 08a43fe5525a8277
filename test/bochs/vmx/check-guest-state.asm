; Entry checks: activity, interruptibility, pending debug exceptions.
; HLT admits interrupts, NMIs, #DB and #MC only; BS agrees with TF while STI or MOV SS blocks (SDM Vol. 3C, 27.3.1.5).
; Bochs looks at neither.
;  Bochs:  HLT, #UD\n  back
;  manual: HLT, #UD\n  80000021 q=00000000
;  Bochs:  HLT, a software interrupt\n  back
;  manual: HLT, a software interrupt\n  80000021 q=00000000
;  Bochs:  MOV SS, TF 1, BS 0\n  back
;  manual: MOV SS, TF 1, BS 0\n  80000021 q=00000000
;  Bochs:  MOV SS, TF 0, BS 1\n  back
;  manual: MOV SS, TF 0, BS 1\n  80000021 q=00000000
;  Bochs:  STI, TF 1, BS 0\n  back
;  manual: STI, TF 1, BS 0\n  80000021 q=00000000
%include "vmx-common.inc"
%macro activity 2-3 0                   ; "name", activity, what is injected
        case %1
        put GUEST_RFLAGS, 0x202
        put GUEST_ACTIVITY_STATE, %2
        put ENTRY_INTERRUPTION_INFORMATION, %3
        put ENTRY_INSTRUCTION_LENGTH, 1
        enter_only
%endmacro
%macro state 4                          ; "name", interruptibility, RFLAGS, pending debug exceptions
        case %1
        put GUEST_INTERRUPTIBILITY_STATE, %2
        put GUEST_RFLAGS, %3
        put GUEST_PENDING_DEBUG_EXCEPTIONS, %4
        enter_only
%endmacro
cases:
%assign v 0
%rep 0x30
        igate v, CODE0, handler, 0x8E
%assign v v + 1
%endrep
        activity "activity state 4", 4
        activity "FFFFFFFF", -1
        activity "HLT, an interrupt", 1, 0x80000020
        activity "HLT, an NMI", 1, 0x80000202
        activity "HLT, #DB", 1, 0x80000301
        activity "HLT, #MC", 1, 0x80000312
        activity "HLT, #UD", 1, 0x80000306
        activity "HLT, a software interrupt", 1, 0x80000420
        activity "shutdown, an interrupt", 2, 0x80000020
        activity "shutdown, an NMI", 2, 0x80000202
        activity "shutdown, #MC", 2, 0x80000312
        activity "shutdown, #DB", 2, 0x80000301
        case "HLT at SS.DPL 3"
        put GUEST_ACTIVITY_STATE, 1
        put GUEST_CS_SELECTOR, CODE3
        put GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        put GUEST_SS_SELECTOR, DATA3
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        enter_only
        case "HLT while MOV SS blocks"
        put GUEST_ACTIVITY_STATE, 1
        put GUEST_INTERRUPTIBILITY_STATE, 2
        enter_only
        state "interruptibility, reserved bit 5", 0x20, 2, 0
        state "reserved bit 31", 0x80000000, 2, 0
        state "STI and MOV SS", 3, 0x202, 0
        state "STI with IF 0", 1, 2, 0
        state "STI with IF 1", 1, 0x202, 0
        state "MOV SS with IF 0", 2, 2, 0
        state "NMIs blocked", 8, 2, 0
        state "SMIs blocked outside SMM", 4, 2, 0
        state "pending debug, reserved bit 4", 0, 2, 0x10
        state "reserved bit 13", 0, 2, 0x2000
        state "reserved bit 15", 0, 2, 0x8000
        state "reserved bit 17", 0, 2, 0x20000
        state "MOV SS, TF 1, BS 0", 2, 0x102, 0
        state "MOV SS, TF 0, BS 1", 2, 2, 0x4000
        state "STI, TF 1, BS 0", 1, 0x302, 0
        finish

handler:
        cmp esp, STACK0 - 12
        je .plain
        add esp, 4
.plain: iretd
