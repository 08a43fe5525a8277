; Exits in the delivery of an event: IDT-vectoring information says which, of every type.
%include "vmx-common.inc"
cases:  mov dword [PT1 + 4 * 4], 0      ; 404000h is missing
        mov dword [idt + 0x20 * 8 + 4], 0x0E00
        mov dword [idt + 6 * 8 + 4], 0x0E00
        mov dword [idt + 3 * 8 + 4], 0x0E00
        mov dword [idt + 4 * 8 + 4], 0x0E00
        mov dword [idt + 13 * 8 + 4], 0x0E00
        mov dword [idt + 1 * 8 + 4], 0x0E00
        case "a hardware exception without error code"
        on EXCEPTION_BITMAP, 1 << 11
        go ud2
        case "with error code"
        on EXCEPTION_BITMAP, 1 << 11
        go mov ds, [bad]
        case "INT n"
        on EXCEPTION_BITMAP, 1 << 11
        go int 0x20
        case "INT n with a prefix"
        on EXCEPTION_BITMAP, 1 << 11
        go db 0x3E, 0xCD, 0x20
        case "int3"
        on EXCEPTION_BITMAP, 1 << 11
        go int3
        case "into"
        on EXCEPTION_BITMAP, 1 << 11
        guest .of
        mov al, 0x7F
        inc al
        into
        back .of
        case "int1"
        on EXCEPTION_BITMAP, 1 << 11
        go db 0xF1
        case "beyond the limit of the IDT"
        on EXCEPTION_BITMAP, 1 << 13
        go int 0x77
        case "#PF by the IDT"
        on EXCEPTION_BITMAP, 1 << 14
        put GUEST_IDTR_BASE, 0x404000
        go ud2
        case "#PF by the stack"
        on EXCEPTION_BITMAP, 1 << 14
        put GUEST_RSP, 0x404004
        go int TO_RING0
        case "#SS by the stack of the TSS"
        on EXCEPTION_BITMAP, (1 << 12) + (1 << 10)
        mov dword [tss_ss0], 0x1000
        guest .ts
        push dword FLAT
        push dword STACK3
        push dword 2
        push dword CODE3
        push dword .user
        iretd
.user:  int TO_RING0
        back .ts
        mov dword [tss_ss0], DATA0
        case "EPT violation by the IDT"
        mov dword [EPT_PT1 + 0x108 * 8], 0
        put GUEST_IDTR_BASE, 0x408000   ; physical 308000h
        go ud2
        case "EPT violation by the stack"
        mov dword [EPT_PT1 + 0x108 * 8], EPT_WB + 5
        put GUEST_RSP, 0x408010
        go int 0x30
        case "EPT violation by the TSS"
        mov dword [EPT_PT1 + 0x108 * 8], 0
        put GUEST_TR_BASE, 0x408000
        guest .tss
        push dword FLAT
        push dword STACK3
        push dword 2
        push dword CODE3
        push dword .user2
        iretd
.user2: int TO_RING0
        back .tss
        finish
bad:    dw 0x1000
