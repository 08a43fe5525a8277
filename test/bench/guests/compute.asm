; Arithmetic in registers, calls and branches, for ever.
BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov eax, 1
.loop:  imul eax, eax, 1664525
        add eax, 1013904223
        mov ecx, eax
        shr ecx, 28
.inner: add ebx, ecx
        rol ebx, 3
        dec ecx
        jns .inner
        call fold
        jmp .loop
fold:   xor edx, ebx
        test edx, 0x100
        jz .even
        inc esi
.even:  ret
