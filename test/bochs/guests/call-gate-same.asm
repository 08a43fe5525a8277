; A call gate whose target is in the caller's ring: no stack switch, no parameters copied.
%include "common.inc"
main:   cgate T0, CODE0, .a, 0x8C, 3
        cgate T1, CODE3, .b, 0xEC, 2
        desc T2, 0, 0xFFFFF, 0x9E, 12
        cgate T3, T2, .c, 0xEC, 2
        mov edi, esp
        push dword 1
        push dword 2
        call T0:0x12345678
        mov eax, esp
        sub edi, eax
        show "esp after", edi
        add esp, 8
        jmp .next
.a:     mov ecx, edi
        sub ecx, esp
        show "pushed with the arguments", ecx
        show "cs on the stack", [esp + 4]
        show "argument", [esp + 8]
        mov eax, ss
        show "ss", eax
        retf
.next:  cgate T0, CODE0, .jumped, 0x8C, 0
        jmp T0:0
.jumped:
        say "jumped through the gate"
        ring 3
        mov edi, esp
        call T1:0
        call T3 + 3:0
        finish
.b:     mov ecx, edi
        sub ecx, esp
        show "at 3: pushed", ecx
        show "at 3: cs on the stack", [esp + 4]
        retf
.c:     mov eax, cs
        show "at 3: conforming, cs", eax
        mov ecx, edi
        sub ecx, esp
        show "at 3: pushed", ecx
        retf
