; The I/O permission bitmap: single ports, words and dwords across bits and bytes, and the end of the TSS.
%include "common.inc"
; Ports above 1FFh have no device; the bitmap is moved so that its last bytes are looked at.
main:   mov byte [tss_bits + 0x10], 0b11111110
        mov byte [tss_bits + 0x11], 0b01111111
        mov byte [tss_bits + 0x12], 0
        mov byte [tss_bits + 0x13], 0b11111110
        ring 3
        try "80 clear", in al, 0x80
        try "81 set", in al, 0x81
        try "word at 80", in ax, 0x80
        try "8f clear", in al, 0x8F
        try "word at 8f, 90 clear", in ax, 0x8F
        try "word at 97, 98 clear", in ax, 0x97
        try "word at 98, 99 set", in ax, 0x98
        try "dword at 8e", in eax, 0x8E
        try "dword at 8f", in eax, 0x8F
        try "dword at 95", in eax, 0x95
        try "dword at 96", in eax, 0x96
        mov dx, 0x90
        xor eax, eax                    ; port 92h must not be told to reset
        try "out dword", out dx, eax
        mov dx, 0x98
        try "out word", out dx, ax
        mov edi, AREA
        mov dx, 0x81
        try "insb", insb
        mov ecx, 3
        try "rep insb refused before the first", rep insb
        show "ecx", ecx
        mov dx, 0x90
        try "insd", insd
        mov dx, 0xFFFF
        try "port ffff, beyond the tss", in al, dx
        mov dx, 0xFF
        try "port ff set", in al, dx
        ring 0
        ; The bitmap's base is moved so that port E9 and a few more have their bits in the last bytes of the TSS: a check
        ; reads two bytes, and both must be inside.
        desc T0, tss, tss_bits - tss + 0xF8 / 8, 0x89, 0
        mov ax, T0
        ltr ax
        ring 3
        try "f7, its pair is inside", in al, 0xF7
        try "f8, the second byte is outside", in al, 0xF8
        mov dx, 0x100
        try "100, both outside", in al, dx
        ring 0
        mov byte [tss_bits + 0x1E], 0
        mov byte [tss_bits + 0x1F], 0
        ring 3
        try "f7 clear", in al, 0xF7
        try "word at f7", in ax, 0xF7
        try "f8 clear but outside", in al, 0xF8
        ring 0
        mov word [tss_map], tss_end - tss
        try "no bitmap: ring 0", in al, 0x80
        push dword 0x3002
        popfd
        ring 3
        try "no bitmap: iopl 3", in al, 0x80
        ring 0
        ; A 16-bit TSS has no bitmap; printing needs IOPL there.
        push dword 0x1002
        popfd
        ring 1
        try "no bitmap: iopl 1 at 1", in al, 0x80
        ring 0
        push dword 2
        popfd
        finish
