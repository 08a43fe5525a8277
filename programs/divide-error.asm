; title: Divide error
; title-zh: 除法错误
; summary: A division by zero and a quotient that does not fit raise exception 0. It is a fault: the return address is the division itself, so the handler repairs the divisor and the instruction runs again.
; summary-zh: 除以零和商放不下都会引发异常 0。它是故障：返回地址就是除法指令本身，所以处理程序修好除数后该指令重新执行。
; topic: faults
; order: 1
; outcome: exited 0
; serial: "100 / 0: divide error, trying 7\nquotient 14, remainder 2\n2^32 / 1: divide error, trying 7\nquotient 613566756, remainder 4\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0, divide_error, INTERRUPT_GATE
        print "100 / 0: "
        mov edx, 0
        mov eax, 100
        mov ecx, 0
        div ecx                         ; EDX:EAX / ECX
        call show
        print "2^32 / 1: "
        mov edx, 1
        mov eax, 0
        mov ecx, 1
        div ecx                         ; the quotient needs 33 bits
        call show
        exit 0

divide_error:
        print "divide error, trying 7", 10
        mov ecx, 7
        iretd                           ; back to the same DIV

show:   print "quotient "
        call put_decimal
        print ", remainder "
        mov eax, edx
        call put_decimal
        print 10
        ret

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
