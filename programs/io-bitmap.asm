; title: The I/O permission bitmap
; title-zh: I/O 许可位图
; summary: One bit for each port in the task state segment lets ring 3 use the debug console and nothing else, without asking the kernel each time.
; summary-zh: 任务状态段里每个端口一位，让环 3 可以使用调试控制台而不能用别的端口，也不必每次请求内核。
; topic: protection
; order: 7
; outcome: exited 0
; debug: "port E9 is ours\n"
; serial: "port 3F8: general protection\nport E8 and E9 as a word: general protection\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov edi, big_tss
        mov dword [edi + 4], KERNEL_STACK
        mov dword [edi + 8], KERNEL_DATA
        mov word [edi + 102], 104       ; where the bitmap begins
        mov byte [edi + 104 + 0xE9 / 8], ~(1 << (0xE9 & 7)) & 0xFF
        call segments_init
        mov edi, gdt + FREE             ; a second TSS, with room for ports 0 to 3FF
        mov dword [edi], 104 + 128      ; limit: one byte of ones behind the bitmap belongs to it
        mov dword [edi + 4], 0x00008900
        mov eax, big_tss
        call set_base
        mov eax, FREE
        ltr ax
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
        gate 0x80, finish, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

user:   mov esi, text
.next:  mov al, [esi]
        inc esi
        out DEBUG_PORT, al              ; IOPL is 0, but the bit of this port is 0 too
        cmp al, 10
        jne .next
        mov edx, COM1
byte_port:
        out dx, al                      ; one byte of code
        mov edx, 0xE8
word_port:
        out dx, ax                      ; two bytes; needs both bits clear
        int 0x80

text:   db "port E9 is ours", 10

general_protection:
        add esp, 4
        cmp dword [esp], byte_port
        jne .word
        print "port 3F8: general protection", 10
        inc dword [esp]
        iretd
.word:  cmp dword [esp], word_port
        jne .wrong
        print "port E8 and E9 as a word: general protection", 10
        add dword [esp], 2
        iretd
.wrong: exit 1

finish: exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
        align 4
big_tss:
        times 104 db 0
        times 129 db 0xFF               ; every port refused, until start clears a bit
