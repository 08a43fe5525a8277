; title: The POPF lesson with CLI and STI
; title-zh: POPF 一课之 CLI 与 STI 版
; summary: The same two clerks, but interrupts go off with CLI and on with STI. Both fault at CPL 1 with IOPL 0, the VMM learns of them, and no ticket is sold twice.
; summary-zh: 同样的两个售票员，但用 CLI 关中断、用 STI 开中断。IOPL 为 0 时二者在 CPL 1 都会出错陷入，VMM 因此得知，没有一张票卖两次。
; topic: lesson
; order: 2
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

clerk:  cli                             ; IF := 0. At CPL 1 this is a general protection fault
        mov eax, [ticket]
        mov ecx, 1000
        loop $                          ; writing takes time
        inc eax
        mov [ticket], eax
        call sell
        sti                             ; IF := 1
        jmp clerk

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
