; INS and OUTS: permission, segments and limits, in order.
%include "common.inc"
main:   desc T0, AREA, 0xF, 0xF3, 4
        desc T1, AREA, 0xF, 0xF1, 4
        xor eax, eax
        mov gs, ax
        mov dx, 0x80
        begin .a, "insb beyond es"
        mov ax, T0
        mov es, ax
        mov edi, 0x10
        insb
        done .a
        begin .b, "insb to read-only es"
        mov ax, T1
        mov es, ax
        xor edi, edi
        insb
        done .b
        begin .c, "rep insw across the limit"
        mov ax, T0
        mov es, ax
        mov edi, 0xC
        mov ecx, 5
        rep insw
        done .c
        show "ecx", ecx
        show "edi", edi
        mov ax, T0
        mov fs, ax
        mov esi, 0xE
        try "outsd beyond fs", fs outsd
        try "outsw inside", fs outsw
        show "esi", esi
        try "outsb of null gs", gs outsb
        ring 3
        mov esi, AREA
        mov edi, AREA
        try "at 3: outsb refused", outsb
        try "at 3: outsb of null gs", gs outsb
        begin .d, "at 3: insb refused, es null"
        xor eax, eax
        mov es, ax
        insb
        done .d
        std
        try "at 3: with df", insb
        cld
        show "edi unchanged", edi
        finish
