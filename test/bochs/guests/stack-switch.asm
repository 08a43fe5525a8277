; Delivery to an inner ring takes SS:ESP of the TSS and pushes the outer stack; within a ring it does not.
%include "common.inc"
main:   igate 0x31, CODE0, .show, 0xEE
        igate 0x32, CODE1 - 1, .show, 0xEE
        igate 0x33, CODE2 - 2, .show, 0xEE
        igate 0x34, CODE3 - 3, .show, 0xEE
        desc T0, 0, 0xFFFFF, 0x9E, 12
        igate 0x35, T0, .show, 0xEE
        mov ebp, esp
        say "0 to 0"
        int 0x31
        ring 3
        mov ebp, esp
        say "3 to 0"
        int 0x31
        say "3 to 1"
        int 0x32
        say "3 to 2"
        int 0x33
        say "3 to 3"
        int 0x34
        say "3 to conforming 0"
        int 0x35
        ring 2
        mov ebp, esp
        say "2 to 1"
        int 0x32
        say "2 to 2"
        int 0x33
        try "2 to 3", int 0x34
        ring 1
        mov ebp, esp
        say "1 to 0"
        int 0x31
        say "1 to 1"
        int 0x32
        try "1 to 2", int 0x33
        say "1 to conforming 0"
        int 0x35
        ring 0
        try "0 to 1", int 0x32
        try "0 to 3", int 0x34
        finish
.show:  mov eax, cs
        show " cs", eax
        mov eax, ss
        show " ss", eax
        mov eax, ebp
        sub eax, esp
        show " esp below the caller's", eax
        show " cs in the frame", [esp + 4]
        mov eax, [esp + 8]
        and eax, 0x37700
        show " flags in the frame", eax
        mov eax, cs
        xor eax, [esp + 4]
        test al, 3
        jz .same
        mov eax, [esp + 12]
        sub eax, ebp
        show " outer esp, relative", eax
        show " outer ss", [esp + 16]
.same:  iretd
