; The bitmap lies in a page that is not present: the check itself faults, as a supervisor read.
%include "common.inc"
main:   call paging_on
        ; A TSS of two pages at 400F00h: the bitmap's start is in the first, and ports from 3E0h on in the second.
        mov esi, tss
        mov edi, 0x400F00
        mov ecx, 104
        rep movsb
        mov word [0x400F00 + 102], 104
        mov edi, 0x400F00 + 104
        mov ecx, 256
        mov al, 0xFF
        rep stosb
        mov byte [0x400F00 + 104 + 0xE9 / 8], 0xFD
        desc T0, 0x400F00, 0x1FF, 0x89, 0
        mov ax, T0
        ltr ax
        mov dword [PT1 + 4], 0
        mov eax, cr3
        mov cr3, eax
        ring 3
        try "bit in the first page", in al, 0x80
        mov dx, 0x4F0
        try "bit in the missing page", in al, dx
        mov dx, 0x4BF
        try "pair across the boundary", in al, dx
        try "out to it", out dx, al
        mov edi, 0x401000
        mov dx, 0x4F0
        try "insb: bitmap before the destination", insb
        finish
