; title: The POPF lesson with IRET
; title-zh: POPF 一课之 IRET 版
; summary: The same two clerks, but IF changes by IRET to the next line. At CPL 1, IRET drops the new IF as silently as POPF does; but these frames name a code segment with RPL 0, which code at CPL 1 may not return to, so every one faults and is emulated. The guest is saved by its selector, not by its flag.
; summary-zh: 同样的两个售票员，但用返回到下一行的 IRET 改变 IF。在 CPL 1，IRET 与 POPF 一样悄悄丢掉新的 IF；不过这里的栈帧里代码段的 RPL 为 0，CPL 1 的代码不能返回到它，于是每次都出错并被模拟。救了客户机的是选择子，而不是标志位。
; topic: lesson
; order: 3
; outcome: exited 0
; serial: "A1 B2 A3 B4 A5 B6 A7 B8 \n8 customers, last ticket 8\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, STACK_1
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov dword [STACK_2 - 4], RESERVED_FLAG + IF     ; clerk B's stack, as if the timer had interrupted her
        mov dword [STACK_2 - 8], KERNEL_CODE
        mov dword [STACK_2 - 12], clerk
        mov dword [STACK_2 - 28], 'B'                   ; EBX among the eight registers of PUSHAD
        mov dword [other], STACK_2 - 44
        mov ebx, 'A'
        mov ecx, 100                    ; the timer comes every 800 instructions
        call timer_start
        sti

clerk:  push dword RESERVED_FLAG        ; EFLAGS with IF = 0
        push dword KERNEL_CODE          ; RPL 0: this is what faults at CPL 1
        push dword .alone
        iretd                           ; IF := 0
.alone:
        mov eax, [ticket]
        mov ecx, 1000
        loop $                          ; writing takes time
        inc eax
        mov [ticket], eax
        call sell
        push dword RESERVED_FLAG + IF   ; EFLAGS with IF = 1
        push dword KERNEL_CODE
        push dword clerk
        iretd                           ; IF := 1, and on to the next customer

timer:  pushad                          ; the other clerk's turn
        mov al, 0x20
        out PIC1, al                    ; end of interrupt
        xchg esp, [other]               ; her registers are on her stack
        popad
        iretd

; EAX = ticket number, BL = clerk: writes e.g. "A1 ". Ends the day after eight customers.
sell:   add al, '0'
        mov ah, bl
        xchg al, ah
        call put_char
        mov al, ah
        call put_char
        mov al, ' '
        call put_char
        inc dword [customers]
        cmp dword [customers], 8
        je closing
        ret

closing:
        cli
        print 10
        mov eax, [customers]
        call put_decimal
        print " customers, last ticket "
        mov eax, [ticket]
        call put_decimal
        print 10
        cmp eax, [customers]
        je .right
        exit 1                          ; an update was lost
.right: exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
ticket: dd 0                            ; number of the last ticket sold
customers:
        dd 0
other:  dd 0                            ; ESP of the clerk who waits
