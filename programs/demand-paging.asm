; title: Demand paging
; title-zh: 请求分页
; summary: A large array of which not one page exists at first. Each first touch is a page fault; the handler takes a frame from the pool, maps it, and the instruction runs again as if nothing had been.
; summary-zh: 一个大数组，开始时一页都不存在。每次首次触碰都是缺页；处理程序从池中取一帧映射上去，指令再次执行，好像什么也没发生。
; topic: paging
; order: 1
; outcome: exited 0
; serial: "fault at 40000000, frame 00300000\nfault at 40004FFC, frame 00301000\nfault at 40100000, frame 00302000\nfault at 40001000, frame 00303000\nsum 100, 4 faults\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
ARRAY       equ 0x40000000              ; linear address: directory entry 256
ARRAY_TABLE equ 0x202000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        mov dword [PAGE_DIRECTORY + (ARRAY >> 22) * 4], ARRAY_TABLE + P + W
        mov eax, P + W
        call paging_init

        mov dword [ARRAY], 10
        mov dword [ARRAY + 4], 20       ; the same page: no fault
        mov dword [ARRAY + 0x4FFC], 30
        mov dword [ARRAY + 0x100000], 40
        mov word [ARRAY + 0xFFF], 0     ; one byte in a page that exists, one in a page that does not
        mov eax, [ARRAY]
        add eax, [ARRAY + 4]
        add eax, [ARRAY + 0x4FFC]
        add eax, [ARRAY + 0x100000]
        print "sum "
        call put_decimal
        print ", "
        mov eax, [faults]
        call put_decimal
        print " faults", 10
        exit 0

page_fault:
        push eax
        push ebx
        mov ebx, cr2                    ; the address that faulted
        print "fault at "
        mov eax, ebx
        call put_hex
        print ", frame "
        mov eax, [next_frame]
        call put_hex
        print 10
        or eax, P + W
        shr ebx, 12
        and ebx, 0x3FF                  ; index in the page table
        mov [ARRAY_TABLE + ebx * 4], eax
        add dword [next_frame], 0x1000
        inc dword [faults]
        pop ebx
        pop eax
        add esp, 4                      ; the error code
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
next_frame:
        dd USER_PAGE
faults: dd 0
