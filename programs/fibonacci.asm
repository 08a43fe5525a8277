; title: Fibonacci numbers
; title-zh: 斐波那契数
; summary: A plain computation with a recursive procedure: CALL, RET and the stack. Nothing in it is sensitive, so it runs at full speed under any VMM until it prints.
; summary-zh: 用递归过程做的普通计算：CALL、RET 和栈。其中没有敏感指令，因此在打印之前，任何 VMM 下都全速运行。
; topic: compute
; order: 1
; outcome: exited 0
; serial: "1 1 2 3 5 8 13 21 34 55 89 144 \n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov esi, 1
.next:  mov eax, esi
        call fibonacci
        call put_decimal
        mov al, ' '
        call put_char
        inc esi
        cmp esi, 12
        jbe .next
        print 10
        exit 0

; EAX = n >= 1, gives EAX = the n-th number.
fibonacci:
        cmp eax, 2
        jbe .one
        push ebx
        push eax
        dec eax
        call fibonacci
        mov ebx, eax                    ; f(n - 1)
        pop eax
        sub eax, 2
        call fibonacci                  ; f(n - 2)
        add eax, ebx
        pop ebx
        ret
.one:   mov eax, 1
        ret

%include "lib/console.inc"
