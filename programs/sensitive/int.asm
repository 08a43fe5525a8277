; title: INT n does trap here
; title-zh: INT n 在这里会陷入
; summary: On the list of Robin and Irvine, but it cannot part under this VMM: every gate of the VMM's table has DPL 0, so INT n from ring 1 faults and is emulated, frame and all. With a gate of DPL 1 straight into the guest's handler, the handler would see CS 0009 and IF 1 on its stack.
; summary-zh: 它在 Robin 与 Irvine 的名单上，但在本 VMM 之下显不出差别：VMM 的中断表中所有门的 DPL 都是 0，环 1 的 INT n 会出错并被连同栈帧一起模拟。若有 DPL 为 1 的门直通客户机的处理程序，它就会在栈上看到 CS 0009 和 IF 1。
; topic: sensitive
; order: 17
; outcome: exited 0
; serial: "in the handler: return CS 0008, IF 0\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x30, handler, INTERRUPT_GATE
        int 0x30                        ; with interrupts off
        exit 0

; On the stack: EIP, CS, EFLAGS of the interrupted program.
handler:
        print "in the handler: return CS "
        mov eax, [esp + 4]
        call put_hex16
        print ", IF "
        xor eax, eax
        bt dword [esp + 8], 9
        adc eax, 0
        call put_decimal
        print 10
        cmp word [esp + 4], KERNEL_CODE
        jne .wrong
        iretd
.wrong: exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
