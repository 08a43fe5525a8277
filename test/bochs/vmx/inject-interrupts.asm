; Event injection: external interrupts, software interrupts and exceptions, with the pushed EIP and the gate's DPL.
%include "vmx-common.inc"
%macro inject 3
        case %1
        put ENTRY_INTERRUPTION_INFORMATION, %2
        put ENTRY_INSTRUCTION_LENGTH, %3
        put GUEST_RFLAGS, 0x202
        after skip_or_end
        guest %%back
        times 8 nop
        vmcall
%%back:
%endmacro
cases:  igate 0x21, CODE0, handler, 0x8E
        igate 0x22, CODE0, handler, 0xEE
        igate 3, CODE0, handler, 0xEE
        igate 4, CODE0, handler, 0xEE
        igate 1, CODE0, handler, 0x8E
        igate 2, CODE0, handler, 0x8E
        inject "external", 0x80000021, 0
        inject "NMI", 0x80000202, 0
        inject "software interrupt, 2 bytes", 0x80000422, 2
        inject "software interrupt, 7 bytes", 0x80000421, 7
        inject "int1, 1 byte", 0x80000501, 1
        inject "int3, 1 byte", 0x80000603, 1
        inject "into, 3 bytes", 0x80000604, 3
        case "at CPL 3 the gate's DPL counts for a software interrupt"
        put EXCEPTION_BITMAP, 1 << 13
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000421
        put ENTRY_INSTRUCTION_LENGTH, 2
        call user
        enter_only
        case "and for a software exception"
        put EXCEPTION_BITMAP, 1 << 13
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000603
        put ENTRY_INSTRUCTION_LENGTH, 1
        igate 3, CODE0, handler, 0x8E
        call user
        enter_only
        case "not for int1"
        put EXCEPTION_BITMAP, 1 << 13
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000501
        put ENTRY_INSTRUCTION_LENGTH, 1
        call user
        enter_only
        case "nor for an external interrupt"
        put EXCEPTION_BITMAP, 1 << 13
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        call user
        on GUEST_RFLAGS, 0x200
        enter_only
        finish

; The handler shows by CPUID where it is; its frame's EIP is shown here.
handler:
        cpuid
        iretd

skip_or_end:
        mov ecx, GUEST_RSP
        vmread edx, ecx
        mov eax, [edx]
        sub eax, [v_origin]
        show "  pushed EIP", eax
        mov eax, [edx + 8]
        and eax, 0x10200
        show "  pushed flags, RF and IF", eax
        mov eax, SKIP
        ret

user:   put GUEST_CS_SELECTOR, CODE3
        put GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        put GUEST_SS_SELECTOR, DATA3
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        put GUEST_RSP, STACK3
        after end_here
        ret
end_here:
        xor eax, eax
        ret
