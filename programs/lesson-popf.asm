; title: The POPF lesson: an update is lost
; title-zh: POPF 一课：丢失的更新
; summary: Two clerks share one ticket book. Each switches interrupts off with POPF while she writes, so no two customers get the same number. Under trap-and-emulate POPF at CPL 1 ignores the interrupt flag without a word, and tickets are sold twice.
; summary-zh: 两个售票员共用一本票簿。每人写票时用 POPF 关中断，因此号码不会重复。在陷入-模拟之下，CPL 1 的 POPF 不声不响地忽略中断标志，同一个号码被卖出两次。
; topic: lesson
; order: 1
; outcome: exited 0
; serial: "A1 B2 A3 B4 A5 B6 A7 B8 \n8 customers, last ticket 8\n"
; trap-and-emulate: differs at POPFD property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "A1 B1 A2 B2 A3 B3 A4 B4 \n8 customers, last ticket 4\n"
; what-if: popf-traps

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

clerk:  pushfd                          ; keep the flags: IF is 1
        pushfd
        and dword [esp], ~IF
        popfd                           ; IF := 0. From here nobody may interrupt us
        mov eax, [ticket]
        mov ecx, 1000
        loop $                          ; writing takes time
        inc eax
        mov [ticket], eax
        call sell
        popfd                           ; the flags as they were: IF = 1
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
