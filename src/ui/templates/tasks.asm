; Two programs in ring 3 share the processor: the timer interrupt changes the stack, and with it the task.

bits 32
org 0x100000
%include "lib/machine.inc"
FRAME           equ 13 * 4              ; PUSHAD's eight registers and EIP, CS, EFLAGS, ESP, SS

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call pic_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x80, system_call, 0xEE    ; an interrupt gate (IF off) that ring 3 may call
        mov dword [saved], STACK_2 - FRAME      ; the second task, as if the timer had interrupted it
        mov edi, [saved]
        mov dword [edi + 32], second
        mov dword [edi + 36], USER_CODE
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov dword [edi + 44], STACK_3
        mov dword [edi + 48], USER_DATA
        mov ecx, 60
        call timer_start
        mov eax, first
        mov ecx, STACK_1
        jmp enter_user

; Writes AL, until enough has been written.
system_call:
        call put_char
        dec dword [left]
        jz .end
        iretd
.end:   print 10
        exit 0

; IRQ 0: the interrupted task's registers stay on its kernel stack, the other's come back.
timer:  pushad
        mov al, 0x20                    ; end of interrupt
        out PIC1, al
        xchg esp, [saved]
        mov eax, [stack_top]            ; the stack on which ring 0 is entered next
        xchg eax, [other_top]
        mov [stack_top], eax
        mov [tss + 4], eax
        popad
        iretd

; The two tasks, in ring 3.
first:  mov al, 'A'
        int 0x80
        mov ecx, 100
        loop $
        jmp first
second: mov al, 'b'
        int 0x80
        mov ecx, 100
        loop $
        jmp second

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"

        align 4
left:   dd 40
saved:  dd 0
stack_top:      dd KERNEL_STACK
other_top:      dd STACK_2
