; title: What a system call costs
; title-zh: 一次系统调用的代价
; summary: Sixty-four system calls that do nothing, to count how often the hypervisor is entered between the labels measure and measured. Under Xen the call is direct, and only the way back is a hypercall.
; summary-zh: 六十四次什么也不做的系统调用，用来数在标号 measure 与 measured 之间进入虚拟机监控器多少次。在 Xen 下调用是直达的，只有返回是超级调用。
; topic: protection
; order: 21
; outcome: exited 0
; serial: "64 system calls\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
CALLS   equ 64

; The user's page.
user:   push ss
        pop ds
        push ss
        pop es
        mov eax, 1
        int 0x80                        ; once, so that nothing is done for the first time below
        mov ecx, CALLS
measure:
        mov eax, 1
        int 0x80
        loop measure
measured:
        xor eax, eax
        int 0x80

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "system calls", start
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
%else
        call segments_init
        call interrupts_init
        gate 0x80, system_call, USER_TRAP_GATE
%endif
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

; EAX = 1 does nothing, 0 ends the run.
system_call:
        test eax, eax
        jz .end
        inc dword [calls]
        iretd
.end:   mov eax, [calls]
        dec eax
        call put_decimal
        print " system calls", 10
        exit 0

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%endif
        align 4
calls:  dd 0
