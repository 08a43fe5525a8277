; title: Serial echo through the console ring
; title-zh: 经控制台环的串口回显
; summary: What comes in goes back in upper case. On bare metal by the UART's ports and interrupt; under Xen through two rings in a page that the driver domain shares, and it has the UART.
; summary-zh: 收到的字母转成大写送回。裸机上用 UART 的端口和中断；在 Xen 下用与驱动域共享的一页中的两个环，UART 归驱动域。
; topic: devices
; order: 21
; input: tick 40000 serial "guest "
; input: tick 80000 serial "and host."
; outcome: exited 0
; serial: "Type; a full stop ends.\nGUEST AND HOST.\n"
; domain 0: xen/driver-domain.asm
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
%include "include/rings.inc"
        xen_guest "console", start
%endif

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        call console_init
        mov eax, serial
        call events_init
%else
        call segments_init
        call interrupts_init
        gate 0x24, serial, INTERRUPT_GATE
        call pic_init
        mov al, 0xEF
        out PIC1 + 1, al                ; IRQ 4 alone
        mov edx, COM1 + 4
        mov al, 0x0B
        out dx, al                      ; OUT2 connects the UART to its interrupt line
        mov edx, COM1 + 1
        mov al, 1
        out dx, al                      ; interrupt when a byte has come in
%endif
        print "Type; a full stop ends.", 10
        sti
.sleep: hlt
        jmp .sleep

serial: pushad
%ifdef XEN
        call take_events                ; they are all the console's
%endif
.next:
%ifdef XEN
        call get_char
        jc .done
%else
        mov edx, COM1 + 5
        in al, dx
        test al, 1                      ; is there a byte?
        jz .done
        mov edx, COM1
        in al, dx
%endif
        cmp al, 'a'
        jb .send
        cmp al, 'z'
        ja .send
        sub al, 'a' - 'A'
.send:  call put_char
        cmp al, '.'
        jne .next
        print 10
        exit 0
.done:
%ifndef XEN
        mov al, 0x20
        out PIC1, al
%endif
        popad
        iretd

%include "lib/console.inc"
%ifdef XEN
%include "include/console-ring.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
%include "include/events.inc"
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
%endif
