; title: Numbers longer than a register
; title-zh: 比寄存器更长的数
; summary: Factorials to 30 in packed decimal with ADC, DAA and carries that run through memory: the arithmetic of the 1970s is still in the processor.
; summary-zh: 用 ADC、DAA 和贯穿内存的进位，以压缩十进制计算到 30 的阶乘：20 世纪 70 年代的算术仍在处理器里。
; topic: compute
; order: 6
; outcome: exited 0
; serial: "30! = 265252859812191058636308480000000\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
DIGITS  equ 17                          ; bytes, two digits in each, the lowest first

start:  mov esp, KERNEL_STACK
        mov byte [product], 1
        mov ebx, 2                      ; the next factor
.factor:
        mov esi, product                ; sum := 0; then add the product EBX times
        mov edi, sum
        mov ecx, DIGITS
        mov al, 0
        rep stosb
        mov ebp, ebx
.again: mov esi, product
        mov edi, sum
        mov ecx, DIGITS
        clc
.digit: mov al, [esi]                   ; MOV, INC and LOOP leave the carry alone
        adc al, [edi]
        daa                             ; back to two decimal digits, and the carry
        mov [edi], al
        inc esi
        inc edi
        loop .digit
        dec ebp
        jnz .again
        mov esi, sum
        mov edi, product
        mov ecx, DIGITS
        rep movsb
        inc ebx
        cmp ebx, 30
        jbe .factor

        print "30! = "
        mov ecx, DIGITS
        mov dl, 0                       ; becomes 1 with the first digit that is not zero
.show:  mov al, [product + ecx - 1]
        aam 16                          ; AH = upper digit, AL = lower
        push eax
        mov al, ah
        call .one
        pop eax
        call .one
        loop .show
        print 10
        exit 0

.one:   or dl, al
        jz .leading
        add al, '0'
        call put_char
.leading:
        ret

%include "lib/console.inc"
product:
        times DIGITS db 0
sum:    times DIGITS db 0
