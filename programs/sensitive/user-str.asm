; title: STR in user code reads the real task register
; title-zh: 用户代码里的 STR 读出真实的任务寄存器
; summary: LTR is privileged, STR is not: it shows the selector of the VMM's own TSS, the one that the processor takes stacks from.
; summary-zh: LTR 是特权指令，STR 不是：它显示的是 VMM 自己的 TSS 的选择子，处理器正是从那里取栈。
; topic: sensitive
; order: 23
; outcome: exited 0
; serial: "TR is 0028\n"
; trap-and-emulate: differs at STR property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "TR is not what the kernel loaded\n"
; binary-translation: differs at STR property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "TR is not what the kernel loaded\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; What the user program has seen is in EBX.
told:   cmp ebx, TASK
        jne .other
        print "TR is 0028", 10
        exit 0
.other: print "TR is not what the kernel loaded", 10
        exit 1

user:   str ebx
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
