; title: Code that changes itself
; title-zh: 修改自身的代码
; summary: A loop counts with an instruction whose immediate it rewrites each time round, then turns an ADD into a SUB. Whoever keeps decoded or translated code must notice.
; summary-zh: 循环每转一圈都改写自己一条指令的立即数，最后把 ADD 改成 SUB。凡保存已解码或已翻译代码者都必须察觉。
; topic: compute
; order: 5
; outcome: exited 0
; serial: "1 3 6 10 15 \n14 12 9 5 0 \n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov dword [operation + 1], 0
        xor eax, eax
        call count
        mov byte [operation], 0x2D      ; the opcode of SUB EAX, imm32; that of ADD is 05
        mov dword [operation + 1], 0
        call count
        exit 0

count:  mov ecx, 5
.next:  inc dword [operation + 1]       ; the immediate of the instruction below
operation:
        add eax, dword 0x12340000       ; 05 and four bytes of immediate, which never is this one
        call put_decimal
        push eax
        mov al, ' '
        call put_char
        pop eax
        loop count.next
        print 10
        ret

%include "lib/console.inc"
