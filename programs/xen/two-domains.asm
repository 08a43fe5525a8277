; title: Two domains and a page between them
; title-zh: 两个域与它们之间的一页
; summary: One asks for squares, the other answers. On bare metal they are two threads of one kernel with common memory; under Xen two domains, which share nothing but a granted page and an event channel.
; summary-zh: 一方询问平方数，另一方作答。裸机上它们是同一内核中共用内存的两个线程；在 Xen 下是两个域，除一页授权内存和一条事件通道外什么也不共享。
; topic: tasks
; order: 22
; outcome: exited 0
; serial: "squares: 1 4 9 16 25 36 49 64 \n"
; domain 2: xen/peer.asm
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/squares.inc"
%ifdef XEN
%include "include/xen.inc"
        xen_guest "two domains", start
PEER    equ 2
%endif
PAGE_BETWEEN equ USER_PAGE

start:  mov esp, STACK_1
%ifdef XEN
        call domain_init
        call grants_init
        mov eax, event
        call events_init
        mov edi, PAGE_BETWEEN
        mov edx, PEER
        mov ecx, SQUARES_GRANT
        call grant_page
        mov eax, PEER
        call alloc_unbound
        mov [peer_port], eax
.peer:  hypercall sched_op, SCHEDOP_YIELD, 0
        cmp dword [PAGE_BETWEEN + READY], 0
        je .peer
%else
        call segments_init
        call interrupts_init
        mov dword [STACK_2 - 4], peer
        mov dword [other], STACK_2 - 4 - 32     ; where POPAD and RET begin
%endif
        print "squares: "
        mov ebp, 1
.next:  mov [PAGE_BETWEEN + QUESTION], ebp
        inc dword [PAGE_BETWEEN + ASKED]
        call let_answer
        mov eax, [PAGE_BETWEEN + ANSWER]
        call put_decimal
        print " "
        inc ebp
        cmp ebp, 8
        jbe .next
        print 10
        exit 0

; Returns when the question is answered. Keeps EBP.
let_answer:
%ifdef XEN
        mov eax, [peer_port]
        call notify
.wait:  cli
        mov eax, [PAGE_BETWEEN + ASKED]
        cmp eax, [PAGE_BETWEEN + ANSWERED]
        je .done
        hlt
        jmp .wait
.done:  sti
        ret

event:  pushad
        call take_events
        popad
        iretd
%else
        pushad
        xchg esp, [other]               ; to the peer, and back
        popad
        ret

peer:   mov eax, [PAGE_BETWEEN + QUESTION]
        mul eax
        mov [PAGE_BETWEEN + ANSWER], eax
        inc dword [PAGE_BETWEEN + ANSWERED]
        call let_answer
        jmp peer
%endif

%include "lib/console.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
%include "include/events.inc"
%include "include/rings.inc"
%include "include/grants.inc"
        align 4
peer_port:
        dd 0
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
        align 4
other:  dd 0                            ; ESP of the one that waits
%endif
