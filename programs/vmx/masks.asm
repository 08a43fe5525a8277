; title: CR0 with two owners
; title-zh: 有两个主人的 CR0
; summary: The guest/host mask says bit by bit whose CR0 is. The hypervisor's bits read as the read shadow has them, and a write that differs from the shadow exits; the guest's own bits change without a word. So a guest can be shown WP clear while it is set.
; summary-zh: 客户机/宿主机掩码逐位规定 CR0 归谁。归监控器的位读到的是读影子中的值，写入的值与读影子不同就退出；归客户机的位直接改变，无人知晓。于是处理器里 WP 为 1，客户机却可以看到 0。
; topic: vmx
; order: 9
; outcome: exited 0
; serial: "guest reads WP=0, processor has WP=1\nguest sets AM: nobody notices\nguest sets WP: exit, refused by saying yes\nguest reads WP=1\nguest clears CR4.PSE: exit\nMOV to CR3 of a target value: silent\nMOV to CR3 of another: exit\n"
; processor: vt-x
; exits: 28 CR0, 28 CR4, 28 CR3, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
WP      equ 1 << 16
AM      equ 1 << 18
PSE     equ 1 << 4

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        vmcs_write GUEST_RIP, guest
        vmcs_set GUEST_CR0, WP
        vmcs_write CR0_GUEST_HOST_MASK, WP ; WP is the hypervisor's
        vmcs_write CR0_READ_SHADOW, 0
        vmcs_set GUEST_CR4, PSE
        vmcs_write CR4_GUEST_HOST_MASK, PSE
        vmcs_write CR4_READ_SHADOW, PSE
        vmcs_set PRIMARY_CONTROLS, CR3_LOAD_EXITING
        vmcs_write CR3_TARGET_COUNT, 1
        vmcs_write CR3_TARGET_VALUE0, PAGE_DIRECTORY
        mov edi, vcpu
.enter: call vm_run
        jc .wrong
        cmp eax, REASON_VMCALL
        je .done
        cmp eax, REASON_CR_ACCESS
        jne .wrong
        vmcs_read EXIT_QUALIFICATION    ; 3:0 register, 5:4 how (0: MOV to it), 11:8 from which general register
        cmp eax, 0                      ; CR0 from EAX
        je .cr0
        cmp eax, 4
        je .cr4
        cmp eax, 3
        jne .wrong
        vmcs_write GUEST_CR3, [vcpu + VCPU_EAX] ; as the instruction would have
        jmp .skip
.cr0:   mov ecx, [edi + VCPU_EAX]
        and ecx, WP
        vmcs_write CR0_READ_SHADOW, ecx ; the guest believes it; WP itself stays
        jmp .skip
.cr4:   vmcs_write CR4_READ_SHADOW, 0   ; the same with PSE
.skip:  call vm_skip
        jmp .enter
.done:  vmcs_read GUEST_CR0
        test eax, AM                    ; what the guest changed by itself is in the register
        jz .wrong
        exit 0
.wrong: exit 1

guest:  print "guest reads WP="
        call put_wp
        print ", processor has WP=1", 10
        mov eax, cr0
        or eax, AM
        mov cr0, eax                    ; WP as the shadow has it
        print "guest sets AM: nobody notices", 10
        mov eax, cr0
        or eax, WP
        mov cr0, eax
        print "guest sets WP: exit, refused by saying yes", 10
        print "guest reads WP="
        call put_wp
        print 10
        mov eax, cr4
        and eax, ~PSE
        mov cr4, eax
        print "guest clears CR4.PSE: exit", 10
        mov eax, PAGE_DIRECTORY
        mov cr3, eax
        print "MOV to CR3 of a target value: silent", 10
        mov eax, PAGE_DIRECTORY + 8     ; the same directory: bit 3 is PWT
        mov cr3, eax
        print "MOV to CR3 of another: exit", 10
        vmcall

put_wp: mov eax, cr0
        shr eax, 16
        and eax, 1
        jmp put_decimal

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
vcpu:   times VCPU_BYTES db 0
