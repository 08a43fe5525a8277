; Faults of the memory operand of INS and OUTS, with the exit.
%include "vmx-common.inc"
cases:  desc T0, AREA, 0xFFF, 0x93, 4   ; limit FFF
        desc T1, 0, 0xFFFFF, 0x91, 12   ; read-only
        case "ins and outs beyond the limit"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x1F0 / 8], 1
        guest .limit
        mov ax, T0
        mov gs, ax
        mov edx, 0x1F0
        mov esi, 0x1000
        try "outs beyond", gs outsb
        mov esi, 0xFFE
        try "outs in part beyond", gs outsd
        mov esi, 0xFFC
        try "outs within", gs outsd
        mov ax, T1
        mov es, ax
        mov edi, AREA
        begin .ro, "ins to a read-only segment"
        insb
        done .ro
        back .limit
        case "null segment"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x1F0 / 8], 1
        guest .null
        xor eax, eax
        mov gs, ax
        mov edx, 0x1F0
        mov esi, AREA
        try "outs", gs outsb
        back .null
        case "missing page: the exit comes first"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x1F0 / 8], 1
        guest .page
        mov dword [PT1 + 4 * 4], 0
        invlpg [0x404000]
        mov edx, 0x1F0
        mov edi, 0x404000
        mov esi, edi
        try "ins", insb
        try "outs", outsb
        mov dword [PT1 + 4 * 4], PAGES + 0x4007
        back .page
        finish
