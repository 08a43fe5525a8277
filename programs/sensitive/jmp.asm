; title: A far JMP with an RPL of 1
; title-zh: RPL 为 1 的远 JMP
; summary: To a code segment that is not conforming, a jump may not name an RPL above CPL: from ring 0 the processor refuses RPL 1. From ring 1, where the guest really is, it is just right.
; summary-zh: 跳往非一致代码段时，RPL 不得大于 CPL：在环 0，处理器拒绝 RPL 1；而在客户机真正所处的环 1，恰好合适。
; topic: sensitive
; order: 15
; outcome: exited 0
; serial: "jump to 0009: refused, error code 0008\n"
; trap-and-emulate: differs at JMP property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "jump to 0009: done\n"
; what-if: jmp-far-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
forbidden:
        jmp KERNEL_CODE + 1:there
there: print "jump to 0009: done", 10
        exit 1

general_protection:
        cmp dword [esp + 4], forbidden
        jne unexpected
        print "jump to 0009: refused, error code "
        pop eax
        call put_hex16
        print 10
        exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
