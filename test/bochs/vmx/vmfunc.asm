; VMFUNC: EPTP switching, and when it exits or faults.
%include "vmx-common.inc"
cases:  case "not enabled: #UD"
        guest .off
        try "vmfunc", vmfunc
        back .off
        case "enabled, no function: leaf 0 exits"
        on SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        go vmfunc
        case "EPTP switching"
        call switching
        guest .switch
        mov edx, [0x408010]
        show "before", edx
        mov ecx, 1
        vmfunc
        mov edx, [0x408010]
        show "behind", edx
        mov ecx, 0
        vmfunc
        mov edx, [0x408010]
        show "and back", edx
        back .switch
        case "where it is, the VMCS says"
        call switching
        guest .stays
        mov ecx, 1
        vmfunc
        back .stays
        mov ecx, EPT_POINTER
        vmread eax, ecx
        sub eax, OTHER_PML4
        show "pointer", eax
        case "at CPL 3"
        call switching
        guest .user
        ring 3
        mov ecx, 1
        try "vmfunc", vmfunc
        back .user
        case "an index beyond the list"
        call switching
        guest .beyond
        mov ecx, 512
        vmfunc
        back .beyond
        case "a pointer that an entry would refuse"
        call switching
        guest .bad
        mov ecx, 2
        vmfunc
        back .bad
        case "another function"
        call switching
        guest .other
        mov eax, 1
        vmfunc
        mov eax, 63
        vmfunc
        mov eax, 64
        try "function 64", vmfunc
        back .other
        finish

; Pointer 1 of the list maps 408000h elsewhere; pointer 2 is no pointer.
switching:
        on SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        put VM_FUNCTION_CONTROLS, 1
        put EPTP_LIST_ADDRESS, EPTP_LIST
        mov dword [EPTP_LIST], EPTP_DEFAULT
        mov dword [EPTP_LIST + 8], OTHER_PML4 + 0x1E
        mov dword [EPTP_LIST + 16], OTHER_PML4 + 0x1F
        mov dword [0x408010], 0x11111111
        mov dword [0x409010], 0x22222222
        ; a top of its own over the same tables, but for the second 2 MiB
        mov dword [OTHER_PML4], OTHER_PML4 + 0x1000 + 7
        mov dword [OTHER_PML4 + 0x1000], OTHER_PML4 + 0x2000 + 7
        mov esi, EPT_PD
        mov edi, OTHER_PML4 + 0x2000
        mov ecx, 64
        rep movsd
        mov dword [OTHER_PML4 + 0x2008], 0x1C0000 + 7
        mov esi, EPT_PT1
        mov edi, 0x1C0000
        mov ecx, 1024
        rep movsd
        mov dword [0x1C0000 + 0x108 * 8], EPT_WB + 0x309007
        ret
