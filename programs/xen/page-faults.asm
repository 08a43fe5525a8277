; title: What a page fault costs
; title-zh: 一次缺页的代价
; summary: User code touches sixty-four pages that are not there, and the kernel maps each, to count how often the hypervisor is entered between the labels measure and measured.
; summary-zh: 用户代码触碰六十四个不存在的页，内核逐一映射，用来数在标号 measure 与 measured 之间进入虚拟机监控器多少次。
; topic: paging
; order: 23
; outcome: exited 0
; serial: "64 page faults\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
ARRAY       equ 0x40000000
ARRAY_TABLE equ 0x202000
PAGES       equ 64

; The user's page.
user:   push ss
        pop ds
        push ss
        pop es
        mov edi, ARRAY
        mov [edi], edi                  ; once, so that nothing is done for the first time below
        mov ecx, PAGES
measure:
        add edi, 0x1000
        mov [edi], edi
        loop measure
measured:
        int 0x80

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "page faults", start
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
        mov edi, ARRAY_TABLE
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
        pushad
        mov eax, [next_frame]
        add dword [next_frame], 0x1000
%ifdef XEN
        call machine_address
        or eax, P + W + U
        mov ebx, [VCPU_CR2]
        call map_page
%else
        or eax, P + W + U
        mov ebx, cr2
        shr ebx, 12
        and ebx, 0x3FF
        mov [ARRAY_TABLE + ebx * 4], eax
%endif
        inc dword [faults]
        popad
        add esp, 4                      ; the error code
        iretd

; Ends the run.
system_call:
        mov eax, [faults]
        dec eax
        call put_decimal
        print " page faults", 10
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
