; Faults of the instructions of VT-x in root and outside: CR4.VMXE, the CPL, operands, CR0 and CR4 fixed bits.
; INVEPT looks at its type before it reads the descriptor (SDM Vol. 3C, chapter 31, operation); Bochs reads first.
;  Bochs:  invept of a bad type, a missing page: v=0e e=0000 eip=+00 cs=0008 fl=10000 esp=+00 cr2=00404000
;  manual: invept of a bad type, a missing page: fails, error 28
%include "vmx-common.inc"
cases:  case "in root"
        ring 3
        try "vmxon", vmxon [region_pointer]
        try "vmxoff", vmxoff
        try "vmclear", vmclear [vmcs_pointer]
        try "vmptrld", vmptrld [vmcs_pointer]
        try "vmptrst", vmptrst [v_pointer]
        try "vmread", vmread eax, ecx
        try "vmwrite", vmwrite eax, ecx
        try "vmlaunch", vmlaunch
        try "vmresume", vmresume
        try "vmcall", vmcall
        try "invept", invept eax, [AREA]
        try "invvpid", invvpid eax, [AREA]
        try "vmfunc", vmfunc
        ring 0
        try "vmfunc at CPL 0", vmfunc
        mov dword [PT1 + 4 * 4], 0
        mov dword [PT1 + 5 * 4], PAGES + 0x5005
        invlpg [0x404000]
        invlpg [0x405000]
        try "vmclear, a missing page", vmclear [0x404000]
        try "vmptrld, a missing page", vmptrld [0x404000]
        try "vmptrst to a missing page", vmptrst [0x404000]
        mov ecx, GUEST_RIP
        try "vmread to a missing page", vmread [0x404000], ecx
        try "vmwrite from a missing page", vmwrite ecx, [0x404000]
        mov ecx, 0x1FFE
        vmx "vmread of no field to a missing page", vmread [0x404000], ecx
        mov eax, 1
        try "invept, a missing page", invept eax, [0x404000]
        mov eax, 7
        vmx "invept of a bad type, a missing page", invept eax, [0x404000]
        try "vmxon, a missing page", vmxon [0x404000]
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        try "vmptrst to a read-only page", vmptrst [0x405000]
        xor eax, eax
        mov gs, ax
        try "vmclear, a null segment", vmclear [gs:AREA]
        mov eax, cr0
        and eax, ~0x20
        try "NE 0 in root", mov cr0, eax
        mov eax, cr0
        and eax, ~0x80000000
        try "PG 0 in root", mov cr0, eax
        mov eax, cr4
        and eax, ~0x2000
        try "VMXE 0 in root", mov cr4, eax
        try "the register form of invept", db 0x66, 0x0F, 0x38, 0x80, 0xC0
        vmx "vmxoff", vmxoff
        mov eax, cr0
        and eax, ~0x20
        mov cr0, eax
        try "vmxon with NE 0", vmxon [region_pointer]
        or eax, 0x20
        mov cr0, eax
        ring 3
        try "vmxon at CPL 3", vmxon [region_pointer]
        try "vmxoff at CPL 3 outside", vmxoff
        ring 0
        mov eax, cr4
        and eax, ~0x2000
        mov cr4, eax
        try "vmxon with VMXE 0", vmxon [region_pointer]
        try "vmread with VMXE 0", vmread eax, ecx
        mov ecx, IA32_FEATURE_CONTROL
        rdmsr
        try "a locked IA32_FEATURE_CONTROL", wrmsr
        mov ecx, IA32_VMX_BASIC
        try "a capability MSR is read only", wrmsr
        finish
