; title: VERW with an RPL of 1
; title-zh: RPL 为 1 的 VERW
; summary: A kernel asks whether a caller in ring 1 may write its data segment. The answer is no, for the DPL is 0; but the shadow descriptor has DPL 1, and VERW asks that one.
; summary-zh: 内核询问环 1 的调用者能否写它的数据段。答案应为否，因为 DPL 是 0；但影子描述符的 DPL 是 1，VERW 问的正是它。
; topic: sensitive
; order: 10
; outcome: exited 0
; serial: "ring 1 may write kernel data: no\n"
; trap-and-emulate: differs at VERW property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "ring 1 may write kernel data: yes\n"
; what-if: verw-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        mov ecx, KERNEL_DATA + 1        ; RPL 1
        verw cx                         ; may a caller in ring 1 write it?
        setz bl

        print "ring 1 may write kernel data: "
        cmp bl, 0
        jne .may
        print "no", 10
        exit 0
.may:   print "yes", 10
        exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
