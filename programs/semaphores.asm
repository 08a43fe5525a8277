; title: A scheduler with semaphores
; title-zh: 带信号量的调度器
; summary: A preemptive kernel for three tasks in ring 3: a producer and a consumer share a buffer of four numbers, guarded by two semaphores, and a third task runs whenever both wait.
; summary-zh: 可抢占的内核，带三个环 3 任务：生产者和消费者共用能放四个数的缓冲区，由两个信号量看守；二者都等待时第三个任务运行。
; topic: tasks
; order: 3
; outcome: exited 0
; serial: "1 4 9 16 25 36 49 64 81 100 121 144 \nthe idle task ran: yes\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
; A task control block: saved kernel ESP, top of the kernel stack, semaphore waited for (0: ready).
TASKS        equ 3
TCB_ESP      equ 0
TCB_TOP      equ 4
TCB_WAITS    equ 8
TCB_SIZE     equ 12
; System calls: EAX = number, ESI = semaphore or text, EBX = number to print.
SYS_WAIT     equ 0
SYS_SIGNAL   equ 1
SYS_PRINT    equ 2
SYS_END      equ 3
SLOTS        equ 4

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x80, system_call, INTERRUPT_GATE + 0x60
        call pic_init

        mov esi, entries
        mov ebx, tcbs
        mov edx, STACK_1                ; user stack, then kernel stack, 4 KiB each
.task:  lea edi, [edx - 52]             ; the image of an interrupted user task
        lodsd
        mov [edi + 32], eax             ; EIP
        mov dword [edi + 36], USER_CODE
        mov dword [edi + 40], RESERVED_FLAG + IF
        lea eax, [edx - 0x1000]
        mov [edi + 44], eax             ; ESP
        mov dword [edi + 48], USER_DATA
        mov [ebx + TCB_ESP], edi
        mov [ebx + TCB_TOP], edx
        add edx, 0x2000
        add ebx, TCB_SIZE
        cmp ebx, tcbs + TASKS * TCB_SIZE
        jb .task

        mov eax, USER_DATA
        mov ds, eax
        mov es, eax
        mov ecx, 50                     ; a turn lasts 400 instructions
        call timer_start
        mov ebx, tcbs
        jmp resume

timer:  pushad
        mov al, 0x20
        out PIC1, al
        ; falls through

; Saves the current task, whose registers are on its kernel stack, and picks the next that is ready.
switch: mov ebx, [current]
        mov [ebx + TCB_ESP], esp
.next:  add ebx, TCB_SIZE
        cmp ebx, tcbs + TASKS * TCB_SIZE
        jb .look
        mov ebx, tcbs
.look:  cmp dword [ebx + TCB_WAITS], 0
        jne .next                       ; the idle task is always ready
; EBX = task to run.
resume: mov [current], ebx
        mov esp, [ebx + TCB_ESP]
        mov eax, [ebx + TCB_TOP]
        mov [tss + 4], eax              ; ESP0
        popad
        iretd

system_call:
        pushad
        cmp eax, SYS_SIGNAL
        jb .wait
        je .signal
        cmp eax, SYS_PRINT
        jne .end
        mov eax, ebx
        call put_decimal
        mov al, ' '
        call put_char
        popad
        iretd
.wait:  dec dword [esi]
        jns .ready                      ; it was above zero
        mov ebx, [current]
        mov [ebx + TCB_WAITS], esi
        jmp switch
.signal:
        inc dword [esi]
        jg .ready                       ; nobody waits
        mov ebx, tcbs                   ; wake the one who waits for it
.find:  cmp [ebx + TCB_WAITS], esi
        je .wake
        add ebx, TCB_SIZE
        jmp .find
.wake:  mov dword [ebx + TCB_WAITS], 0
.ready: popad
        iretd
.end:   print 10, "the idle task ran: "
        cmp dword [idled], 0
        je .never
        print "yes", 10
        exit 0
.never: print "no", 10
        exit 1

; Puts the squares of 1 to 12 into the buffer.
producer:
        mov ebp, 1
.next:  mov eax, SYS_WAIT
        mov esi, free_slots
        int 0x80
        mov eax, ebp
        mul ebp
        mov ecx, ebp
        and ecx, SLOTS - 1
        mov [buffer + ecx * 4], eax
        mov eax, SYS_SIGNAL
        mov esi, used_slots
        int 0x80
        inc ebp
        cmp ebp, 12
        jbe .next
        mov eax, SYS_WAIT
        mov esi, never
        int 0x80

; Takes them out and prints them, slowly.
consumer:
        mov ebp, 1
.next:  mov eax, SYS_WAIT
        mov esi, used_slots
        int 0x80
        mov ecx, ebp
        and ecx, SLOTS - 1
        mov ebx, [buffer + ecx * 4]
        mov eax, SYS_SIGNAL
        mov esi, free_slots
        int 0x80
        mov eax, SYS_PRINT
        int 0x80
        mov ecx, 300
        loop $
        inc ebp
        cmp ebp, 12
        jbe .next
        mov eax, SYS_END
        int 0x80

idle:   inc dword [idled]
        jmp idle

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
entries:
        dd producer, consumer, idle
tcbs:   times TASKS * TCB_SIZE db 0
current:
        dd 0
free_slots:
        dd SLOTS
used_slots:
        dd 0
never:  dd 0
buffer: times SLOTS dd 0
idled:  dd 0
