; MOV to and from CR0 under the guest/host mask and the read shadow.
%include "vmx-common.inc"
AM      equ 0x40000
WP      equ 0x10000
TS      equ 8
cases:  case "mask 0: nothing exits"
        guest .none
        mov eax, cr0
        xor eax, AM
        mov cr0, eax
        mov ebx, cr0
        xor eax, ebx
        show "differs", eax
        back .none
        case "AM is the host's, shadow 0"
        put CR0_GUEST_HOST_MASK, AM
        put CR0_READ_SHADOW, 0
        guest .am
        mov ecx, cr0
        mov ebx, ecx
        mov cr0, ecx                    ; as the shadow has it
        or ebx, AM
        mov cr0, ebx
        show "reads", ecx
        back .am
        case "AM and WP are the host's, the shadow has WP"
        put CR0_GUEST_HOST_MASK, AM + WP
        put CR0_READ_SHADOW, WP
        guest .wp
        mov eax, cr0
        show "reads", eax
        mov cr0, eax
        and eax, ~WP
        mov edi, eax
        mov cr0, edi
        mov esi, edi
        or esi, AM
        mov cr0, esi
        back .wp
        show_field "CR0", GUEST_CR0
        case "guest-owned bits change, the host's keep what they are"
        on GUEST_CR0, WP
        put CR0_GUEST_HOST_MASK, WP
        put CR0_READ_SHADOW, 0
        guest .own
        mov eax, cr0
        show "reads", eax
        or eax, AM
        mov cr0, eax
        back .own
        show_field "CR0", GUEST_CR0
        case "every register, to and from"
        put CR0_GUEST_HOST_MASK, -1
        put CR0_READ_SHADOW, 0x12345678
        guest .each
        mov cr0, eax
        mov cr0, ecx
        mov cr0, edx
        mov cr0, ebx
        mov cr0, esp
        mov cr0, ebp
        mov cr0, esi
        mov cr0, edi
        mov eax, cr0
        mov ebx, cr0
        show "reads", ebx
        smsw ecx
        show "smsw", ecx
        back .each
        case "bits that may not be: #GP before or behind the exit"
        guest .fixed
        mov eax, cr0
        and eax, ~0x20
        try "NE 0", mov cr0, eax
        mov eax, cr0
        and eax, ~1
        try "PG without PE", mov cr0, eax
        mov eax, cr0
        or eax, 0x20000000
        try "NW without CD", mov cr0, eax
        back .fixed
        case "such bits in the mask: the exit comes first"
        put CR0_GUEST_HOST_MASK, 0x20
        put CR0_READ_SHADOW, 0x20
        guest .first
        mov eax, cr0
        and eax, ~0x20
        mov cr0, eax
        mov eax, cr0
        and eax, ~0x21
        try "PG without PE, NE", mov cr0, eax
        back .first
        case "entries and exits leave ET, NW, CD and what is reserved"
        on GUEST_CR0, 0x60000100
        off GUEST_CR0, 0x10
        on HOST_CR0, 0x60000100
        guest .kept
        mov eax, cr0
        show "guest", eax
        back .kept
        mov eax, cr0
        show "host", eax
        finish
