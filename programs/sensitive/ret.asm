; title: A far RET to RPL 1
; title-zh: 返回到 RPL 1 的远 RET
; summary: From ring 0, a far return to a selector with RPL 1 means: go out to ring 1, whose code must have DPL 1. This one has DPL 0, so it is refused; but under the VMM everything is ring 1 already.
; summary-zh: 在环 0，远返回到 RPL 为 1 的选择子意味着：出到环 1，那里的代码段 DPL 必须是 1。这里的 DPL 是 0，因此被拒绝；而在 VMM 之下，一切早已在环 1。
; topic: sensitive
; order: 16
; outcome: exited 0
; serial: "return to 0009: refused, error code 0008\n"
; trap-and-emulate: differs at RETF property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "return to 0009: done\n"
; what-if: ret-far-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
        push dword KERNEL_CODE + 1
        push dword there
forbidden:
        retf
there:  print "return to 0009: done", 10
        exit 1

general_protection:
        cmp dword [esp + 4], forbidden
        jne unexpected
        print "return to 0009: refused, error code "
        pop eax
        call put_hex16
        print 10
        exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
