; CLTS and LMSW: which bits count, and what the qualification says.
%include "vmx-common.inc"
TS      equ 8
cases:  case "TS is the guest's: clts clears it"
        on GUEST_CR0, TS
        go clts
        show_field "CR0", GUEST_CR0
        case "TS is the host's, shadow 1: exits"
        on GUEST_CR0, TS
        put CR0_GUEST_HOST_MASK, TS
        put CR0_READ_SHADOW, TS
        go clts
        show_field "CR0", GUEST_CR0
        case "TS is the host's, shadow 0: nothing happens"
        on GUEST_CR0, TS
        put CR0_GUEST_HOST_MASK, TS
        put CR0_READ_SHADOW, 0
        go clts
        show_field "CR0", GUEST_CR0
        case "lmsw, mask 0"
        guest .free
        mov eax, 0xF
        lmsw ax
        mov eax, 0
        lmsw ax                         ; does not clear PE
        smsw eax
        show "smsw", eax
        back .free
        show_field "CR0", GUEST_CR0
        case "lmsw from a register, all the host's, shadow PE"
        put CR0_GUEST_HOST_MASK, -1
        put CR0_READ_SHADOW, 1
        guest .reg
        mov eax, 0xABCD0001
        lmsw ax
        mov eax, 0xABCD0000
        lmsw ax                         ; PE is not cleared: no difference
        mov ebx, 0xABCD0009
        lmsw bx
        mov ecx, 0xABCD1235
        lmsw cx
        back .reg
        case "lmsw from memory"
        put CR0_GUEST_HOST_MASK, -1
        put CR0_READ_SHADOW, 1
        guest .mem
        mov word [AREA + 0x20], 0x8765
        mov ebx, AREA
        lmsw [ebx + 0x20]
        lmsw [fs:AREA + 0x20]
        back .mem
        case "lmsw, PE is the host's with shadow 0: setting it exits"
        put CR0_GUEST_HOST_MASK, 1
        put CR0_READ_SHADOW, 0
        guest .pe
        mov eax, 1
        lmsw ax
        mov eax, 0xE
        lmsw ax
        back .pe
        show_field "CR0", GUEST_CR0
        case "lmsw from a page that is not there: #PF first"
        put CR0_GUEST_HOST_MASK, -1
        guest .pf
        mov dword [PT1 + 4 * 4], 0
        invlpg [0x404000]
        try "lmsw", lmsw [0x404000]
        mov dword [PT1 + 4 * 4], PAGES + 0x4007
        back .pf
        finish
