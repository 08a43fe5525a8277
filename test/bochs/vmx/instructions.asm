; The instructions of VT-x in root: how they succeed and fail, with the VM-instruction error.
%include "vmx-common.inc"
%macro pointer 2                        ; low, high half of v_pointer
        mov dword [v_pointer], %1
        mov dword [v_pointer + 4], %2
%endmacro
cases:  vmx "vmptrst without a current VMCS", vmptrst [v_pointer]
        mov eax, [v_pointer]
        show "low", eax
        mov eax, [v_pointer + 4]
        show "high", eax
        mov ecx, GUEST_RIP
        vmx "vmread without one", vmread eax, ecx
        vmx "vmwrite without one", vmwrite ecx, eax
        vmx "vmlaunch without one", vmlaunch
        vmx "vmresume without one", vmresume
        vmx "vmcall without one", vmcall
        mov eax, 1
        vmx "invept without one", invept eax, [AREA]
        mov eax, 9
        vmx "invept of a bad type without one", invept eax, [AREA]
        vmx "invvpid of a bad type without one", invvpid eax, [AREA]
        vmx "vmxon in root without one", vmxon [region_pointer]
        pointer VMCS + 1, 0
        vmx "vmclear, not aligned, without one", vmclear [v_pointer]
        vmx "vmptrld, not aligned, without one", vmptrld [v_pointer]
        case "with a current VMCS"
        vmx "vmxon", vmxon [region_pointer]
        vmx "vmxon, bad pointer", vmxon [v_pointer]
        vmx "vmclear, not aligned", vmclear [v_pointer]
        vmx "vmptrld, not aligned", vmptrld [v_pointer]
        pointer VMCS, 0x80000000
        vmx "vmclear beyond the width", vmclear [v_pointer]
        vmx "vmptrld beyond the width", vmptrld [v_pointer]
        vmx "vmclear of the VMXON region", vmclear [region_pointer]
        vmx "vmptrld of the VMXON region", vmptrld [region_pointer]
        mov dword [VMCS_2], 0x7FFFFFFF
        vmx "vmptrld of a wrong revision", vmptrld [vmcs_2_pointer]
        mov eax, [revision]
        mov [VMCS_2], eax
        vmx "vmptrst", vmptrst [v_pointer]
        mov eax, [v_pointer]
        sub eax, VMCS
        show "is the current one's", eax
        vmx "vmclear of another", vmclear [vmcs_2_pointer]
        vmx "vmptrst", vmptrst [v_pointer]
        mov eax, [v_pointer]
        sub eax, VMCS
        show "still", eax
        vmx "vmresume, not launched", vmresume
        vmx "vmclear of the current one", vmclear [vmcs_pointer]
        vmx "vmptrst", vmptrst [v_pointer]
        mov eax, [v_pointer]
        show "none", eax
        mov ecx, GUEST_RIP
        vmx "vmread", vmread eax, ecx
        case "launched"
        go nop
        vmx "vmlaunch", vmlaunch
        vmx "vmptrld of it again", vmptrld [vmcs_pointer]
        vmx "vmlaunch", vmlaunch
        vmx "vmclear", vmclear [vmcs_pointer]
        vmx "vmptrld", vmptrld [vmcs_pointer]
        vmx "vmresume", vmresume
        case "blocked by MOV SS"
        mov eax, DATA0
        begin .blocked, "vmlaunch"
        mov ss, eax
        vmlaunch
        call vmx_end
        jmp .behind
        done .blocked
.behind:
        vmx "vmxoff", vmxoff
        try "vmxoff again", vmxoff
        try "vmclear", vmclear [vmcs_pointer]
        try "vmlaunch", vmlaunch
        try "vmcall", vmcall
        vmx "vmxon of a region that is not aligned", vmxon [v_pointer + 1]
        mov dword [REGION], 0x7FFFFFFF
        vmx "vmxon of a wrong revision", vmxon [region_pointer]
        mov eax, [revision]
        mov [REGION], eax
        pointer REGION, 0x80000000
        vmx "vmxon beyond the width", vmxon [v_pointer]
        vmx "vmxon", vmxon [region_pointer]
        vmx "vmptrst", vmptrst [v_pointer]
        mov eax, [v_pointer]
        show "none", eax
        finish
