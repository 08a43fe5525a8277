; title: LAR shows the shadow descriptor
; title-zh: LAR 显示影子描述符
; summary: The guest's kernel data has DPL 0. In the VMM's shadow table it has DPL 1, so that the guest can use it from ring 1, and LAR reads the shadow.
; summary-zh: 客户机内核数据段的 DPL 为 0。在 VMM 的影子表中它的 DPL 是 1，好让客户机能从环 1 使用，而 LAR 读的是影子。
; topic: sensitive
; order: 7
; outcome: exited 0
; serial: "kernel data has DPL 0\n"
; trap-and-emulate: differs at LAR property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "kernel data has DPL 1\n"
; what-if: lar-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        mov ecx, KERNEL_DATA
        lar ebx, ecx                    ; the descriptor's second dword, masked

        print "kernel data has DPL "
        mov eax, ebx
        shr eax, 13
        and eax, 3
        call put_decimal
        print 10
        jmp exit_run                    ; AL = DPL

%include "lib/console.inc"
%include "lib/segments.inc"
