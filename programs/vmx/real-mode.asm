; title: An unrestricted guest: 16-bit code
; title-zh: 不受限客户机：16 位代码
; summary: With EPT beneath it a guest needs neither protection nor paging of its own. This one starts in real mode, as a processor does after a reset: it prints by a service of its vector table, asks CPUID, turns protection on, and comes to rest in HLT.
; summary-zh: 有了 EPT，客户机自己可以既不开启保护也不开启分页。这个客户机像复位后的处理器一样从实模式开始：通过中断向量表中的服务打印，执行 CPUID，开启保护模式，最后停在 HLT。
; topic: vmx
; order: 3
; outcome: exited 0
; serial: "real mode says hello\nHLT with CR0.PE=1, CS=1000\n"
; processor: vt-x
; exits: 10 CPUID, 12 HLT
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
LOW     equ 0x10000                     ; where the 16-bit code runs: segment 1000
VECTOR  equ 0x60                        ; its service

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        mov edi, EPT_1
        call ept_init
        vmcs_set SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        vmcs_set PRIMARY_CONTROLS, HLT_EXITING
        mov esi, guest_image
        mov edi, LOW
        mov ecx, sixteen_end - sixteen
        rep movsb
        mov word [VECTOR * 4], service - LOW
        mov word [VECTOR * 4 + 2], LOW >> 4

        vmcs_clear GUEST_CR0, 1 << 31 | 1 ; neither PG nor PE; NE must be 1 even so
        mov esi, segments
.next:  mov edx, [esi]                  ; in real mode the base is 16 times the selector
        mov eax, [esi + 4]
        vmwrite edx, eax
        add esi, 8
        cmp esi, segments_end
        jb .next
        mov edi, vcpu
.enter: call vm_run
        jc .wrong
        cmp eax, REASON_CPUID
        je .cpuid
        cmp eax, REASON_HLT
        jne .wrong
        print "HLT with CR0.PE="
        vmcs_read GUEST_CR0
        and eax, 1
        call put_decimal
        print ", CS="
        vmcs_read GUEST_CS_SELECTOR
        call put_hex16
        print 10
        exit 0
.cpuid: mov dword [edi + VCPU_EBX], "hell"
        mov dword [edi + VCPU_EDX], 0x0A6F ; "o", line feed
        call vm_skip
        jmp .enter
.wrong: exit 1

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
segments:
        dd GUEST_CS_SELECTOR, LOW >> 4, GUEST_CS_BASE, LOW, GUEST_CS_LIMIT, 0xFFFF, GUEST_CS_ACCESS_RIGHTS, 0x9B
        dd GUEST_SS_SELECTOR, 0, GUEST_SS_BASE, 0, GUEST_SS_LIMIT, 0xFFFF, GUEST_SS_ACCESS_RIGHTS, 0x93
        dd GUEST_DS_SELECTOR, 0, GUEST_DS_BASE, 0, GUEST_DS_LIMIT, 0xFFFF, GUEST_DS_ACCESS_RIGHTS, 0x93
        dd GUEST_ES_SELECTOR, 0, GUEST_ES_BASE, 0, GUEST_ES_LIMIT, 0xFFFF, GUEST_ES_ACCESS_RIGHTS, 0x93
        dd GUEST_FS_SELECTOR, 0, GUEST_FS_BASE, 0, GUEST_FS_LIMIT, 0xFFFF, GUEST_FS_ACCESS_RIGHTS, 0x93
        dd GUEST_GS_SELECTOR, 0, GUEST_GS_BASE, 0, GUEST_GS_LIMIT, 0xFFFF, GUEST_GS_ACCESS_RIGHTS, 0x93
        dd GUEST_IDTR_BASE, 0, GUEST_IDTR_LIMIT, 0x3FF, GUEST_RSP, 0x8000, GUEST_RIP, 0
segments_end:
vcpu:   times VCPU_BYTES db 0

; The guest: it lies behind the image and is copied to LOW, where its labels are meant.
        align 16
guest_image:
section .guest vstart=LOW align=16
BITS 16
sixteen:
        mov ax, cs
        mov ds, ax
        mov si, text - LOW
        int VECTOR
        xor eax, eax
        cpuid                           ; the hypervisor answers in EBX and EDX
        mov [answer - LOW], ebx
        mov [answer + 4 - LOW], edx
        mov si, answer - LOW
        int VECTOR
        mov eax, cr0
        or al, 1                        ; protection: nobody asks the hypervisor, CR0.PE is the guest's
        mov cr0, eax
        hlt                             ; CS keeps its base until it is loaded
service:
        lodsb
        test al, al
        jz .done
        push ax
        mov dx, 0x3FD
.wait:  in al, dx
        test al, 0x20
        jz .wait
        pop ax
        mov dx, 0x3F8
        out dx, al
        jmp service
.done:  iret
text:   db "real mode says ", 0
answer: dq 0
        db 0
sixteen_end:
