; title: Rings and a system call, as a port
; title-zh: 特权环与系统调用（移植版）
; summary: User code asks the kernel by INT 80h. Under Xen the kernel is in ring 1 and says where its handler is by a table; Xen puts a gate there, so that the call goes from ring 3 to ring 1 without Xen.
; summary-zh: 用户代码用 INT 80h 请求内核。在 Xen 下内核位于环 1，用一张表告知处理程序的位置；Xen 为它设门，于是调用从环 3 直达环 1，不经过 Xen。
; topic: protection
; order: 20
; outcome: exited 0
; serial: "Hello from ring 3, by system call\nThe caller had CPL 3\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

; The user's page. It is the same in both builds.
user:   push ss
        pop ds
        push ss
        pop es
        mov eax, 1
        mov esi, text
        int 0x80
        mov eax, 2
        int 0x80

text:   db "Hello from ring 3, by system call", 10, 0

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "rings", start
%endif

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        hypercall set_trap_table, traps
        mov ebx, user
        mov ecx, 1
        call user_pages
        mov ebx, STACK_1 - 0x1000
        mov ecx, 1
        call user_pages
%else
        call segments_init
        call interrupts_init
        gate 0x80, system_call, USER_TRAP_GATE
%endif
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

; System calls: EAX = 1 writes the text at ESI, EAX = 2 ends the run.
system_call:
        cmp eax, 1
        jne .end
        call put_text
        iretd
.end:   print "The caller had CPL "
        mov eax, [esp + 4]              ; the caller's CS, as the processor pushed it
        and eax, 3
        call put_decimal
        print 10
        exit 0

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%endif
