; title: CR0.WP
; title-zh: CR0.WP 位
; summary: With WP clear the kernel writes to read-only pages as if nothing were; with WP set it faults like anyone else. A VMM needs the bit set for itself, whatever its guest believes.
; summary-zh: WP 清零时内核写只读页如入无人之境；WP 置位时它和别人一样出错。VMM 自己需要该位为 1，不管客户机以为如何。
; topic: paging
; order: 6
; outcome: exited 0
; serial: "WP 0: kernel writes a read-only page: 1 2\nWP 1: page fault, error code 3\nWP 0 again: 3\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
PAGE    equ USER_PAGE
ENTRY   equ PAGE_TABLE + (PAGE >> 12) * 4

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        mov eax, P + W
        call paging_init
        mov dword [ENTRY], PAGE + P     ; read-only, supervisor
        invlpg [PAGE]
        print "WP 0: kernel writes a read-only page: "
        call count
        mov al, ' '
        call put_char
        mov dword [ENTRY], PAGE + P + U ; the same for a user's page
        invlpg [PAGE]
        call count
        print 10
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        print "WP 1: "
        inc dword [PAGE]                ; six bytes of code
        mov eax, cr0
        and eax, ~0x10000
        mov cr0, eax
        print "WP 0 again: "
        call count
        print 10
        exit 0

count:  inc dword [PAGE]
        mov eax, [PAGE]
        jmp put_decimal

page_fault:
        print "page fault, error code "
        pop eax
        call put_decimal
        print 10
        add dword [esp], 6
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
