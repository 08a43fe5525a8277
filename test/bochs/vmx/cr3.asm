; MOV to and from CR3: the two controls and the CR3-target values.
%include "vmx-common.inc"
cases:  case "no control"
        guest .none
        mov eax, cr3
        mov cr3, eax
        show "cr3", eax
        back .none
        case "loads and stores exit"
        on PRIMARY_CONTROLS, CR3_LOAD_EXITING + CR3_STORE_EXITING
        guest .both
        mov eax, cr3
        mov edi, cr3
        mov cr3, ecx
        mov cr3, esp
        back .both
        case "two targets: only these do not exit"
        on PRIMARY_CONTROLS, CR3_LOAD_EXITING
        put CR3_TARGET_COUNT, 2
        put CR3_TARGET_VALUE0, 0x1000
        put CR3_TARGET_VALUE1, PD
        put CR3_TARGET_VALUE2, 0x3000
        guest .targets
        mov eax, PD
        mov cr3, eax
        mov ebx, 0x3000
        mov cr3, ebx
        mov ebx, PD + 8
        mov cr3, ebx
        back .targets
        case "four targets, count 0"
        on PRIMARY_CONTROLS, CR3_LOAD_EXITING
        put CR3_TARGET_COUNT, 0
        put CR3_TARGET_VALUE0, PD
        guest .count
        mov eax, PD
        mov cr3, eax
        back .count
        case "all four values count"
        on PRIMARY_CONTROLS, CR3_LOAD_EXITING
        put CR3_TARGET_COUNT, 4
        put CR3_TARGET_VALUE3, PD
        guest .four
        mov eax, PD
        mov cr3, eax
        back .four
        case "paging off and mov cr3 exits all the same"
        on PRIMARY_CONTROLS, CR3_LOAD_EXITING + CR3_STORE_EXITING
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 0x80000000
        guest .off
        mov eax, cr3
        mov cr3, eax
        back .off
        finish
