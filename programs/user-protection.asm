; title: A user program reaches for the kernel
; title-zh: 用户程序伸手去碰内核
; summary: Pages marked supervisor keep ring 3 out: it may neither read nor write them, nor write its own read-only page. The error code on the stack says what was tried.
; summary-zh: 标为管理级的页把环 3 挡在外面：它既不能读也不能写，也不能写自己的只读页。栈上的错误码说明它试图做什么。
; topic: protection
; order: 8
; outcome: exited 0
; serial: "read of 00200000: error code 5\nwrite of 00200000: error code 7\nwrite of 00301000: error code 7\nread of 00500000: error code 4\nown page: fine\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        gate 0x80, finish, USER_TRAP_GATE
        mov eax, P + W + U
        call paging_init
        and dword [PAGE_TABLE + 0x200 * 4], ~U          ; the page directory itself
        and dword [PAGE_TABLE + 0x201 * 4], ~U          ; and the page table
        and dword [PAGE_TABLE + 0x301 * 4], ~W          ; a read-only page for the user
        mov eax, cr3
        mov cr3, eax                                    ; forget the old translations
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; Each of these instructions is two bytes long, so that the handler can step over it.
user:   mov edi, PAGE_DIRECTORY
        mov dl, [edi]
        mov [edi], dl
        mov edi, USER_PAGE + 0x1000
        mov dl, [edi]                   ; reading it is allowed
        mov [edi], dl
        mov edi, 0x500000               ; not mapped at all
        mov dl, [edi]
        mov edi, USER_PAGE
        mov [edi], dl
        int 0x80

; Error code: bit 0 the page was present, bit 1 a write, bit 2 from CPL 3.
page_fault:
        push eax
        test dword [esp + 4], 2
        jnz .write
        print "read of "
        jmp .where
.write: print "write of "
.where: mov eax, cr2
        call put_hex
        print ": error code "
        mov eax, [esp + 4]
        call put_decimal
        print 10
        inc dword [count]
        add dword [esp + 8], 2          ; step over the instruction
        pop eax
        add esp, 4
        iretd

finish: cmp dword [count], 4
        jne .wrong
        print "own page: fine", 10
        exit 0
.wrong: exit 1

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
count:  dd 0
