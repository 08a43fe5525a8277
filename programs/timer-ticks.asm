; title: Counting the timer
; title-zh: 数时钟滴答
; summary: The smallest interrupt program: tables, controllers, timer, a handler that counts. Prints a line after each tenth interrupt.
; summary-zh: 最小的中断程序：描述符表、中断控制器、定时器，以及一个计数的处理程序。每十次中断打印一行。
; topic: interrupts
; order: 1
; outcome: exited 0
; serial: "10 ticks\n20 ticks\n30 ticks\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov ecx, 100                    ; every 800 instructions
        call timer_start
        mov ebx, 10                     ; the next number to report
        sti
.wait:  cmp [ticks], ebx
        jb .wait
        mov eax, ebx
        call put_decimal
        print " ticks", 10
        add ebx, 10
        cmp ebx, 30
        jbe .wait
        exit 0

timer:  push eax
        inc dword [ticks]
        mov al, 0x20                    ; end of interrupt
        out PIC1, al
        pop eax
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
ticks:  dd 0
