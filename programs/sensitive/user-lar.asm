; title: LAR in user code sees conforming code of ring 1
; title-zh: 用户代码里的 LAR 看到环 1 的一致代码段
; summary: The kernel's conforming code has DPL 0, and LAR may look at it from any ring. In the shadow table, where the guest's kernel is in ring 1, it has DPL 1.
; summary-zh: 内核的一致代码段 DPL 为 0，LAR 在任何环都可以看它。在影子表中客户机内核处于环 1，这个段的 DPL 也就成了 1。
; topic: sensitive
; order: 25
; outcome: exited 0
; serial: "DPL 0\n"
; trap-and-emulate: differs at LAR property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "DPL 1\n"
; binary-translation: differs at LAR property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "DPL 1\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        mov dword [gdt + FREE], 0x0000FFFF
        mov dword [gdt + FREE + 4], 0x00CF9F00  ; flat conforming code of DPL 0, accessed
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; What the user program has seen is in EBX.
told:   shr ebx, 13
        and ebx, 3
        print "DPL "
        mov eax, ebx
        call put_decimal
        print 10
        mov eax, ebx
        jmp exit_run

user:   mov ecx, FREE
        lar ebx, ecx                    ; the descriptor's second dword, masked
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
