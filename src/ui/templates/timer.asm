; A timer interrupt: IRQ 0 comes at vector 20h, the handler counts, the program waits in HLT for each of them.

bits 32
org 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call pic_init                   ; IRQ 0 to 15 at vectors 20h to 2Fh, all masked
        gate 0x20, timer, INTERRUPT_GATE
        mov ecx, 500                    ; every 500 clocks of 1.193182 MHz
        call timer_start

.next:  sti
        hlt                             ; sleeps until an interrupt comes
        cli
        mov eax, [ticks]
        call put_decimal
        print " "
        cmp dword [ticks], 5
        jb .next
        print 10
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
