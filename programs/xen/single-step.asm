; title: Single steps of user code, as a port
; title-zh: 用户代码的单步执行（移植版）
; summary: User code sets TF and is stopped after each instruction; the kernel reads in DR6 why. Under Xen the exception comes by way of Xen, and debug registers are read and set by hypercalls.
; summary-zh: 用户代码置位 TF，每条指令之后都被停下；内核从 DR6 读取原因。在 Xen 下异常经 Xen 送达，调试寄存器由超级调用读写。
; topic: faults
; order: 20
; outcome: exited 0
; serial: "step at 00100017\nstep at 00100018\nstep at 0010001F\nstep at 00100020\nthe variable is 7\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
DR6_STEP    equ 0x4000
DR6_NOTHING equ 0xFFFF0FF0

; The user's page.
user:   push ss
        pop ds
        push ss
        pop es
        mov eax, 7
        pushfd
        or dword [esp], TF
        popfd                           ; a stop after each instruction behind this one
        mov dword [variable], eax
        pushfd
        and dword [esp], ~TF
        popfd                           ; the last stop
        int 0x80

        align 4
variable:
        dd 0

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "single step", start
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
        gate 1, debug, INTERRUPT_GATE
        gate 0x80, system_call, USER_TRAP_GATE
%endif
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

debug:  pushad
%ifdef XEN
        hypercall get_debugreg, 6
        mov ebp, eax
        hypercall set_debugreg, 6, DR6_NOTHING
%else
        mov ebp, dr6
        mov eax, DR6_NOTHING
        mov dr6, eax
%endif
        test ebp, DR6_STEP
        jz .done
        print "step at "
        mov eax, [esp + 32]             ; EIP: of the next instruction
        call put_hex
        print 10
.done:  popad
        iretd

; Ends the run.
system_call:
        print "the variable is "
        mov eax, [variable]
        call put_decimal
        print 10
        exit 0

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 1, TI_MASK, debug
        trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%endif
