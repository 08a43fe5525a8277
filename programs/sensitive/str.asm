; title: STR reads the real task register
; title-zh: STR 读到真实的任务寄存器
; summary: LTR traps, STR does not: the guest reads the selector of the task state segment that the VMM needs for its own stack.
; summary-zh: LTR 会陷入，STR 不会：客户机读到的是 VMM 自己的栈所需的任务状态段的选择子。
; topic: sensitive
; order: 18
; outcome: exited 0
; serial: "selector loaded 0028, read 0028\n"
; trap-and-emulate: differs at STR property=equivalence
; trap-and-emulate outcome: exited 1
; what-if: str-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init              ; LTR is in there
        str ebx

        mov eax, TASK
        print "selector loaded "
        call put_hex16
        print ", read "
        xchg eax, ebx
        call put_hex16
        print 10
        cmp ax, bx
        jne .other
        exit 0
.other: exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
