; title: Double fault
; title-zh: 双重故障
; summary: A general protection fault whose own gate is not present cannot be delivered: the processor gives vector 8 instead, with error code 0. The last chance of a kernel.
; summary-zh: 一般保护故障自己的门不存在，无法投递：处理器改为投递向量 8，错误码为 0。这是内核最后的机会。
; topic: faults
; order: 4
; outcome: exited 0
; serial: "double fault, error code 0\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 8, double_fault, INTERRUPT_GATE
        mov byte [IDT + 13 * 8 + 5], 0x0E               ; gate 13: present bit off
        mov eax, 0x0FF8
        mov fs, eax                     ; beyond the table: general protection, but no way to deliver it
        exit 1

double_fault:
        print "double fault, error code "
        pop eax
        call put_decimal
        print 10
        exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
