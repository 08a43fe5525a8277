; title: Single-stepping with the trap flag
; title-zh: 用陷阱标志单步执行
; summary: A debugger in miniature: with TF set the processor raises exception 1 after each instruction, and the handler prints the address. It is a trap: the address is that of the next instruction.
; summary-zh: 微型调试器：置位 TF 后处理器在每条指令之后引发异常 1，处理程序打印地址。它是陷阱：地址是下一条指令的。
; topic: faults
; order: 3
; outcome: exited 0
; serial: "stopped before 1: EAX 0\nstopped before 2: EAX 1\nstopped before 3: EAX 3\nstopped before 4: EAX 6\n4 stops\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 1, debug, INTERRUPT_GATE
        xor eax, eax
        xor ebx, ebx                    ; how many stops
        push dword RESERVED_FLAG + TF
        popfd                           ; TF := 1; the first stop comes after the next instruction
watched:
        nop                             ; stop: before 1
        add eax, byte 1                 ; each of these is three bytes long
        add eax, byte 2
        add eax, byte 3
        push dword RESERVED_FLAG        ; one more stop, before this line ...
        popfd                           ; ... and one before this; none after it
        mov eax, ebx
        call put_decimal
        print " stops", 10
        cmp ebx, 4
        jne .wrong
        exit 0
.wrong: exit 1

debug:  push eax
        mov eax, [esp + 4]
        sub eax, watched + 1
        cmp eax, 9                      ; the four stops at the additions and behind them
        ja .quiet
        print "stopped before "
        xor edx, edx
        mov ecx, 3
        div ecx
        inc eax
        call put_decimal
        print ": EAX "
        mov eax, [esp]
        call put_decimal
        print 10
        inc ebx
.quiet: pop eax
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
