; title: The timer as an alarm clock
; title-zh: 用定时器作闹钟
; summary: Channel 0 in mode 0 interrupts once, after as many clocks as it was told. The program sets three alarms and measures each by counting loops until it rings: twice the clocks, twice the loops.
; summary-zh: 通道 0 在模式 0 下按给定的时钟数只中断一次。程序设三次闹钟，数循环次数直到铃响：时钟数加倍，循环数也加倍。
; topic: interrupts
; order: 6
; outcome: exited 0
; serial: "100 clocks, then twice as long, then four times as long: yes\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, alarm, INTERRUPT_GATE
        call pic_init
        mov al, 0xFE
        out PIC1 + 1, al                ; IRQ 0 alone
        mov ecx, 100
        call measure
        mov esi, edx
        mov ecx, 200
        call measure
        mov edi, edx
        mov ecx, 400
        call measure

        print "100 clocks, then twice as long, then four times as long: "
        shl esi, 1
        mov eax, edi
        call near_to                    ; 200 clocks against twice 100
        mov esi, edi
        shl esi, 1
        mov eax, edx
        call near_to                    ; 400 against twice 200
        print "yes", 10
        exit 0

; ECX = clocks: gives EDX = turns of the loop until the alarm.
measure:
        mov al, 0x30                    ; channel 0, low then high byte, mode 0
        out PIT + 3, al
        mov byte [rung], 0
        mov al, cl
        out PIT, al
        mov al, ch
        out PIT, al                     ; the count begins
        xor edx, edx
        sti
.wait:  inc edx
        cmp byte [rung], 0
        je .wait
        cli
        ret

; Ends the run with code 1 unless EAX and ESI differ by less than an eighth.
near_to:
        sub eax, esi
        jns .positive
        neg eax
.positive:
        shl eax, 3
        cmp eax, esi
        ja .wrong
        ret
.wrong: print "no", 10
        exit 1

alarm:  push eax
        mov byte [rung], 1
        mov al, 0x20
        out PIC1, al
        pop eax
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
rung:   db 0
