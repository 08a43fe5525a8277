; title: The interrupt that got lost
; title-zh: 丢失的中断
; summary: An EPT violation strikes in the middle of an interrupt's delivery, for the guest's stack is not mapped yet. The hypervisor maps the page and goes on; but the interrupt is gone, unless it is injected again from the IDT-vectoring information. A classic among the bugs of hypervisors.
; summary-zh: 中断正在投递时发生 EPT 违例，因为客户机的栈页尚未映射。监控器映射该页后继续运行，但中断已经没了，除非按 IDT 向量化信息重新注入。这是虚拟机监控器的一个经典错误。
; topic: vmx
; order: 8
; outcome: exited 0
; serial: "forgotten: interrupts seen 0\ninjected again: interrupts seen 1\n"
; processor: vt-x
; exits: 48 EPT violation, 18 VMCALL, 48 EPT violation, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
STACK   equ 0x330000                    ; top of the guest's stack
VALID   equ 1 << 31

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x40, handler, INTERRUPT_GATE
        call vmx_init
        print "forgotten: "
        xor ebx, ebx
        call experiment
        print "injected again: "
        mov ebx, 1
        call experiment
        exit 0

; EBX = whether the event is injected again.
experiment:
        mov edi, VMCS_1
        call vmcs_init
        mov edi, EPT_1
        call ept_init
        mov dword [EPT_1 + EPT_PAGE_TABLE + ((STACK - 1) >> 12) * 8], 0
        vmcs_write GUEST_RIP, guest
        vmcs_write GUEST_RSP, STACK
        vmcs_write GUEST_RFLAGS, RESERVED_FLAG + IF
        vmcs_write ENTRY_INTERRUPTION_INFORMATION, VALID + 0x40
        mov dword [seen], 0
        mov edi, vcpu
        mov dword [edi + VCPU_LAUNCHED], 0
        call vm_run                     ; the delivery pushes, and there is no stack
        jc .wrong
        cmp eax, REASON_EPT_VIOLATION
        jne .wrong
        mov dword [EPT_1 + EPT_PAGE_TABLE + ((STACK - 1) >> 12) * 8], STACK - 0x1000 + EPT_WRITE_BACK + EPT_ALL
        vmcs_read IDT_VECTORING_INFORMATION
        test eax, eax                   ; bit 31: it happened while an event was on its way
        jns .wrong
        test ebx, ebx
        jz .enter
        mov ecx, eax                    ; the same format, but for bit 12; an exception has its error code beside it
        vmcs_write ENTRY_INTERRUPTION_INFORMATION, ecx
.enter: call vm_run
        jc .wrong
        cmp eax, REASON_VMCALL
        jne .wrong
        print "interrupts seen "
        mov eax, [seen]
        call put_decimal
        print 10
        ret
.wrong: exit 1

guest:  nop
        vmcall

handler:
        inc dword [seen]
        iretd

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
seen:   dd 0
vcpu:   times VCPU_BYTES db 0
