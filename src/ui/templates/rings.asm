; A kernel in ring 0 and a program in ring 3. The program may not use ports: it asks the kernel by INT 80h.

bits 32
org 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init              ; GDT with kernel, user and task state segments
        call interrupts_init            ; IDT: every exception leads to `unexpected`
        gate 0x80, system_call, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1                ; the program's own stack
        jmp enter_user                  ; IRET to ring 3

; System calls: EAX = 1 writes the text at ESI, EAX = 2 ends the run.
system_call:
        cmp eax, 1
        jne .end
        call put_text
        iretd
.end:   exit 0

; From here on everything runs in ring 3.
user:   mov eax, 1
        mov esi, text
        int 0x80
        mov eax, 2
        int 0x80

text:   db "Hello from ring 3", 10, 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
