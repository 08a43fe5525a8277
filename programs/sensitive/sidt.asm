; title: SIDT, the red pill
; title-zh: SIDT：红色药丸
; summary: One unprivileged instruction that tells a guest it is virtualized: the interrupt table register holds the VMM's table, far up in the address space.
; summary-zh: 一条非特权指令就能告诉客户机它被虚拟化了：中断表寄存器里是 VMM 的表，位于地址空间高处。
; topic: sensitive
; order: 2
; outcome: exited 0
; serial: "the interrupt table is mine\n"
; trap-and-emulate: differs at SIDT property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "somebody else's interrupt table is in force\n"
; what-if: sidt-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

; Not in a page of the GDT: a VMM watches writes there, and would do the instruction itself.
SEEN    equ USER_PAGE

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init            ; LIDT is in there
        sidt [SEEN]
        mov ebx, [SEEN + 2]             ; base

        cmp ebx, IDT
        jne .other
        print "the interrupt table is mine", 10
        exit 0
.other: print "somebody else's interrupt table is in force", 10
        exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
