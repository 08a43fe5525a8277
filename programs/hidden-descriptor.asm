; title: The part of a segment register that nobody sees
; title-zh: 段寄存器中看不见的部分
; summary: A segment register keeps a copy of its descriptor. The program changes the table, and the register goes on as before until it is loaded again. A VMM that ever reloads a register from the table would give it away.
; summary-zh: 段寄存器保存着描述符的副本。程序改动了表，寄存器却照旧，直到重新装载。若 VMM 曾从表中重新装载寄存器，就会露馅。
; topic: protection
; order: 9
; outcome: exited 0
; serial: "before: A\ntable changed: A\nafter a trap: A\nreloaded: B\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov edi, gdt + FREE             ; data, writable, one page, base at first_byte
        mov dword [edi], 0x00000FFF
        mov dword [edi + 4], 0x00409200
        mov eax, first_byte
        call set_base
        call segments_init
        mov eax, FREE
        mov fs, eax

        print "before: "
        call show
        mov eax, second_byte
        mov edi, gdt + FREE
        call set_base
        print "table changed: "
        call show
        cli                             ; a trap, when there is a VMM: it must not load FS from the table
        print "after a trap: "
        call show
        mov eax, FREE
        mov fs, eax
        print "reloaded: "
        call show
        exit 0

show:   mov al, [fs:0]
        call put_char
        print 10
        ret

%include "lib/console.inc"
%include "lib/segments.inc"
first_byte:
        db "A"
second_byte:
        db "B"
