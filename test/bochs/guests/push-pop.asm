; PUSH and POP: ESP as an operand, memory by ESP, and 16-bit forms.
%include "common.inc"
main:   mov edi, esp
        push esp
        pop eax
        sub eax, edi
        show "push esp pushes the old", eax
        push dword 0x1234
        mov ebx, esp
        pop dword [esp - 4]
        mov eax, [ebx]
        show "pop [esp-4] addresses after the pop", eax
        push dword AREA
        mov esp, esp
        pop esp
        mov eax, esp
        mov esp, edi
        show "pop esp", eax
        push dword 0x5678
        push dword [esp]
        pop eax
        show "push [esp]", eax
        pop eax
        push dword -1
        push byte -2
        pop eax
        show "push byte is extended", eax
        mov eax, edi
        sub eax, esp
        show "bytes", eax
        pop eax
        mov ebx, esp
        push word 0x1234
        mov eax, ebx
        sub eax, esp
        show "push word, bytes", eax
        o16 push byte -3
        mov eax, ebx
        sub eax, esp
        show "o16 push byte, bytes", eax
        pop ax
        pop cx
        movzx eax, ax
        show "popped", eax
        push dword 0xAABBCCDD
        pop word [AREA]
        mov eax, edi
        sub eax, esp
        show "pop word memory, left", eax
        mov esp, edi
        mov ax, sp
        push sp
        pop cx
        sub ax, cx
        movzx eax, ax
        show "push sp", eax
        mov esp, edi
        pushad
        mov eax, edi
        sub eax, esp
        show "pushad", eax
        mov eax, [esp + 12]
        sub eax, edi
        show "its esp", eax
        mov dword [esp + 12], 0xDEAD
        popad
        mov ebx, esp
        sub ebx, edi
        show "popad skips esp", ebx
        mov eax, 0x11112222
        pushaw
        mov ebx, edi
        sub ebx, esp
        show "pushaw", ebx
        mov eax, -1
        popaw
        show "popaw keeps the upper halves", eax
        finish
