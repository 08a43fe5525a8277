; title: A call gate
; title-zh: 调用门
; summary: A far call through a gate takes the user program into ring 0 at the one address that the kernel chose, onto the kernel's stack, with two parameters copied by the processor.
; summary-zh: 通过门的远调用把用户程序带进环 0：入口是内核选定的唯一地址，用内核的栈，两个参数由处理器复制。
; topic: protection
; order: 2
; outcome: exited 0
; serial: "in the gate: CPL 0, parameters 30 and 12\nback in ring 3 with 42\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
ADD_GATE equ FREE + 3                   ; any RPL will do: the gate's DPL is 3

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, finish, USER_TRAP_GATE
        mov eax, add_service
        mov [gdt + FREE], ax            ; offset 15:0
        mov word [gdt + FREE + 2], KERNEL_CODE
        mov word [gdt + FREE + 4], (USER_CALL_GATE << 8) + 2    ; two parameters
        shr eax, 16
        mov [gdt + FREE + 6], ax        ; offset 31:16
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; Runs in ring 0. On its stack: EIP, CS, the two parameters, the caller's ESP and SS.
add_service:
        print "in the gate: CPL 0, parameters "
        mov eax, [esp + 12]
        call put_decimal
        print " and "
        mov eax, [esp + 8]
        call put_decimal
        print 10
        mov eax, [esp + 12]
        add eax, [esp + 8]
        retf 8                          ; drops the parameters from both stacks

user:   push dword 30
        push dword 12
        call ADD_GATE:0                 ; the offset in the instruction is ignored
        int 0x80

finish: cmp dword [esp + 12], STACK_1   ; the user's stack is as it was before the parameters
        jne .wrong
        print "back in ring 3 with "
        call put_decimal
        print 10
        exit 0
.wrong: exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
