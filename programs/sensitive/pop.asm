; title: POP ES with an RPL of 1
; title-zh: RPL 为 1 的 POP ES
; summary: A selector that says ring 1 does not open a segment of ring 0: general protection. The shadow descriptor has DPL 1, so the processor loads it without a word.
; summary-zh: 写着环 1 的选择子打不开环 0 的段：一般保护。影子描述符的 DPL 是 1，于是处理器不声不响地装载了它。
; topic: sensitive
; order: 13
; outcome: exited 0
; serial: "selector 0011 in ES: refused, error code 0010\n"
; trap-and-emulate: differs at POP property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "selector 0011 in ES: loaded\n"
; what-if: pop-sreg-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
        push dword KERNEL_DATA + 1      ; RPL 1
forbidden:
        pop es                          ; needs a DPL of 1 or more

        print "selector 0011 in ES: loaded", 10
        exit 1

general_protection:
        cmp dword [esp + 4], forbidden
        jne unexpected
        print "selector 0011 in ES: refused, error code "
        pop eax
        call put_hex16
        print 10
        exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
