; title: Demand paging, as a port
; title-zh: 请求分页（移植版）
; summary: User code touches an array of which no page exists. Under Xen the fault goes through Xen, which alone can read CR2, and the handler asks Xen to write the entry: with the number of the machine's frame, not of its own.
; summary-zh: 用户代码触碰一个一页都不存在的数组。在 Xen 下缺页先到 Xen（只有它能读 CR2），处理程序请 Xen 写表项：填的是机器帧号，而不是自己的帧号。
; topic: paging
; order: 20
; outcome: exited 0
; serial: "fault at 40000000, frame 00300000\nfault at 40004FFC, frame 00301000\nfault at 40100000, frame 00302000\nfault at 40001000, frame 00303000\nsum 100, 4 faults\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
ARRAY       equ 0x40000000              ; linear address: directory entry 256
ARRAY_TABLE equ 0x202000

; The user's page.
user:   push ss
        pop ds
        push ss
        pop es
        mov dword [ARRAY], 10
        mov dword [ARRAY + 4], 20       ; the same page: no fault
        mov dword [ARRAY + 0x4FFC], 30
        mov dword [ARRAY + 0x100000], 40
        mov word [ARRAY + 0xFFF], 0     ; one byte in a page that exists, one in a page that does not
        mov eax, [ARRAY]
        add eax, [ARRAY + 4]
        add eax, [ARRAY + 0x4FFC]
        add eax, [ARRAY + 0x100000]
        int 0x80

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "demand paging", start
%endif

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        hypercall set_trap_table, traps
        mov ebx, user
        mov ecx, 1
        call user_pages
        mov ebx, STACK_1 - 0x1000
        mov ecx, 1
        call user_pages
        mov edi, ARRAY_TABLE            ; zeros: all absent
        mov eax, MMUEXT_PIN_L1_TABLE
        call make_table
        mov eax, edi
        call machine_address
        or eax, P + W + U
        mov ebx, ARRAY
        call directory_entry
        call set_entry
%else
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        gate 0x80, system_call, USER_TRAP_GATE
        mov dword [PAGE_DIRECTORY + (ARRAY >> 22) * 4], ARRAY_TABLE + P + W + U
        mov eax, P + W + U
        call paging_init
%endif
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

page_fault:
        push eax
        push ebx
%ifdef XEN
        mov ebx, [VCPU_CR2]
%else
        mov ebx, cr2
%endif
        print "fault at "
        mov eax, ebx
        call put_hex
        print ", frame "
        mov eax, [next_frame]
        call put_hex
        print 10
%ifdef XEN
        call machine_address
        or eax, P + W + U
        call map_page
%else
        or eax, P + W + U
        shr ebx, 12
        and ebx, 0x3FF                  ; index in the page table
        mov [ARRAY_TABLE + ebx * 4], eax
%endif
        add dword [next_frame], 0x1000
        inc dword [faults]
        pop ebx
        pop eax
        add esp, 4                      ; the error code
        iretd

; EAX = sum. Ends the run.
system_call:
        print "sum "
        call put_decimal
        print ", "
        mov eax, [faults]
        call put_decimal
        print " faults", 10
        exit 0

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 14, TI_MASK, page_fault
        trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
%endif
        align 4
next_frame:
        dd USER_PAGE
faults: dd 0
