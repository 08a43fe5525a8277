; String instructions that run into a segment's limit.
%include "common.inc"
%macro regs 0
        show " ecx", ecx
        show " esi", esi
        show " edi", edi
%endmacro
main:   desc T0, AREA, 0xFF, 0x93, 4
        desc T1, AREA + 0x1000, 0x1F, 0x91, 4
        mov ax, T1
        mov fs, ax
        begin .a, "rep stosd"
        mov ax, T0
        mov es, ax
        mov edi, 0xF2
        mov ecx, 10
        rep stosd
        done .a
        regs
        begin .b, "rep movsb, fs source"
        mov ax, T0
        mov es, ax
        mov esi, 0x10
        mov edi, 0
        mov ecx, 0x100
        fs rep movsb
        done .b
        regs
        begin .c, "rep lodsw"
        mov esi, 0x1B
        mov ecx, 9
        fs rep lodsw
        done .c
        regs
        begin .d, "downwards through zero"
        mov ax, T0
        mov es, ax
        mov edi, 2
        mov ecx, 9
        std
        rep stosb
        done .d
        regs
        cld
        begin .e, "repne scasb beyond"
        mov ax, T0
        mov es, ax
        mov edi, 0xF0
        mov ecx, 99
        mov al, 0x55
        repne scasb
        done .e
        regs
        begin .f, "repe cmpsb, equal until the limit"
        mov ax, T0
        mov es, ax
        mov esi, 0x10
        mov edi, 0x80
        mov ecx, 99
        fs repe cmpsb
        done .f
        regs
        begin .g, "a16: wraps at 64 KiB, limit above"
        mov esi, 0x1234FFFE
        mov edi, 0x5678FFFE
        mov ecx, 0x9ABC0004
        a16 es rep movsb
        done .g
        regs
        finish
