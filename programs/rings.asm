; title: Rings and a system call
; title-zh: 特权环与系统调用
; summary: The kernel drops to ring 3; the user program cannot use ports, so it asks the kernel by INT 80h to write and to exit. The oldest way into an operating system.
; summary-zh: 内核降到环 3；用户程序不能使用端口，于是用 INT 80h 请内核写字和退出。这是进入操作系统最古老的方式。
; topic: protection
; order: 1
; outcome: exited 0
; serial: "Hello from ring 3, by system call\nThe caller had CPL 3\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, system_call, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; System calls: EAX = 1 writes the text at ESI, EAX = 2 ends the run.
system_call:
        cmp eax, 1
        jne .end
        call put_text
        iretd
.end:   print "The caller had CPL "
        mov eax, [esp + 4]              ; the caller's CS, as the processor pushed it
        and eax, 3                      ; its low two bits are the caller's ring
        call put_decimal
        print 10
        exit 0

; From here on everything runs at CPL 3.
user:   mov eax, 1
        mov esi, text
        int 0x80
        mov eax, 2
        int 0x80

text:   db "Hello from ring 3, by system call", 10, 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
