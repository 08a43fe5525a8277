; title: POPF drops the interrupt flag silently
; title-zh: POPF 悄悄丢掉中断标志
; summary: The classic: above IOPL, POPF changes all flags but IF and says nothing. The guest turns interrupts off and is interrupted.
; summary-zh: 经典案例：CPL 大于 IOPL 时，POPF 改变其他标志却不改 IF，而且一声不响。客户机关了中断，却仍被打断。
; topic: sensitive
; order: 6
; outcome: exited 0
; serial: "interrupts while they were off: none\n"
; trap-and-emulate: differs at POPFD property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "interrupts while they were off: some\n"
; what-if: popf-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov ecx, 100
        call timer_start
        sti
        pushfd
        and dword [esp], ~IF
        popfd                           ; IF := 0
        mov dword [ticks], 0
        mov ecx, 2000                   ; longer than two periods of the timer
        loop $
        mov ebx, [ticks]
        cli

        print "interrupts while they were off: "
        test ebx, ebx
        jnz .some
        print "none", 10
        exit 0
.some:  print "some", 10
        exit 1

timer:  push eax
        inc dword [ticks]
        mov al, 0x20
        out PIC1, al
        pop eax
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
ticks:  dd 0
