; Entry checks: what may be injected.
; With virtual NMIs none is injected while NMIs are blocked (SDM Vol. 3C, 27.3.1.5); Bochs does not look.
;  Bochs:  the same with virtual NMIs\n  back
;  manual: the same with virtual NMIs\n  80000021 q=00000000
%include "vmx-common.inc"
%macro inject 2-4 0, 0                  ; "name", information, error code, length
        case %1
        put GUEST_RFLAGS, 0x202
        put ENTRY_INTERRUPTION_INFORMATION, %2
        put ENTRY_EXCEPTION_ERROR_CODE, %3
        put ENTRY_INSTRUCTION_LENGTH, %4
        guest %%back
        times 16 nop
        back %%back
%endmacro
cases:
%assign v 0
%rep 0x30
        igate v, CODE0, handler, 0x8E
%assign v v + 1
%endrep
        igate 8, CODE0, with_code, 0x8E
        igate 13, CODE0, with_code, 0x8E
        igate 14, CODE0, with_code, 0x8E
        igate 17, CODE0, with_code, 0x8E
        inject "not valid: nothing counts", 0x7FFFFFFF, -1, -1
        inject "type 1", 0x80000120
        inject "an NMI of vector 3", 0x80000203
        inject "an exception of vector 31", 0x8000031F
        inject "an exception of vector 32", 0x80000320
        inject "an interrupt with an error code", 0x80000820
        inject "#UD with an error code", 0x80000B06
        inject "#GP without an error code", 0x8000030D
        inject "#GP with an error code", 0x80000B0D, 0x12
        inject "#AC without an error code", 0x80000311
        inject "bit 12", 0x80001306
        inject "bit 30", 0xC0000306
        inject "error code of 17 bits", 0x80000B0D, 0x10000
        inject "error code of 16 bits", 0x80000B0D, 0xFFFF
        inject "software interrupt, length 0", 0x80000421, 0, 0
        inject "software interrupt, length 1", 0x80000421, 0, 1
        inject "software interrupt, length 15", 0x80000421, 0, 15
        inject "software interrupt, length 16", 0x80000421, 0, 16
        inject "int3, length 0", 0x80000603, 0, 0
        inject "int1, length 0", 0x80000501, 0, 0
        inject "an interrupt's length does not count", 0x80000021, 0, 99
        case "in real mode an exception has no error code"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 0x80000001
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000B0D
        enter_only
        case "an external interrupt with IF 0"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        enter_only
        case "an external interrupt while STI blocks"
        put GUEST_RFLAGS, 0x202
        put GUEST_INTERRUPTIBILITY_STATE, 1
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        enter_only
        case "an external interrupt while MOV SS blocks"
        put GUEST_RFLAGS, 0x202
        put GUEST_INTERRUPTIBILITY_STATE, 2
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        enter_only
        case "an NMI while MOV SS blocks"
        put GUEST_INTERRUPTIBILITY_STATE, 2
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        enter_only
        case "an NMI while NMIs are blocked, without virtual NMIs"
        put GUEST_INTERRUPTIBILITY_STATE, 8
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        enter_only
        case "the same with virtual NMIs"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        put GUEST_INTERRUPTIBILITY_STATE, 8
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        enter_only
        case "an exception while MOV SS blocks"
        put GUEST_INTERRUPTIBILITY_STATE, 2
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000306
        enter_only
        finish
with_code:
        add esp, 4
handler:
        iretd
