; title: Into VMX operation and back
; title-zh: 进入 VMX 操作，再回来
; summary: What a processor asks before it lets a program be a hypervisor: CPUID says that VT-x is there, IA32_FEATURE_CONTROL that it is allowed, CR4.VMXE that it is wanted; VMXON needs a page with the right revision. Then some bits of CR0 and CR4 are fixed, until VMXOFF.
; summary-zh: 处理器在允许程序成为虚拟机监控器之前要检查什么：CPUID 表明有 VT-x，IA32_FEATURE_CONTROL 表明允许使用，CR4.VMXE 表明要使用；VMXON 需要一页写有正确修订标识的内存。此后 CR0 和 CR4 的若干位被固定，直到 VMXOFF。
; topic: vmx
; order: 1
; outcome: exited 0
; serial: "CPUID: VT-x is there\nVMXON without CR4.VMXE: invalid opcode\nVMXON with a wrong revision fails\nin VMX root operation\nCR4.VMXE cannot be cleared: general protection\nVMCALL: nobody to call\nout again\nVMXOFF outside: invalid opcode\n"
; processor: vt-x
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmcs.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 6, invalid_opcode, INTERRUPT_GATE
        gate 13, general_protection, INTERRUPT_GATE
        mov eax, 1
        cpuid
        test ecx, 1 << 5
        jz .none
        print "CPUID: VT-x is there", 10

        mov ecx, IA32_FEATURE_CONTROL
        rdmsr
        test al, 1                      ; bit 0: locked, nobody can change it until the next reset
        jnz .locked
        or al, 5                        ; bit 2: VMXON is allowed; bit 0: the lock, without which it is not
        wrmsr
.locked:
        mov eax, P + W                  ; VMX operation wants paging
        call paging_init
        mov eax, cr0
        or eax, 1 << 5                  ; and CR0.NE
        mov cr0, eax

        print "VMXON without CR4.VMXE: "
        vmxon [pointer]
        mov eax, cr4
        or eax, 1 << 13
        mov cr4, eax

        mov dword [REGION], 0x7FFFFFFF  ; no processor's revision identifier
        vmxon [pointer]
        jnc .wrong                      ; VMfailInvalid: CF is 1
        print "VMXON with a wrong revision fails", 10

        mov ecx, IA32_VMX_BASIC
        rdmsr
        mov [REGION], eax               ; bits 30:0: the revision identifier; bit 31 is 0
        vmxon [pointer]
        jc .wrong
        print "in VMX root operation", 10

        print "CR4.VMXE cannot be cleared: "
        mov eax, cr4
        and eax, ~(1 << 13)
        mov cr4, eax

        vmcall
        jnc .wrong                      ; CF, as there is no VMCS either that could hold an error number
        print "VMCALL: nobody to call", 10

        vmxoff
        mov eax, cr4
        and eax, ~(1 << 13)             ; now it can
        mov cr4, eax
        print "out again", 10
        print "VMXOFF outside: "
        vmxoff
        exit 0
.none:  print "no VT-x here", 10
        exit 2
.wrong: exit 1

; Both skip the instruction: VMXON [disp32] has 8 bytes, VMXOFF and MOV CR4, EAX have 3.
invalid_opcode:
        print "invalid opcode", 10
        push eax
        mov eax, [esp + 4]
        cmp byte [eax], 0xF3            ; VMXON's prefix
        mov eax, 8
        je .skip
        mov eax, 3
.skip:  add [esp + 4], eax
        pop eax
        iretd
general_protection:
        print "general protection", 10
        add dword [esp + 4], 3
        add esp, 4                      ; the error code
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
REGION  equ 0x3C0000
        align 8
pointer: dq REGION
