; title: Two user tasks, preempted by the timer
; title-zh: 两个被定时器抢占的用户任务
; summary: Two programs in ring 3 run in turn without ever giving the processor away: the timer interrupt takes it. Each prints its letter by a system call while it counts.
; summary-zh: 环 3 中的两个程序轮流运行，从不主动让出处理器：定时器中断把它夺走。各自一边计数，一边通过系统调用打印自己的字母。
; topic: tasks
; order: 1
; outcome: exited 0
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x80, system_call, INTERRUPT_GATE + 0x60   ; DPL 3; no timer while the kernel works
        call pic_init

        mov edi, STACK_2 - 20 - 32      ; task B's kernel stack, as an interrupt of it would leave it
        mov dword [edi + 16], 'B'       ; EBX among the registers of PUSHAD
        mov dword [edi + 32], user      ; EIP
        mov dword [edi + 36], USER_CODE
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov dword [edi + 44], STACK_3   ; ESP
        mov dword [edi + 48], USER_DATA
        mov [other_stack], edi
        mov dword [other_top], STACK_2
        mov ecx, 125                    ; a turn lasts 1000 instructions
        call timer_start
        mov ebx, 'A'
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user                  ; task A

timer:  pushad
        mov al, 0x20
        out PIC1, al
        xchg esp, [other_stack]         ; from one task's kernel stack to the other's
        mov eax, [other_top]
        xchg eax, [tss + 4]             ; ESP0: where its next interrupt begins
        mov [other_top], eax
        popad
        iretd

; Prints the letter in AL. After 40 letters the run ends.
system_call:
        call put_char
        inc dword [letters]
        cmp dword [letters], 40
        je .end
        iretd
.end:   print 10
        exit 0

; Both tasks run this code, each with its own letter in EBX and its own stack.
user:   mov ecx, 150
        loop $                          ; a computation
        mov eax, ebx
        int 0x80
        jmp user

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
letters:
        dd 0
other_stack:
        dd 0                            ; kernel ESP of the task that waits
other_top:
        dd 0                            ; top of its kernel stack
