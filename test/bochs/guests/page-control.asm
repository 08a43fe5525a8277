; Loads of CR0, CR3 and CR4 that are refused, and bits that do not stay.
%include "common.inc"
main:   mov eax, cr0
        show "cr0", eax
        mov ecx, 0x80000000
        try "pg without pe", mov cr0, ecx
        mov ecx, 0x20000011
        try "nw without cd", mov cr0, ecx
        mov ecx, 0x40000011
        try "cd", mov cr0, ecx
        mov eax, cr0
        show "cr0", eax
        mov ecx, 0x60000011
        try "cd and nw", mov cr0, ecx
        mov ecx, 0x1
        try "et is fixed", mov cr0, ecx
        mov eax, cr0
        show "cr0", eax
        mov ecx, 0x0005003F
        try "all defined", mov cr0, ecx
        mov eax, cr0
        show "cr0", eax
        clts
        mov eax, cr0
        show "clts", eax
        mov ax, 0xFFF0
        lmsw ax
        mov eax, cr0
        show "lmsw does not clear pe", eax
        mov ax, 0x000F
        lmsw ax
        mov eax, cr0
        show "lmsw sets ts, em, mp", eax
        smsw eax
        show "smsw", eax
        mov ecx, 0x11
        mov cr0, ecx
        mov ecx, 0x1FFA0011
        try "undefined bits of cr0", mov cr0, ecx
        mov eax, cr0
        and eax, 0x7FFFFFFF
        show "cr0", eax
        mov ecx, 0x11
        mov cr0, ecx
        mov ecx, 0x80000000
        try "cr4 bit 31", mov cr4, ecx
        mov ecx, 0x00100000
        try "cr4 bit 20", mov cr4, ecx
        mov ecx, 0x1000
        try "cr4 bit 12", mov cr4, ecx
        mov ecx, 0x9C
        try "cr4 tsd, de, pse, pge", mov cr4, ecx
        mov eax, cr4
        show "cr4", eax
        xor ecx, ecx
        mov cr4, ecx
        mov ecx, 0x12345018
        mov cr3, ecx
        mov eax, cr3
        show "cr3", eax
        finish
