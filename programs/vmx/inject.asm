; title: An interrupt from the hypervisor
; title-zh: 来自监控器的中断
; summary: Event injection. The guest sleeps; the hypervisor writes a vector into the VM-entry interruption information, and the entry delivers it through the guest's own IDT. When the guest has its interrupts off, the hypervisor asks for the interrupt window and injects as soon as STI has opened it.
; summary-zh: 事件注入。客户机在睡眠；监控器把向量写入 VM 进入中断信息，进入时便经客户机自己的 IDT 投递。客户机关着中断时，监控器请求中断窗口，STI 一打开窗口就注入。
; topic: vmx
; order: 6
; outcome: exited 0
; serial: "guest sleeps\nguest: interrupt 40\nguest has interrupts off\nguest turns them on\nguest: interrupt 41\nguest: general protection, error code 1234\n"
; processor: vt-x
; exits: 12 HLT, 18 VMCALL, 7 interrupt window, 18 VMCALL, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
VALID   equ 1 << 31
ERROR_CODE equ 1 << 11
EXCEPTION equ 3 << 8                    ; type: hardware exception; 0 is an external interrupt

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x40, handler_40, INTERRUPT_GATE
        gate 0x41, handler_41, INTERRUPT_GATE
        gate 13, handler_13, INTERRUPT_GATE
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        vmcs_write GUEST_RIP, guest
        vmcs_set PRIMARY_CONTROLS, HLT_EXITING
        mov edi, vcpu

        call run                        ; to HLT, with IF = 1
        cmp eax, REASON_HLT
        jne .wrong
        call vm_skip                    ; behind HLT: the interrupt has woken the guest
        vmcs_write ENTRY_INTERRUPTION_INFORMATION, VALID + 0x40

        call run                        ; to VMCALL: IF is 0, an injection would fail the entry checks
        cmp eax, REASON_VMCALL
        jne .wrong
        call vm_skip
        vmcs_set PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING

        call run                        ; as soon as an interrupt could be taken
        cmp eax, REASON_INTERRUPT_WINDOW
        jne .wrong
        vmcs_clear PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        vmcs_write ENTRY_INTERRUPTION_INFORMATION, VALID + 0x41

        call run
        cmp eax, REASON_VMCALL
        jne .wrong
        call vm_skip
        vmcs_write ENTRY_INTERRUPTION_INFORMATION, VALID + EXCEPTION + ERROR_CODE + 13
        vmcs_write ENTRY_EXCEPTION_ERROR_CODE, 0x1234

        call run
        cmp eax, REASON_VMCALL
        jne .wrong
        exit 0
.wrong: exit 1

run:    call vm_run
        jc start.wrong
        ret

guest:  print "guest sleeps", 10
        sti
        hlt
        cli
        print "guest has interrupts off", 10
        vmcall
        print "guest turns them on", 10
        sti
        nop                             ; in STI's shadow: the window opens behind it
        nop
        vmcall
        nop                             ; never runs: the exception comes before it
        exit 3

handler_40:
        print "guest: interrupt 40", 10
        iretd
handler_41:
        print "guest: interrupt 41", 10
        iretd
handler_13:
        print "guest: general protection, error code "
        pop eax
        call put_hex16
        print 10
        vmcall

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
vcpu:   times VCPU_BYTES db 0
