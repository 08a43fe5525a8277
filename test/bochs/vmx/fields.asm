; VMREAD and VMWRITE: every width, the upper halves, fields that there are not, and those that are read only.
; model: corei7_sandy_bridge_2600k
; That model has no VMWRITE to read-only fields and no VMCS shadowing; nor has this processor (IA32_VMX_MISC, bit 29).
%include "vmx-common.inc"
%macro field 2                          ; "name", field
        mov ecx, %2
        mov eax, 0x89ABCDEF
        vmx %1, vmwrite ecx, eax
        mov ecx, %2
        xor eax, eax
        vmx "read", vmread eax, ecx
        show "value", eax
%endmacro
%macro absent 2
        mov ecx, %2
        mov eax, 0x12345678
        vmx %1, vmread eax, ecx
        show "the destination", eax
        vmx "write", vmwrite ecx, eax
%endmacro
cases:  case "widths"
        field "16 bits", GUEST_ES_SELECTOR
        field "16 bits, control", VPID
        field "32 bits", EXCEPTION_BITMAP
        field "natural", GUEST_RIP
        field "natural, host", HOST_RSP
        field "64 bits", TSC_OFFSET
        field "its upper half", TSC_OFFSET + 1
        mov ecx, TSC_OFFSET
        mov eax, 0x11111111
        vmwrite ecx, eax
        mov ecx, TSC_OFFSET + 1
        vmread eax, ecx
        show "the upper half stays", eax
        field "link pointer", VMCS_LINK_POINTER
        case "memory operands"
        mov dword [AREA], 0x55667788
        mov ecx, GUEST_RIP
        vmx "write", vmwrite ecx, [AREA]
        vmx "read", vmread [AREA + 4], ecx
        mov eax, [AREA + 4]
        show "value", eax
        case "no such field"
        absent "index", 0x6C18
        absent "the upper half of 32 bits", EXCEPTION_BITMAP + 1
        absent "the upper half of a natural one", GUEST_RIP + 1
        absent "the upper half of 16 bits", VPID + 1
        absent "bit 12", GUEST_RIP + 0x1000
        absent "bit 15", GUEST_RIP + 0x8000
        absent "bit 31", GUEST_RIP + 0x80000000
        absent "a type of 16-bit read-only data", 0x0400
        case "read only"
        mov ecx, EXIT_REASON
        vmx "the exit reason", vmwrite ecx, eax
        mov ecx, GUEST_PHYSICAL_ADDRESS + 1
        vmx "an upper half", vmwrite ecx, eax
        mov ecx, EXIT_QUALIFICATION
        vmx "the qualification", vmwrite ecx, eax
        mov ecx, VM_INSTRUCTION_ERROR
        xor eax, eax
        vmx "read", vmread eax, ecx
        show "error", eax
        case "the VMCS keeps its fields over VMCLEAR and VMPTRLD"
        put EXCEPTION_BITMAP, 0x1234
        vmx "vmclear", vmclear [vmcs_pointer]
        vmx "vmptrld", vmptrld [vmcs_pointer]
        show_field "bitmap", EXCEPTION_BITMAP
        mov eax, [revision]
        or eax, 0x80000000
        mov [VMCS_2], eax
        vmx "vmptrld of a shadow VMCS, where there is no shadowing", vmptrld [vmcs_2_pointer]
        case "two VMCSs"
        put EXCEPTION_BITMAP, 0x1111
        mov eax, [revision]
        mov [VMCS_2], eax
        vmx "vmclear", vmclear [vmcs_2_pointer]
        vmx "vmptrld", vmptrld [vmcs_2_pointer]
        put EXCEPTION_BITMAP, 0x2222
        vmx "vmptrld", vmptrld [vmcs_pointer]
        show_field "bitmap", EXCEPTION_BITMAP
        vmx "vmptrld", vmptrld [vmcs_2_pointer]
        show_field "bitmap", EXCEPTION_BITMAP
        finish
