; title: SGDT tells where the real table is
; title-zh: SGDT 说出真实描述符表的位置
; summary: LGDT is privileged and traps, SGDT is neither: the guest loads its own table register and reads back the VMM's.
; summary-zh: LGDT 是特权指令，会陷入；SGDT 却不是：客户机装载自己的表寄存器，读回来的却是 VMM 的。
; topic: sensitive
; order: 1
; outcome: exited 0
; serial: "base as loaded: yes\nlimit as loaded: yes\n"
; trap-and-emulate: differs at SGDT property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "base as loaded: no, there is another table\n"
; what-if: sgdt-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

; Not in a page of the GDT: a VMM watches writes there, and would do the instruction itself.
SEEN    equ USER_PAGE

start:  mov esp, KERNEL_STACK
        call segments_init              ; LGDT is in there
        sgdt [SEEN]
        mov ebx, [SEEN + 2]             ; base
        mov cx, [SEEN]                  ; limit

        print "base as loaded: "
        cmp ebx, gdt
        jne .other
        print "yes", 10
        print "limit as loaded: "
        cmp cx, [gdt_pointer]
        jne .other
        print "yes", 10
        exit 0
.other: print "no, there is another table", 10
        exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
