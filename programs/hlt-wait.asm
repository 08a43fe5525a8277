; title: Waiting with HLT
; title-zh: 用 HLT 等待
; summary: An idle loop stops the processor until the next interrupt instead of burning instructions. Virtual time jumps to the timer, so each wait takes exactly one HLT.
; summary-zh: 空闲循环让处理器停到下一个中断，而不是空耗指令。虚拟时间跳到定时器时刻，因此每次等待恰好一条 HLT。
; topic: interrupts
; order: 2
; outcome: exited 0
; serial: "asleep... awake 1\nasleep... awake 2\nasleep... awake 3\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov ecx, 10000                  ; 80,000 instructions: an age
        call timer_start
.next:  print "asleep... "
        mov ebx, [ticks]
.sleep: cli                             ; look and sleep must not be torn apart
        cmp [ticks], ebx
        jne .awake
        sti                             ; takes effect after the next instruction: no interrupt fits between
        hlt
        jmp .sleep
.awake: print "awake "
        mov eax, [ticks]
        call put_decimal
        print 10
        cmp eax, 3
        jb .next
        exit 0

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
