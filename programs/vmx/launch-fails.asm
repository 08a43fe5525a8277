; title: A VMLAUNCH that fails
; title-zh: 失败的 VMLAUNCH
; summary: Three ways to be refused. A control that the processor does not allow and a null host selector are failures of the instruction, with an error number; a bad guest state comes back like an exit, with bit 31 of the reason set. One such state is that of CVE-2017-2583: a null SS whose type is no stack's. By the manual it is refused if usable and taken if marked unusable; of real processors it was reported that they refused it even so.
; summary-zh: 三种被拒绝的方式。处理器不允许的控制位和空的宿主机选择子使指令失败并给出错误号；不合法的客户机状态则像退出一样返回，退出原因的第 31 位置位。其中一例取自 CVE-2017-2583：空的 SS，类型不是栈段。按手册，可用时被拒绝，标记为不可用则被接受；但据报告，真实的处理器对后者也曾拒绝。
; topic: vmx
; order: 7
; outcome: exited 0
; serial: "VM-entry controls 0: error 7\nhost CS null: error 8\nRFLAGS 0: exit reason 33, entry failed\nSS null, type 1, usable: exit reason 33, entry failed\nSS null, type 1, unusable: exit reason 18\nVMLAUNCH again: error 4\n"
; processor: vt-x
; exits: 33 entry failure, 33 entry failure, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
UNUSABLE equ 1 << 16

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        vmcs_write GUEST_RIP, guest

        print "VM-entry controls 0: "
        vmcs_read ENTRY_CONTROLS
        push eax
        vmcs_write ENTRY_CONTROLS, 0    ; bits that must be 1 are not: a check of the controls
        call try
        pop ecx
        vmcs_write ENTRY_CONTROLS, ecx

        print "host CS null: "
        vmcs_write HOST_CS_SELECTOR, 0  ; a check of the host's state
        call try
        vmcs_write HOST_CS_SELECTOR, KERNEL_CODE

        print "RFLAGS 0: "
        vmcs_write GUEST_RFLAGS, 0      ; bit 1 must be 1: a check of the guest's state
        call try
        vmcs_write GUEST_RFLAGS, RESERVED_FLAG

        print "SS null, type 1, usable: "
        vmcs_write GUEST_SS_SELECTOR, 0
        vmcs_write GUEST_SS_ACCESS_RIGHTS, 0xC091 ; read-only data: no stack
        call try

        print "SS null, type 1, unusable: "
        vmcs_write GUEST_SS_ACCESS_RIGHTS, UNUSABLE + 0xC091
        call try                        ; the type counts only where the segment is usable

        print "VMLAUNCH again: "
        mov dword [vcpu + VCPU_LAUNCHED], 0
        call try                        ; it has run since VMCLEAR: VMRESUME would do
        exit 0

; Enters; prints what came of it.
try:    mov edi, vcpu
        call vm_run
        jc .failed
        push eax
        print "exit reason "
        movzx eax, ax                   ; bits 15:0
        call put_decimal
        pop eax
        test eax, eax
        jns .line
        print ", entry failed"
.line:  print 10
        ret
.failed:
        print "error "
        call put_decimal
        print 10
        ret

guest:  vmcall

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
vcpu:   times VCPU_BYTES db 0
