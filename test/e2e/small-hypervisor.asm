; title: A small hypervisor
; title-zh: 小型虚拟机监控程序
; topic: vmx
; processor: vt-x
%include "lib/machine.inc"
%include "include/vmcs.inc"

REGION  equ 0x190000                    ; VMXON region
VMCS    equ 0x191000
PML4    equ 0x192000
PDPT    equ 0x193000
EPT_PD  equ 0x194000
EPT_PT  equ 0x195000
TABLES  equ 0x196000                    ; the guest's page directory and table

%macro put 2
        mov ecx, %1
        mov eax, %2
        vmwrite ecx, eax
%endmacro
%macro capable 2                        ; what the capability MSR asks for, and more bits
        mov ecx, %1
        rdmsr
        or eax, %2
%endmacro

start:  mov esp, KERNEL_STACK
        call segments_init
        call tables
        mov ecx, IA32_FEATURE_CONTROL
        mov eax, 5
        xor edx, edx
        wrmsr
        mov eax, TABLES
        mov cr3, eax
        mov eax, 0x2000
        mov cr4, eax
        mov eax, 0x80000031
        mov cr0, eax
        mov ecx, IA32_VMX_BASIC
        rdmsr
        mov [REGION], eax
        mov [VMCS], eax
        vmxon [region]
        vmclear [vmcs]
        vmptrld [vmcs]
        call fill
        put PIN_BASED_CONTROLS, 0x96    ; bit 7 must be 0
        vmlaunch                        ; error 7
        capable IA32_VMX_TRUE_PINBASED_CTLS, 0
        mov ecx, PIN_BASED_CONTROLS
        vmwrite ecx, eax
        vmlaunch
        jmp stop

left:   mov ecx, EXIT_REASON
        vmread eax, ecx
        cmp eax, REASON_EPT_VIOLATION
        je stop
        mov ecx, EXIT_INSTRUCTION_LENGTH
        vmread ebx, ecx
        mov ecx, GUEST_RIP
        vmread eax, ecx
        add eax, ebx
        vmwrite ecx, eax
        vmresume
stop:   xor eax, eax
        out EXIT_PORT, al

guest:  cpuid
        in al, DEBUG_PORT
        hlt
        cpuid
        mov [0x150000], eax             ; EPT does not map it

tables: mov edi, PML4
        mov ecx, 6 * 1024
        xor eax, eax
        rep stosd
        mov dword [PML4], PDPT + 7
        mov dword [PDPT], EPT_PD + 7
        mov dword [EPT_PD], EPT_PT + 7
        mov dword [TABLES], TABLES + 0x1000 + 7
        mov eax, 0x37                   ; write-back, read, write, execute
        mov ecx, 512
        xor edi, edi
.next:  mov [EPT_PT + edi * 8], eax
        lea edx, [eax - 0x30]
        mov [TABLES + 0x1000 + edi * 4], edx
        add eax, 0x1000
        inc edi
        loop .next
        mov dword [EPT_PT + 0x150 * 8], 0
        ret

fill:   capable IA32_VMX_TRUE_PROCBASED_CTLS, ACTIVATE_SECONDARY_CONTROLS + HLT_EXITING + UNCONDITIONAL_IO_EXITING
        mov ecx, PRIMARY_CONTROLS
        vmwrite ecx, eax
        capable IA32_VMX_TRUE_EXIT_CTLS, 0
        mov ecx, EXIT_CONTROLS
        vmwrite ecx, eax
        capable IA32_VMX_TRUE_ENTRY_CTLS, 0
        mov ecx, ENTRY_CONTROLS
        vmwrite ecx, eax
        mov esi, fields
.next:  mov ecx, [esi]
        mov eax, [esi + 4]
        add esi, 8
        vmwrite ecx, eax
        cmp esi, fields_end
        jb .next
        put GUEST_CR0, cr0
        put HOST_CR0, cr0
        put GUEST_CR3, cr3
        put HOST_CR3, cr3
        put GUEST_CR4, cr4
        put HOST_CR4, cr4
        ret

        align 8
region: dq REGION
vmcs:   dq VMCS
fields: dd SECONDARY_CONTROLS, ENABLE_EPT, EPT_POINTER, PML4 + 0x1E
        dd VMCS_LINK_POINTER, -1, VMCS_LINK_POINTER + 1, -1
        dd GUEST_CS_SELECTOR, KERNEL_CODE, GUEST_CS_LIMIT, -1, GUEST_CS_ACCESS_RIGHTS, 0xC09B
%macro data_segment 1
        dd GUEST_%1_SELECTOR, KERNEL_DATA, GUEST_%1_LIMIT, -1, GUEST_%1_ACCESS_RIGHTS, 0xC093
        dd HOST_%1_SELECTOR, KERNEL_DATA
%endmacro
        data_segment ES
        data_segment SS
        data_segment DS
        data_segment FS
        data_segment GS
        dd GUEST_TR_SELECTOR, TASK, GUEST_TR_LIMIT, 0x67, GUEST_TR_ACCESS_RIGHTS, 0x8B, GUEST_TR_BASE, tss
        dd GUEST_LDTR_ACCESS_RIGHTS, 0x10000
        dd GUEST_GDTR_BASE, gdt, GUEST_GDTR_LIMIT, gdt_end - gdt - 1
        dd GUEST_RFLAGS, 2, GUEST_RSP, KERNEL_STACK - 0x8000, GUEST_RIP, guest
        dd HOST_CS_SELECTOR, KERNEL_CODE, HOST_TR_SELECTOR, TASK, HOST_TR_BASE, tss
        dd HOST_GDTR_BASE, gdt, HOST_RSP, KERNEL_STACK, HOST_RIP, left
fields_end:
%include "lib/segments.inc"
