; MOV to and from CR4 under the guest/host mask and the read shadow.
%include "vmx-common.inc"
TSD     equ 4
DE_     equ 8
VMXE    equ 0x2000
cases:  case "mask 0"
        guest .none
        mov eax, cr4
        or eax, TSD
        mov cr4, eax
        back .none
        show_field "CR4", GUEST_CR4
        case "VMXE is the host's, hidden"
        put CR4_GUEST_HOST_MASK, VMXE
        put CR4_READ_SHADOW, 0
        guest .hidden
        mov eax, cr4
        show "reads", eax
        or eax, DE_
        mov cr4, eax                    ; VMXE is 0 in it, as in the shadow
        or eax, VMXE
        mov ebp, eax
        mov cr4, ebp
        back .hidden
        show_field "CR4", GUEST_CR4
        case "every register"
        put CR4_GUEST_HOST_MASK, -1
        put CR4_READ_SHADOW, 0x80000000
        guest .each
        mov eax, cr4
        show "reads", eax
        mov cr4, eax
        xor eax, eax
        mov cr4, eax
        mov cr4, ecx
        mov cr4, edx
        mov cr4, ebx
        mov cr4, ebp
        mov cr4, esi
        mov cr4, edi
        back .each
        case "what may not be is #GP"
        guest .fixed
        mov eax, cr4
        and eax, ~VMXE
        try "VMXE 0", mov cr4, eax
        mov eax, cr4
        or eax, 0x80000000
        try "reserved bit", mov cr4, eax
        back .fixed
        finish
