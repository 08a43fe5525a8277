; title: A guest that asks who it runs on
; title-zh: 一个询问处理器身份的客户机
; summary: The smallest hypervisor. Its guest executes CPUID, which always exits; the hypervisor answers with a name of its own, skips the instruction, and the guest prints what it was told. VMCALL says that the guest is done.
; summary-zh: 最小的虚拟机监控器。客户机执行 CPUID，这条指令总会退出；监控器用自己取的名字作答，跳过该指令，客户机把得到的名字打印出来。VMCALL 表示客户机已完成。
; topic: vmx
; order: 2
; outcome: exited 0
; serial: "the guest sees: RingsideVMX!\nback in the hypervisor\n"
; processor: vt-x
; exits: 10 CPUID, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        vmcs_write GUEST_RIP, guest
        mov edi, vcpu
.enter: call vm_run
        jc .wrong
        cmp eax, REASON_CPUID
        je .cpuid
        cmp eax, REASON_VMCALL
        jne .wrong
        vmxoff
        print "back in the hypervisor", 10
        exit 0
.cpuid: mov dword [edi + VCPU_EAX], 0   ; leaf 0: the highest leaf, and the vendor in EBX, EDX, ECX
        mov dword [edi + VCPU_EBX], "Ring"
        mov dword [edi + VCPU_EDX], "side"
        mov dword [edi + VCPU_ECX], "VMX!"
        call vm_skip                    ; else it would come to the same CPUID again
        jmp .enter
.wrong: exit 1

; The guest: code of this same image, at CPL 0 in VMX non-root operation.
guest:  xor eax, eax                    ; leaf 0
        cpuid
        mov [name], ebx
        mov [name + 4], edx
        mov [name + 8], ecx
        print "the guest sees: "
        mov esi, name
        call put_text
        vmcall

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
vcpu:   times VCPU_BYTES db 0
name:   times 12 db 0
        db 10, 0
