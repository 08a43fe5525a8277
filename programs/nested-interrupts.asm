; title: Nested interrupts and priorities
; title-zh: 嵌套中断与优先级
; summary: A slow serial handler lets the timer in with STI; the timer's handler does not let the serial line in, for the controller serves the lower number first. Until the end of interrupt is sent, equal and lower ones wait.
; summary-zh: 缓慢的串口处理程序用 STI 放定时器进来；定时器的处理程序却不会被串口打断，因为控制器先服务编号小的。在发送中断结束命令之前，同级和低级的都要等。
; topic: interrupts
; order: 5
; outcome: exited 0
; serial: "[timer in serial]\n[serial waits for timer]\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x24, serial, INTERRUPT_GATE
        call pic_init
        mov al, 0xEF                    ; IRQ 4, the serial line, is allowed
        out PIC1 + 1, al
        mov ecx, 500
        call timer_start

        mov edx, COM1 + 4
        mov al, 0x0B                    ; OUT2 connects the UART to its interrupt line
        out dx, al
        mov edx, COM1 + 1
        mov al, 2                       ; interrupt when the transmitter is empty: it is now
        out dx, al
        sti
.wait:  cmp byte [step], 2
        jb .wait
        cli
        cmp dword [order], 0x00030201   ; 1 the serial handler began, 2 the timer came in, 3 it ended
        jne .wrong
        print "[timer in serial]", 10

        mov dword [order], 0            ; now ask for the serial interrupt inside the timer's handler
        mov byte [place], 0
        mov byte [ask], 1
        sti
.again: cmp byte [step], 3
        jb .again
        cli
        cmp dword [order], 0x03010502   ; 2 timer began, 5 it ended, only then 1 and 3: the serial line
        jne .wrong
        print "[serial waits for timer]", 10
        exit 0
.wrong: exit 1

; Low priority: IRQ 4.
serial: pushad
        mov al, 1
        call note
        mov edx, COM1 + 2
        in al, dx                       ; reading the identification takes the request away
        mov edx, COM1 + 1
        mov al, 0
        out dx, al                      ; once is enough
        cmp byte [step], 2
        jae .short
        sti                             ; whoever is more urgent may come in
        mov ebx, [ticks]
.slow:  cmp [ticks], ebx
        je .slow                        ; ends only because the timer does come in
        cli
.short: mov al, 3
        call note
        inc byte [step]
        jmp end_of_interrupt

; High priority: IRQ 0.
timer:  pushad
        inc dword [ticks]
        cmp byte [step], 1
        ja .second
        cmp byte [place], 1
        jne .quiet                      ; not inside the serial handler
        mov al, 2
        call note
.quiet: jmp end_of_interrupt
.second:
        cmp byte [ask], 1
        jne end_of_interrupt
        mov byte [ask], 0
        mov al, 2
        call note
        mov edx, COM1 + 1
        mov al, 2
        out dx, al                      ; the serial line asks
        sti                             ; and interrupts are on
        mov ecx, 100
        loop $                          ; but it does not come in
        cli
        mov al, 5
        call note
end_of_interrupt:
        mov al, 0x20
        out PIC1, al
        popad
        iretd

; AL = event: appends it to the record.
note:   movzx edi, byte [place]
        cmp edi, 4
        jae .full
        mov [order + edi], al
        inc byte [place]
.full:  ret

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
order:  dd 0
ticks:  dd 0
place:  db 0
step:   db 1
ask:    db 0
