; I/O bitmaps: one bit of any byte that is accessed suffices; bitmaps go before the unconditional control.
%include "vmx-common.inc"
cases:  case "all bits 0: the unconditional control is ignored"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING + USE_IO_BITMAPS
        guest .zero
        mov al, '!'
        out 0xE9, al
        mov al, 10
        out 0xE9, al
        in al, 0x21
        back .zero
        case "one port in bitmap A"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x21 / 8], 2   ; 21h
        guest .one
        in al, 0x20
        in al, 0x21
        in ax, 0x20
        in ax, 0x21
        in ax, 0x22
        in eax, 0x1E
        in eax, 0x1D
        back .one
        case "the border between A and B"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_B], 1              ; 8000h
        guest .border
        mov dx, 0x7FFF
        in al, dx
        in ax, dx
        mov dx, 0x7FFD
        in ax, dx
        in eax, dx
        mov dx, 0x8000
        in al, dx
        mov dx, 0x8001
        in al, dx
        back .border
        case "the last ports"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_B + 0xFFF], 0x80   ; FFFFh
        guest .last
        mov dx, 0xFFFE
        in al, dx
        in ax, dx
        mov dx, 0xFFFF
        in al, dx
        back .last
        case "an access that wraps round port FFFF exits, whatever the bits"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        guest .wrap
        mov dx, 0xFFFF
        in al, dx
        in ax, dx
        in eax, dx
        mov dx, 0xFFFE
        in eax, dx
        mov dx, 0xFFFC
        in eax, dx
        back .wrap
        finish
