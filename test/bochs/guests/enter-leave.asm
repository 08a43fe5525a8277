; ENTER with nesting, LEAVE, and what is left when ENTER fails.
%include "common.inc"
%macro frame 2
        mov edi, esp
        mov ebp, AREA + 0x100
        enter %1, %2
        mov eax, edi
        sub eax, esp
        mov ebx, edi
        sub ebx, ebp
        mov esp, edi
        show "esp down by", eax
        show " ebp down by", ebx
%endmacro
main:   mov dword [AREA + 0xFC], 0x1111
        mov dword [AREA + 0xF8], 0x2222
        mov dword [AREA + 0xF4], 0x3333
        frame 0, 0
        frame 16, 0
        frame 16, 1
        frame 8, 2
        frame 8, 4
        frame 0xFFFF, 0
        frame 4, 31
        frame 4, 32
        frame 4, 35
        mov edi, esp
        mov ebp, AREA + 0x100
        enter 0, 3
        mov eax, [ebp - 4]
        mov ebx, [ebp - 8]
        mov ecx, [ebp - 12]
        mov edx, [ebp]
        sub ecx, edi
        mov esp, edi
        show "copied", eax
        show "copied", ebx
        show "own frame, relative", ecx
        show "old ebp", edx
        mov ebp, edi
        sub ebp, 8
        mov dword [ebp], 0x4444
        leave
        mov eax, esp
        sub eax, edi
        show "leave, esp", eax
        show "leave, ebp", ebp
        mov esp, edi
        mov ebp, 0x99990000 + 0x10
        mov eax, esp
        o16 enter 4, 0
        mov ecx, esp
        mov edx, ebp
        mov esp, edi
        sub eax, ecx
        show "o16 enter, esp", eax
        mov eax, edx
        shr eax, 16
        show "o16 enter, ebp's upper half", eax
        desc T0, 0, (STACK3 >> 12) - 1, 0xF3, 12
        ring 3
        mov ax, T0 + 3
        mov ss, ax
        begin .a, "enter above the limit"
        mov ebp, 0x5555
        mov esp, STACK3 + 8
        enter 4, 0
        done .a
        show "ebp", ebp
        begin .b, "enter 2 levels, display beyond the limit"
        mov ebp, STACK3 + 0x1000
        mov esp, STACK3 - 0x100
        enter 4, 2
        done .b
        mov eax, ebp
        show "ebp", eax
        begin .c, "room below zero"
        mov esp, 0x100
        enter 0x200, 0
        done .c
        finish
