; title: A local descriptor table for each task
; title-zh: 每个任务一张局部描述符表
; summary: Two tasks use the very same selector and see different memory, because each has its own LDT. Before paging this was how tasks were kept apart.
; summary-zh: 两个任务使用同一个选择子却看到不同的内存，因为各有自己的 LDT。在分页出现之前，任务就是这样隔离的。
; topic: protection
; order: 5
; outcome: exited 0
; serial: "task 1 sees: one\ntask 2 sees: two\ntask 1 beyond its segment: general protection\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
LDT_1   equ FREE                        ; descriptors of the two tables in the GDT
LDT_2   equ FREE + 8
OWN     equ 0x04                        ; entry 0 of the current LDT

start:  mov esp, KERNEL_STACK
        mov eax, words_1
        mov edi, ldt_1
        call set_base
        mov eax, words_2
        mov edi, ldt_2
        call set_base
        mov eax, ldt_1
        mov edi, gdt + LDT_1
        call describe_table
        mov eax, ldt_2
        mov edi, gdt + LDT_2
        call describe_table
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE

        mov eax, LDT_1
        lldt ax
        print "task 1 sees: "
        call task
        mov eax, LDT_2
        lldt ax
        print "task 2 sees: "
        call task

        mov eax, LDT_1
        lldt ax
        mov eax, OWN
        mov fs, eax
beyond: mov al, [fs:4]                  ; the segment has four bytes, 0 to 3
        exit 1

; Prints the text at offset 0 of the task's own segment.
task:   mov eax, OWN
        mov fs, eax
        xor esi, esi
.next:  mov al, [fs:esi]
        inc esi
        call put_char
        cmp esi, 3
        jb .next
        print 10
        ret

; EAX = address of an LDT of one entry, EDI = its descriptor.
describe_table:
        mov dword [edi], 7
        mov dword [edi + 4], 0x00008200
        jmp set_base

general_protection:
        cmp dword [esp + 4], beyond
        jne .wrong
        print "task 1 beyond its segment: general protection", 10
        exit 0
.wrong: exit 2

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
        align 8
ldt_1:  dq 0x0040920000000003           ; data, writable, four bytes
ldt_2:  dq 0x0040920000000003
words_1:
        db "one", 0
words_2:
        db "two", 0
