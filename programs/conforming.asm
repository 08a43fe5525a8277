; title: Conforming code
; title-zh: 一致代码段
; summary: A conforming segment may be called from any outer ring and runs in the ring of its caller: shared code without shared privilege. In ring 3 its OUT still faults.
; summary-zh: 一致代码段可从任何外环调用，并在调用者的环中运行：共享代码而不共享特权。在环 3 中它的 OUT 依旧出错。
; topic: protection
; order: 3
; outcome: exited 0
; serial: "called from ring 0: square of 5 is 25\ncalled from ring 3: square of 7 is 49\nring 3, OUT in conforming code: general protection\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
CONFORMING equ FREE                     ; code, DPL 0, conforming

start:  mov esp, KERNEL_STACK
        mov dword [gdt + FREE], 0x0000FFFF
        mov dword [gdt + FREE + 4], 0x00CF9E00
        call segments_init
        call interrupts_init
        gate 0x80, report, USER_TRAP_GATE
        gate 13, general_protection, INTERRUPT_GATE

        print "called from ring 0: square of 5 is "
        mov eax, 5
        call CONFORMING:square
        call put_decimal
        print 10
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; In the conforming segment: EAX := EAX * EAX.
square: mul eax
        retf
; In the conforming segment: tries a port.
touch:  out DEBUG_PORT, al
        retf

user:   mov eax, 7
        call CONFORMING:square
        int 0x80
        call CONFORMING:touch           ; the call is fine, the OUT is not: CPL is still 3

report: print "called from ring 3: square of 7 is "
        call put_decimal
        print 10
        iretd

; On the stack: error code, EIP, CS.
general_protection:
        cmp dword [esp + 4], touch
        jne .wrong
        print "ring 3, OUT in conforming code: general protection", 10
        exit 0
.wrong: exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
