; title: PUSH CS shows the real ring
; title-zh: PUSH CS 显示真实的环
; summary: The low two bits of CS are the ring in which the processor runs. Pushed, they tell a kernel that it is not in ring 0.
; summary-zh: CS 的低两位就是处理器所在的环。压栈之后，它们告诉内核它不在环 0。
; topic: sensitive
; order: 11
; outcome: exited 0
; serial: "CS is 0008, ring 0\n"
; trap-and-emulate: differs at PUSH property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "CS is 0009, ring 1\n"
; what-if: push-sreg-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        push cs
        pop ebx

        print "CS is "
        mov eax, ebx
        call put_hex16
        print ", ring "
        and eax, 3
        call put_decimal
        print 10
        jmp exit_run                    ; AL = ring

%include "lib/console.inc"
%include "lib/segments.inc"
