; The worst for keyframes: every round writes another word of each page of 8 MiB, so that whole pages come to differ.
BITS 32
ORG 0x100000
%include "lib/machine.inc"

FIRST   equ 0x400000
PAGES   equ 2048

start:  mov esp, KERNEL_STACK
        cld
.round: inc ebp
        mov ebx, FIRST
        mov edx, PAGES
.page:  mov eax, ebp
        and eax, 0x3FF
        add [ebx + eax * 4], ebp
        add ebx, 0x1000
        dec edx
        jnz .page
        mov eax, ebp
        and eax, 0xFF
        shl eax, 12
        lea esi, [eax + FIRST]
        lea edi, [eax + FIRST + 0x200000]
        mov ecx, 4096
        rep movsd
        jmp .round
