; title: Two guests that cannot see each other
; title-zh: 两个互不可见的客户机
; summary: Each guest has EPT tables of its own, so that the same guest-physical page is another page of memory for each. Both write to 300000 and read back what they wrote; then the second one reads a page that it has not been given, and writes to one that it may only read.
; summary-zh: 每个客户机都有自己的 EPT 表，同一个客户机物理页对它们来说是不同的内存页。两者都写 300000 并读回自己写的内容；然后第二个客户机去读没有分给它的页，又去写只读的页。
; topic: vmx
; order: 5
; outcome: exited 0
; serial: "guest 1 reads AAAAAAAA\nguest 2 reads 00000000, then BBBBBBBB\nguest 1 reads AAAAAAAA\nEPT violation: read of 00310000\nEPT violation: write to 00320004\nbehind them: AAAAAAAA BBBBBBBB\n"
; processor: vt-x
; exits: 18 VMCALL, 18 VMCALL, 18 VMCALL, 48 EPT violation, 48 EPT violation, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
SHARED  equ 0x300000                    ; guest-physical, for both
FRAME_1 equ 0x3A0000                    ; the page behind it for each
FRAME_2 equ 0x3A1000
HIDDEN  equ 0x310000                    ; not there for guest 2
GIVEN   equ 0x320000                    ; read-only for it

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        mov edi, EPT_1
        call ept_init
        mov dword [EPT_1 + EPT_PAGE_TABLE + (SHARED >> 12) * 8], FRAME_1 + EPT_WRITE_BACK + EPT_ALL
        vmcs_write GUEST_RIP, guest_1
        mov edi, VMCS_2
        call vmcs_init
        mov edi, EPT_2
        call ept_init
        mov dword [EPT_2 + EPT_PAGE_TABLE + (SHARED >> 12) * 8], FRAME_2 + EPT_WRITE_BACK + EPT_ALL
        mov dword [EPT_2 + EPT_PAGE_TABLE + (HIDDEN >> 12) * 8], 0
        and dword [EPT_2 + EPT_PAGE_TABLE + (GIVEN >> 12) * 8], ~EPT_WRITE
        vmcs_write GUEST_RIP, guest_2
        vmcs_write GUEST_RSP, STACK_2

        mov ebx, 1                      ; guest 1, 2, 1, and 2 to its end
        call turn
        mov ebx, 2
        call turn
        mov ebx, 1
        call turn
        mov ebx, 2
.again: call turn
        cmp eax, REASON_VMCALL
        jne .again
        print "behind them: "
        mov eax, [FRAME_1]
        call put_hex
        print " "
        mov eax, [FRAME_2]
        call put_hex
        print 10
        exit 0

; EBX = guest, 1 or 2. Runs it to its next exit, which is a VMCALL or an EPT violation. EAX = reason.
turn:   mov edi, vcpu_1
        mov eax, VMCS_1
        cmp ebx, 1
        je .this
        mov edi, vcpu_2
        mov eax, VMCS_2
.this:  mov [vmx_pointer], eax
        vmptrld [vmx_pointer]           ; the VMCS is the guest's whole state, but for the registers in the vcpu
        call vm_run
        jc .wrong
        cmp eax, REASON_VMCALL
        je .call
        cmp eax, REASON_EPT_VIOLATION
        jne .wrong
        print "EPT violation: "
        vmcs_read EXIT_QUALIFICATION
        test al, 2                      ; bit 1: a write
        jnz .write
        print "read of "
        jmp .where
.write: print "write to "
.where: vmcs_read GUEST_PHYSICAL_ADDRESS
        call put_hex
        print 10
        vmcs_read GUEST_RIP             ; a violation has no instruction length: this guest's MOVs have six bytes
        add eax, 6
        vmwrite edx, eax
        mov eax, REASON_EPT_VIOLATION
        ret
.call:  call vm_skip
        mov eax, REASON_VMCALL
        ret
.wrong: exit 1

guest_1:
        mov dword [SHARED], 0xAAAAAAAA
        call .read
        vmcall
        call .read                      ; guest 2 has written meanwhile
        vmcall
.read:  print "guest 1 reads "
        mov eax, [SHARED]
        call put_hex
        print 10
        ret

guest_2:
        print "guest 2 reads "
        mov eax, [SHARED]
        call put_hex
        mov dword [SHARED], 0xBBBBBBBB
        print ", then "
        mov eax, [SHARED]
        call put_hex
        print 10
        vmcall
        mov ecx, [HIDDEN]
        mov ecx, [GIVEN]
        mov [GIVEN + 4], ecx
        vmcall

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
vcpu_1: times VCPU_BYTES db 0
vcpu_2: times VCPU_BYTES db 0
