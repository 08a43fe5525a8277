; #DE, #BP, #OF, #BR: fault or trap, and what stays of the registers.
%include "common.inc"
main:   mov eax, 100
        xor edx, edx
        xor ecx, ecx
        try "div by 0", div ecx
        mov edx, 5
        mov ecx, 5
        try "quotient too big", div ecx
        show "eax", eax
        show "edx", edx
        mov eax, 0x80000000
        mov edx, -1
        mov ecx, -1
        try "idiv of the least by -1", idiv ecx
        mov eax, 0x7FFFFFFF
        xor edx, edx
        mov ecx, 1
        try "idiv, fits", idiv ecx
        mov ax, 0xFF80
        mov cl, 1
        try "idiv byte, -128 fits", idiv cl
        mov ax, 0x0080
        try "idiv byte, 128 does not", idiv cl
        mov ax, 0x0100
        try "div byte, 256 does not", div cl
        try "aam 0", aam 0
        try "aam 10", aam
        try "int3", int3
        try "int 3", db 0xCD, 3
        xor eax, eax
        try "into, clear", into
        mov al, 0x80
        sub al, 1
        try "into, set", into
        mov al, 0x80
        sub al, 1
        try "int 4", int 4
        mov dword [AREA], -5
        mov dword [AREA + 4], 5
        mov eax, -6
        try "bound below", bound eax, [AREA]
        mov eax, -5
        try "bound at the lower", bound eax, [AREA]
        mov eax, 5
        try "bound at the upper", bound eax, [AREA]
        mov eax, 6
        try "bound above", bound eax, [AREA]
        mov word [AREA], 0
        mov word [AREA + 2], 9
        mov ax, 10
        try "bound word", bound ax, [AREA]
        try "icebp", db 0xF1
        ring 3
        try "at 3: int3", int3
        try "at 3: icebp, gate dpl 0", db 0xF1
        try "at 3: int 1, gate dpl 0", int 1
        mov al, 0x80
        sub al, 1
        try "at 3: into", into
        try "at 3: bound", bound esp, [AREA]
        finish
