; title: Two kernel threads
; title-zh: 两个内核线程
; summary: Two threads at CPL 0 share the processor by the timer. Neither touches the flags, so nothing silent can happen and a VMM gets it right.
; summary-zh: CPL 0 的两个线程靠定时器共用处理器。二者都不碰标志，因此没有悄悄发生的事，VMM 也能做对。
; topic: tasks
; order: 2
; outcome: exited 0
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, STACK_1
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov edi, STACK_2 - 44           ; the second thread's stack, as the timer would leave it
        mov dword [edi + 16], '2'       ; EBX
        mov dword [edi + 32], thread
        mov dword [edi + 36], KERNEL_CODE
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov [other], edi
        mov ecx, 60
        call timer_start
        mov ebx, '1'
        sti

thread: mov eax, ebx
        mov edx, COM1
        out dx, al                      ; one instruction: no other thread can get in between
        mov ecx, 100
        loop $
        inc dword [written]
        cmp dword [written], 40
        jb thread
        cli
        print 10
        exit 0

timer:  pushad
        mov al, 0x20
        out PIC1, al
        xchg esp, [other]
        popad
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
other:  dd 0
written:
        dd 0
