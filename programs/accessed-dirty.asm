; title: Accessed and dirty
; title-zh: 访问位与脏位
; summary: The processor marks in the page table what was read and what was written. The program looks, touches, looks again, and clears the marks as a page replacement clock does.
; summary-zh: 处理器在页表中标记哪些被读过、哪些被写过。程序先看，再碰，再看，然后像页面置换时钟那样清除标记。
; topic: paging
; order: 5
; outcome: exited 0
; serial: "at first: --\nafter a read: A-\nafter a write: AD\ncleared: --\nread again: A-\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
PAGE    equ USER_PAGE
ENTRY   equ PAGE_TABLE + (PAGE >> 12) * 4

start:  mov esp, KERNEL_STACK
        mov eax, P + W
        call paging_init
        print "at first: "
        call show
        mov eax, [PAGE]
        print "after a read: "
        call show
        mov [PAGE], eax
        print "after a write: "
        call show
        and dword [ENTRY], ~(A + D)
        invlpg [PAGE]                   ; or the processor would not walk the table again
        print "cleared: "
        call show
        mov eax, [PAGE]
        print "read again: "
        call show
        exit 0

show:   mov al, '-'
        test dword [ENTRY], A
        jz .accessed
        mov al, 'A'
.accessed:
        call put_char
        mov al, '-'
        test dword [ENTRY], D
        jz .dirty
        mov al, 'D'
.dirty: call put_char
        print 10
        ret

%include "lib/console.inc"
%include "lib/paging.inc"
