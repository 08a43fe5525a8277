; title: The end of the road
; title-zh: 路的尽头
; summary: CLI and HLT: with interrupts off nothing can wake the processor any more. This is how a kernel gives up.
; summary-zh: CLI 加 HLT：关掉中断之后再没有什么能唤醒处理器。内核就是这样放弃的。
; topic: interrupts
; order: 3
; outcome: halted
; serial: "Nothing more to do.\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        print "Nothing more to do.", 10
        cli
        hlt
        exit 1                          ; not reached

%include "lib/console.inc"
