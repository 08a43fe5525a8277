; title: Two address spaces
; title-zh: 两个地址空间
; summary: Two user tasks run the same code at the same addresses and see different data: each switch loads CR3. The kernel is mapped in both, so that it survives the switch.
; summary-zh: 两个用户任务在相同地址运行相同代码，看到的数据却不同：每次切换都装载 CR3。内核在两边都有映射，因此切换后安然无恙。
; topic: paging
; order: 9
; outcome: exited 0
; serial: "the tasks counted to 30 and to 50 at the same address\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
COUNTER     equ 0x40000000              ; each task's own page
DIRECTORY_A equ PAGE_DIRECTORY
DIRECTORY_B equ 0x202000
TABLE_A     equ 0x203000
TABLE_B     equ 0x204000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        gate 0x80, finished, INTERRUPT_GATE + 0x60
        call pic_init
        mov dword [DIRECTORY_A + (COUNTER >> 22) * 4], TABLE_A + P + W + U
        mov dword [DIRECTORY_B + (COUNTER >> 22) * 4], TABLE_B + P + W + U
        mov dword [DIRECTORY_B], PAGE_TABLE + P + W + U
        mov dword [TABLE_A], USER_PAGE + P + W + U
        mov dword [TABLE_B], USER_PAGE + 0x1000 + P + W + U
        mov eax, P + W + U
        call paging_init

        mov edi, STACK_2 - 20 - 32      ; task B's kernel stack, as an interrupt would leave it
        mov dword [edi + 16], 50        ; EBX: how far it is to count
        mov dword [edi + 32], user
        mov dword [edi + 36], USER_CODE
        mov dword [edi + 40], RESERVED_FLAG + IF
        mov dword [edi + 44], STACK_3
        mov dword [edi + 48], USER_DATA
        mov [other_stack], edi
        mov dword [other_top], STACK_2
        mov dword [other_space], DIRECTORY_B
        mov ecx, 50                     ; a turn lasts 400 instructions
        call timer_start
        mov ebx, 30                     ; task A's goal
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

timer:  pushad
        mov al, 0x20
        out PIC1, al
        xchg esp, [other_stack]
        mov eax, [other_top]
        xchg eax, [tss + 4]             ; ESP0
        mov [other_top], eax
        mov eax, cr3
        xchg eax, [other_space]
        mov cr3, eax                    ; from here on COUNTER is another page
        popad
        iretd

; A task has reached its goal; when both have, look into the pages from outside.
finished:
        inc dword [done]
        cmp dword [done], 2
        je .both
        sti                             ; wait here, in the kernel, while the other task goes on
.wait:  jmp .wait
.both:  print "the tasks counted to "
        mov eax, [USER_PAGE]
        call put_decimal
        print " and to "
        mov eax, [USER_PAGE + 0x1000]
        call put_decimal
        print " at the same address", 10
        exit 0

; Both tasks: counts in memory to EBX.
user:   mov ecx, 20
        loop $
        inc dword [COUNTER]
        cmp [COUNTER], ebx
        jb user
        int 0x80

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
%include "lib/paging.inc"
        align 4
other_stack:
        dd 0                            ; of the task that waits: kernel ESP, top of its kernel stack, directory
other_top:
        dd 0
other_space:
        dd 0
done:   dd 0
