; INS and OUTS: instruction information and linear address.
%include "vmx-common.inc"
cases:  case "ins, all forms"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        guest .ins
        mov edx, 0x1F0
        mov edi, AREA
        mov ecx, 3
        insb
        insw
        insd
        rep insb
        repne insw
        rep insd
        a16 insb
        fs insb
        back .ins
        case "outs, all forms"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        guest .outs
        mov edx, 0x1F0
        mov esi, AREA + 4
        mov ecx, 3
        outsb
        outsw
        outsd
        rep outsb
        es outsb
        cs outsw
        ss outsd
        fs outsb
        gs outsb
        db 0x67, 0x64, 0x6E             ; a16 fs outsb
        rep outsd
        back .outs
        case "direction flag, bases"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        put GUEST_FS_BASE, 0x1000
        guest .base
        mov edx, 0x1F0
        mov esi, AREA
        mov edi, AREA + 0x100
        std
        fs outsd
        insd
        cld
        back .base
        case "bitmaps, rep"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x1F0 / 8], 1
        guest .bitmap
        mov edx, 0x1F0
        mov edi, AREA
        mov ecx, 2
        rep insw
        mov edx, 0x1F1
        insb
        back .bitmap
        finish
