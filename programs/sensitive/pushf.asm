; title: PUSHF shows the real interrupt flag
; title-zh: PUSHF 显示真实的中断标志
; summary: CLI traps and the VMM notes that the guest wants no interrupts; but the real flag stays 1, or the VMM would lose the processor, and PUSHF shows the real one.
; summary-zh: CLI 会陷入，VMM 记下客户机不要中断；但真实标志保持为 1，否则 VMM 会失去处理器，而 PUSHF 显示的正是真实标志。
; topic: sensitive
; order: 5
; outcome: exited 0
; serial: "after CLI, IF is 0\n"
; trap-and-emulate: differs at PUSHFD property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "after CLI, IF is 1\n"
; what-if: pushf-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        cli
        pushfd
        pop ebx

        print "after CLI, IF is "
        xor eax, eax
        bt ebx, 9
        adc eax, 0
        call put_decimal
        print 10
        jmp exit_run                    ; AL: 0 as it should be, 1 if not

%include "lib/console.inc"
