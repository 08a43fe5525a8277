; Faults in the delivery of faults: the second exits if its bit says so, two become #DF, and a third is a triple fault.
%include "vmx-common.inc"
cases:  mov dword [idt + 13 * 8 + 4], 0x0E00    ; #GP: gate not present
        mov dword [idt + 11 * 8 + 4], 0x0E00    ; #NP too
        case "#GP, then #NP exits"
        on EXCEPTION_BITMAP, 1 << 11
        go mov ds, [bad]
        case "#GP, #NP, then #DF exits"
        on EXCEPTION_BITMAP, 1 << 8
        go mov ds, [bad]
        case "#GP, #NP, #DF delivered"
        guest .df
        try "mov ds", mov ds, [bad]
        back .df
        case "#UD, then #NP is delivered to a missing gate: #DF"
        mov dword [idt + 6 * 8 + 4], 0x0E00
        on EXCEPTION_BITMAP, 1 << 8
        go ud2
        case "the gate of #DF is missing as well: triple fault"
        mov dword [idt + 8 * 8 + 4], 0x0E00
        guest .triple
        nop
        mov ds, [bad]
        back .triple
        case "IDT of limit 0"
        put GUEST_IDTR_LIMIT, 0
        guest .limit
        nop
        nop
        int3
        back .limit
        case "the #NP of #DF exits? It is never delivered: triple fault"
        on EXCEPTION_BITMAP, 0
        put GUEST_IDTR_LIMIT, 0
        go ud2
        finish
bad:    dw 0x1000
