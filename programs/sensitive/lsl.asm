; title: LSL shows the truncated limit
; title-zh: LSL 显示被截短的界限
; summary: To keep the top of the address space for itself, the VMM cuts the limit of every segment; LSL reads the shadow descriptor and shows the cut.
; summary-zh: VMM 为了独占地址空间顶端，把每个段的界限截短；LSL 读影子描述符，切口就露了出来。
; topic: sensitive
; order: 8
; outcome: exited 0
; serial: "the kernel data segment is 4 GiB long\n"
; trap-and-emulate: differs at LSL property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "something is missing at the end of my segment\n"
; what-if: lsl-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        mov ecx, KERNEL_DATA
        lsl ebx, ecx                    ; limit in bytes

        cmp ebx, 0xFFFFFFFF
        jne .short
        print "the kernel data segment is 4 GiB long", 10
        exit 0
.short: print "something is missing at the end of my segment", 10
        exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
