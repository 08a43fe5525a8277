; title: Triple fault
; title-zh: 三重故障
; summary: With an empty interrupt table nothing can be delivered: the fault, the double fault, then the processor gives up and shuts down. A PC resets; here the run ends.
; summary-zh: 中断表为空时什么都投递不了：先是故障，再是双重故障，然后处理器放弃并停机。PC 会复位，这里运行结束。
; topic: faults
; order: 5
; outcome: shutdown
; serial: "Loading an empty interrupt table.\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        print "Loading an empty interrupt table.", 10
        lidt [empty]
        ud2
        exit 1

%include "lib/console.inc"
        align 4
empty:  dw 0                            ; limit
        dd 0                            ; base
