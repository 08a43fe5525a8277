; Direct and indirect far calls within a ring: what is pushed, and what fails before anything is.
%include "common.inc"
main:   desc T0, 0, 0xFFFFF, 0x1A, 12
        desc T1, 0, 0xFFFF, 0x9A, 4
        desc T2, 0, 0xFFFFF, 0x9E, 12
        mov edi, esp
        call CODE0:.a
.a:     sub edi, esp
        show "pushed", edi
        pop eax
        show "eip", eax
        pop eax
        show "cs", eax
        call T2:.b
.b:     mov ecx, cs
        show "in conforming, cs", ecx
        add esp, 8
        jmp CODE0:.c
.c:     try "not present", call T0:main
        try "beyond the limit", call T1:main
        try "data", call DATA0:main
        try "ring 3 code", call CODE3:main
        try "ring 1 code", call CODE1:main
        try "null", call 0:main
        try "empty descriptor", call T7:main
        mov dword [AREA], .e
        mov dword [AREA + 4], CODE0
        begin .back, "indirect"
        call far [AREA]
        done .back
        jmp .f
.e:     mov eax, [esp + 4]
        show "cs on the stack", eax
        retf
.f:     mov dword [AREA + 4], T0
        try "indirect, not present", call far [AREA]
        try "indirect jump, not present", jmp far [AREA]
        ring 3
        mov edi, esp
        call CODE3 - 3:.g
.g:     sub edi, esp
        show "pushed at 3", edi
        pop eax
        pop eax
        show "cs pushed at 3", eax
        mov eax, cs
        show "cs now", eax
        try "ring 0 code at 3", call CODE0:main
        try "not present at 3", call T0:main
        finish
