; title: SLDT reads the real selector
; title-zh: SLDT 读到真实选择子
; summary: LLDT traps, so the VMM knows the guest's local table; SLDT does not, so the guest sees the selector that the VMM really loaded.
; summary-zh: LLDT 会陷入，VMM 因此知道客户机的局部表；SLDT 不会，客户机看到的是 VMM 实际装载的选择子。
; topic: sensitive
; order: 3
; outcome: exited 0
; serial: "selector loaded 0050, read 0050\n"
; trap-and-emulate: differs at SLDT property=equivalence
; trap-and-emulate outcome: exited 1
; what-if: sldt-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

LDT     equ FREE + 0x20

start:  mov esp, KERNEL_STACK
        mov dword [gdt + LDT], 7        ; one entry
        mov dword [gdt + LDT + 4], 0x00008200
        mov eax, ldt
        mov edi, gdt + LDT
        call set_base
        call segments_init
        mov eax, LDT
        lldt ax
        sldt ebx

        print "selector loaded "
        call put_hex16
        print ", read "
        xchg eax, ebx
        call put_hex16
        print 10
        cmp ax, bx
        jne .other
        exit 0
.other: exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
        align 8
ldt:    dq 0x00CF92000000FFFF
