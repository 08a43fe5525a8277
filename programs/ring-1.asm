; title: A driver in ring 1
; title-zh: 环 1 中的驱动程序
; summary: A guest that uses ring 1 itself, for a driver that may use ports by IOPL 1 but not load the kernel's segments. Under ring compression kernel and driver share the real ring 1, and LAR lets the driver see what only ring 0 should: ring aliasing.
; summary-zh: 客户机自己使用环 1：驱动凭 IOPL 1 可以使用端口，但不能装载内核的段。在环压缩之下内核与驱动共用真实的环 1，LAR 让驱动看见本该只有环 0 看得见的东西：环混叠。
; topic: protection
; order: 10
; outcome: exited 0
; debug: "driver in ring 1\n"
; serial: "ring 1 looks at a segment of ring 0: not visible\nring 1 loads a segment of ring 0: general protection\n"
; trap-and-emulate: differs at LAR property=equivalence
; trap-and-emulate outcome: exited 0
; trap-and-emulate serial: "ring 1 looks at a segment of ring 0: visible\nring 1 loads a segment of ring 0: general protection\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"
DRIVER_CODE equ FREE + 1
DRIVER_DATA equ FREE + 8 + 1
IOPL_1  equ 0x1000

start:  mov esp, KERNEL_STACK
        mov dword [gdt + FREE], 0x0000FFFF
        mov dword [gdt + FREE + 4], 0x00CFBA00          ; code, DPL 1
        mov dword [gdt + FREE + 8], 0x0000FFFF
        mov dword [gdt + FREE + 12], 0x00CFB200         ; data, DPL 1
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
        mov eax, DRIVER_DATA
        mov ds, eax
        push dword DRIVER_DATA          ; SS
        push dword STACK_1              ; ESP
        push dword RESERVED_FLAG + IOPL_1
        push dword DRIVER_CODE
        push dword driver
        iretd                           ; to an outer ring, as to ring 3

; CPL 1: ports are allowed, segments with DPL 0 are not.
driver: mov esi, text
.next:  mov al, [esi]
        inc esi
        out DEBUG_PORT, al
        cmp al, 10
        jne .next
        mov edx, KERNEL_DATA
        lar eax, edx                    ; ZF = 1 if the descriptor may be seen from CPL 1
        jz .visible
        print "ring 1 looks at a segment of ring 0: not visible", 10
        jmp forbidden
.visible:
        print "ring 1 looks at a segment of ring 0: visible", 10
forbidden:
        mov es, edx                     ; DPL 0 is below CPL 1
        mov al, 1                       ; the load went through
        out EXIT_PORT, al
        jmp $

text:   db "driver in ring 1", 10

general_protection:
        cmp dword [esp + 4], forbidden
        jne .wrong
        print "ring 1 loads a segment of ring 0: general protection", 10
        exit 0
.wrong: exit 2

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
