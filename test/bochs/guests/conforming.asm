; Conforming code runs at the caller's privilege.
%include "common.inc"
main:   desc T0, 0, 0xFFFFF, 0x9E, 12
        desc T1, 0, 0xFFFFF, 0xBE, 12
        desc T2, 0, 0xFFFFF, 0xFE, 12
        ring 3
        jmp T0:.a
.a:     mov eax, cs
        show "ring 3 in conforming 0, cs", eax
        try "cli there", cli
        call T1:.b
.b:     add esp, 8
        mov eax, cs
        show "conforming 1, cs", eax
        push cs
        pop eax
        movzx eax, ax                   ; the upper half may or may not be written
        show "push cs", eax
        try "conforming 3", jmp T2:.c
.c:     mov eax, cs
        show "cs", eax
        ring 1
        jmp T1:.d
.d:     mov eax, cs
        show "ring 1 in conforming 1, cs", eax
        begin .e, "ring 1 to conforming 3"
        jmp T2 + 1:.e
        done .e
        begin .f, "ring 1 to conforming 0"
        jmp T0 + 3:.f
        done .f
        mov eax, cs
        show "cs", eax
        ring 0
        begin .g, "ring 0 to conforming 3"
        jmp T2:.g
        done .g
        begin .h, "ring 0 calls conforming 1"
        call T1:.h
        done .h
        finish
