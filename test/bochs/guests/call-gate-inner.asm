; A call gate to an inner ring: stack from the TSS, parameters copied, and the way back.
%include "common.inc"
main:   cgate T0, CODE0, .inner, 0xEC, 3
        cgate T1, CODE1 - 1, .one, 0xEC, 1
        cgate T2, CODE2 - 2, .two, 0xEC, 0
        cgate T3, CODE1 - 1, .again, 0xCC, 31
        ring 3
        push dword 0x111
        push dword 0x222
        push dword 0x333
        mov ebx, esp
        call T0:0xDEADBEEF
        mov eax, esp
        sub eax, ebx
        show "back: esp moved by", eax
        mov eax, cs
        show "back: cs", eax
        push dword 0x444
        call T1:0
        call T2 + 3:0
        mov eax, ss
        show "back: ss", eax
        finish
.inner: mov eax, cs
        show "cs", eax
        mov eax, ss
        show "ss", eax
        mov eax, esp
        show "esp", eax
        show "return cs", [esp + 4]
        show "argument 3", [esp + 8]
        show "argument 2", [esp + 12]
        show "argument 1", [esp + 16]
        mov eax, [esp + 20]
        sub eax, ebx
        show "outer esp, relative", eax
        show "outer ss", [esp + 24]
        pushfd
        pop eax
        and eax, 0x4300
        show "flags", eax
        retf 12
.one:   mov eax, cs
        show "ring 1: cs", eax
        mov eax, esp
        show "ring 1: esp", eax
        show "ring 1: argument", [esp + 8]
        try "ring 1: hlt", hlt
        retf 4
.two:   mov eax, cs
        show "ring 2: cs", eax
        mov eax, esp
        show "ring 2: esp", eax
        mov edi, esp
        sub esp, 31 * 4
        call T3:0
        mov eax, cs
        show "ring 2 again: cs", eax
        mov eax, esp
        sub eax, edi
        show "ring 2: esp moved by", eax
        retf
.again: mov eax, esp
        show "ring 1 from 2: esp", eax
        show "ring 1 from 2: argument 31", [esp + 8]
        retf 124
