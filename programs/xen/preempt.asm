; title: Two user tasks and a timer, as a port
; title-zh: 两个用户任务与定时器（移植版）
; summary: The timer takes the processor from two tasks in turn. Under Xen it is an event: a bit in the shared page, and a call back into the kernel; the stack for the next entry is given by a hypercall instead of a TSS.
; summary-zh: 定时器轮流从两个任务手中夺走处理器。在 Xen 下它是一个事件：共享页中的一位，加上对内核的回调；下次进入所用的栈由超级调用给出，而不靠 TSS。
; topic: tasks
; order: 20
; outcome: exited 0
; serial: "A: AAAAAAAAAAAAAAAAAAAA\nB: BBBBBBBBBBBBBBBBBBBB\nthe timer changed tasks: yes\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
LETTERS equ 20                          ; that each task prints

; The user's page. Both tasks run this code, each with its own letter in EBX and its own stack.
user:   push ss
        pop ds
        push ss
        pop es
        mov ebp, LETTERS
.next:  mov ecx, 150
        loop $                          ; a computation
        mov eax, ebx
        int 0x80                        ; prints the letter in AL
        dec ebp
        jnz .next
        xor eax, eax
        int 0x80                        ; this task is done

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "preempt", start
%endif

start:  mov esp, STACK_1
%ifdef XEN
        call domain_init
        hypercall set_trap_table, traps
        mov ebx, user
        mov ecx, 1
        call user_pages
        mov ebx, STACK_3 - 0x2000       ; two user stacks
        mov ecx, 2
        call user_pages
        mov eax, timer
        call events_init
        hypercall stack_switch, FLAT_RING1_DS, STACK_1
%else
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x80, system_call, USER_TRAP_GATE
        call pic_init
        mov dword [tss + 4], STACK_1    ; ESP0
%endif
        mov edi, STACK_2 - 20 - 32      ; task B's kernel stack, as an interrupt of it would leave it
        mov dword [edi + 16], 'B'       ; EBX among the registers of PUSHAD
        mov dword [edi + 32], user      ; EIP
        mov dword [edi + 36], TASK_CS
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov dword [edi + 44], STACK_3   ; ESP
        mov dword [edi + 48], TASK_SS
        mov [other_stack], edi
        mov dword [this_top], STACK_1
        mov dword [other_top], STACK_2
        mov dword [this_text], text_a
        mov dword [other_text], text_b
%ifdef XEN
        mov eax, 100_000                ; nanoseconds
        call timer_init
%else
        mov ecx, 125                    ; a turn lasts 1000 instructions
        call timer_start
%endif
        mov ebx, 'A'
        mov eax, user
        mov ecx, STACK_3 - 0x1000
        jmp enter_task

timer:  pushad
%ifdef XEN
        call take_events                ; they are all the timer's
        call timer_again
%else
        mov al, 0x20
        out PIC1, al
%endif
        cmp dword [done], 0
        jne resume
        inc dword [changes]
; Goes over to the other task. The registers of this one are on its kernel stack.
switch: xchg esp, [other_stack]
        mov eax, [other_text]
        xchg eax, [this_text]
        mov [other_text], eax
        mov eax, [other_top]
        xchg eax, [this_top]
        mov [other_top], eax
%ifdef XEN
        hypercall stack_switch, FLAT_RING1_DS, [this_top]
%else
        mov eax, [this_top]
        mov [tss + 4], eax              ; ESP0: where its next interrupt begins
%endif
resume: popad
        iretd

; AL = letter, or 0 when the task is done. Both builds have a gate here that leaves interrupts on.
system_call:
        cli
        pushad
        mov edi, [this_text]
        cmp al, 0
        je .end
        add edi, [edi]                  ; what the text has is counted before it
        mov [edi + 4], al
        mov edi, [this_text]
        inc dword [edi]
        jmp resume
.end:   inc dword [done]
        cmp dword [done], 2
        jne switch
        print "A: "
        mov esi, text_a + 4
        call put_text
        print 10, "B: "
        mov esi, text_b + 4
        call put_text
        print 10, "the timer changed tasks: "
        cmp dword [changes], 4
        jb .no
        print "yes", 10
        exit 0
.no:    print "no", 10
        exit 1

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
%include "include/events.inc"
traps:  trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
%endif
        align 4
text_a: times LETTERS + 8 db 0
text_b: times LETTERS + 8 db 0
this_text:
        dd 0
other_text:
        dd 0
other_stack:
        dd 0                            ; kernel ESP of the task that waits
this_top:
        dd 0                            ; tops of the kernel stacks
other_top:
        dd 0
changes:
        dd 0
done:   dd 0
