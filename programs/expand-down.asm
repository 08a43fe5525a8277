; title: An expand-down segment
; title-zh: 向下扩展段
; summary: In an expand-down segment the limit is the last offset that is not allowed: a stack can grow by lowering the limit. A push below it is a stack fault, which the handler answers with more room.
; summary-zh: 在向下扩展段中，界限是最后一个不允许的偏移：降低界限即可让栈增长。压到界限以下产生栈错误，处理程序以更多空间作答。
; topic: protection
; order: 4
; outcome: exited 0
; serial: "stack fault: limit lowered to 00186FFF\nstack fault: limit lowered to 00185FFF\n3000 words pushed and popped\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
GROWING equ FREE + 3                    ; the user's stack: data, DPL 3, writable, expand-down, 4 KiB units
LIMIT   equ 0x187                       ; valid offsets are above 00187FFF

start:  mov esp, KERNEL_STACK
        mov dword [gdt + FREE], LIMIT
        mov dword [gdt + FREE + 4], 0x00C0F600
        call segments_init
        call interrupts_init
        gate 12, stack_fault, INTERRUPT_GATE
        gate 0x80, finish, USER_TRAP_GATE
        mov edx, USER_DATA
        mov ds, edx
        mov es, edx
        push dword GROWING              ; SS
        push dword STACK_1 + 0x1000     ; ESP: one page above the limit
        push dword RESERVED_FLAG
        push dword USER_CODE
        push dword user
        iretd

user:   mov ecx, 3000
        mov eax, 1
.push:  push eax
        inc eax
        loop .push
        mov ecx, 3000
.pop:   dec eax
        pop edx
        cmp edx, eax
        jne .wrong
        loop .pop
        mov eax, 0
        int 0x80
.wrong: mov eax, 1
        int 0x80

; The user pushed below the limit. Lowers it by a page; IRET loads SS again from the table.
stack_fault:
        add esp, 4                      ; the error code
        push eax
        dec word [gdt + FREE]
        print "stack fault: limit lowered to "
        movzx eax, word [gdt + FREE]
        shl eax, 12
        or eax, 0xFFF
        call put_hex
        print 10
        pop eax
        iretd

finish: test eax, eax
        jnz .wrong
        print "3000 words pushed and popped", 10
.wrong: jmp exit_run                    ; AL is the exit code

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
