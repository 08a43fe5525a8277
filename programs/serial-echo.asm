; title: Serial echo
; title-zh: 串口回显
; summary: The UART raises IRQ 4 for each byte that comes in; the handler sends it back in upper case. A full stop ends the run. No polling anywhere: the processor sleeps.
; summary-zh: UART 每收到一个字节就发出 IRQ 4；处理程序转成大写后送回。句点结束。没有任何轮询：处理器在睡眠。
; topic: devices
; order: 4
; input: tick 4000 serial "guest "
; input: tick 20000 serial "and host."
; outcome: exited 0
; serial: "GUEST AND HOST.\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
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
        sti
.sleep: hlt
        jmp .sleep

serial: push eax
        push edx
.next:  mov edx, COM1 + 5
        in al, dx
        test al, 1                      ; is there a byte?
        jz .done
        mov edx, COM1
        in al, dx
        cmp al, 'a'
        jb .send
        cmp al, 'z'
        ja .send
        sub al, 'a' - 'A'
.send:  call put_char
        cmp al, '.'
        je .end
        jmp .next
.done:  mov al, 0x20
        out PIC1, al
        pop edx
        pop eax
        iretd
.end:   print 10
        exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
