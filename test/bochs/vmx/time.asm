; TSC offsetting: what a guest reads lies by the offset from what the host does.
%include "vmx-common.inc"
cases:  case "no offsetting, an offset all the same"
        put TSC_OFFSET + 1, 0x1000
        guest .none
        rdtsc
        show "high half", edx
        back .none
        case "offsetting"
        on PRIMARY_CONTROLS, USE_TSC_OFFSETTING
        put TSC_OFFSET + 1, 0x1000
        guest .offset
        rdtsc
        show "high half", edx
        mov ecx, 0x10
        back .offset
        case "a negative offset"
        on PRIMARY_CONTROLS, USE_TSC_OFFSETTING
        put TSC_OFFSET, 0
        put TSC_OFFSET + 1, 0xFFFF0000
        guest .negative
        rdtsc
        show "high half", edx
        back .negative
        case "RDMSR of the counter too"
        on PRIMARY_CONTROLS, USE_TSC_OFFSETTING + USE_MSR_BITMAPS
        put TSC_OFFSET + 1, 0x2000
        guest .msr
        mov ecx, 0x10
        rdmsr
        show "high half", edx
        back .msr
        case "exiting goes first"
        on PRIMARY_CONTROLS, USE_TSC_OFFSETTING + RDTSC_EXITING
        put TSC_OFFSET + 1, 0x1000
        go rdtsc
        case "the host's is its own"
        rdtsc
        show "high half", edx
        finish
