; title: Kernel threads and a lock, as a port
; title-zh: 内核线程与锁（移植版）
; summary: Two threads of the kernel add to one number, in three steps that must not be torn apart. CLI and STI keep the timer off on bare metal; under Xen the same lines write the mask in the shared page, without entering Xen.
; summary-zh: 内核的两个线程分三步给同一个数加一，中间不能被打断。裸机上靠 CLI 和 STI 挡住定时器；在 Xen 下同样的几行写共享页中的屏蔽字节，不进入 Xen。
; topic: tasks
; order: 21
; outcome: exited 0
; serial: "both threads ran, and the number is 200\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
        xen_guest "threads", start
KERNEL_CS equ FLAT_RING1_CS
%else
KERNEL_CS equ KERNEL_CODE
%endif
TURNS   equ 100

start:  mov esp, STACK_1
%ifdef XEN
        call domain_init
        mov eax, timer
        call events_init
%else
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
%endif
        mov edi, STACK_2 - 44           ; the second thread's stack, as the timer would leave it
        mov dword [edi + 16], seen_2    ; EBX
        mov dword [edi + 32], thread
        mov dword [edi + 36], KERNEL_CS
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov [other], edi
%ifdef XEN
        mov eax, 60_000
        call timer_init
%else
        mov ecx, 70
        call timer_start
%endif
        mov ebx, seen_1
        sti

; EBX = where this thread counts its turns.
thread: mov ecx, 30
        loop $
        cli
        mov eax, [number]
        mov ecx, 20
        loop $                          ; time enough to be torn apart
        inc eax
        mov [number], eax
        sti
        inc dword [ebx]
        cmp dword [ebx], TURNS
        jne thread
        inc dword [finished]
.wait:  cmp dword [finished], 2
        jne .wait
        cli                             ; whoever sees it first ends the run
        cmp dword [changes], 4
        jb .no
        print "both threads ran, and the number is "
        mov eax, [number]
        call put_decimal
        print 10
        exit 0
.no:    exit 1

timer:  pushad
%ifdef XEN
        call take_events                ; they are all the timer's
        call timer_again
%else
        mov al, 0x20
        out PIC1, al
%endif
        inc dword [changes]
        xchg esp, [other]
        popad
        iretd

%include "lib/console.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/events.inc"
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
%endif
        align 4
other:  dd 0                            ; ESP of the thread that waits
number: dd 0
seen_1: dd 0
seen_2: dd 0
finished:
        dd 0
changes:
        dd 0
