; title: Sorting by insertion
; title-zh: 插入排序
; summary: Sorts sixteen numbers in place and prints them before and after. A program to step through backwards.
; summary-zh: 就地给十六个数排序，打印前后两次。适合倒着单步执行。
; topic: compute
; order: 3
; outcome: exited 0
; serial: "42 7 99 3 58 16 71 25 84 1 63 30 12 90 47 5 \n1 3 5 7 12 16 25 30 42 47 58 63 71 84 90 99 \n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
COUNT   equ 16

start:  mov esp, KERNEL_STACK
        call show
        mov ecx, 1                      ; numbers[0 .. ecx) is in order
.insert:
        mov eax, [numbers + ecx * 4]
        mov edx, ecx
.shift: mov ebx, [numbers + edx * 4 - 4]
        cmp ebx, eax
        jbe .place
        mov [numbers + edx * 4], ebx
        dec edx
        jnz .shift
.place: mov [numbers + edx * 4], eax
        inc ecx
        cmp ecx, COUNT
        jb .insert
        call show
        exit 0

show:   xor ecx, ecx
.next:  mov eax, [numbers + ecx * 4]
        call put_decimal
        mov al, ' '
        call put_char
        inc ecx
        cmp ecx, COUNT
        jb .next
        print 10
        ret

%include "lib/console.inc"
        align 4
numbers:
        dd 42, 7, 99, 3, 58, 16, 71, 25, 84, 1, 63, 30, 12, 90, 47, 5
