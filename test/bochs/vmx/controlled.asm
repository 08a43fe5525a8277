; Instructions that exit if a control says so: with the control, and without it.
%include "vmx-common.inc"
cases:  case "hlt"
        on PRIMARY_CONTROLS, HLT_EXITING
        go hlt
        case "invlpg"
        on PRIMARY_CONTROLS, INVLPG_EXITING
        guest .invlpg
        mov ebx, 0x12345000
        mov esi, 4
        invlpg [ebx + esi * 4 + 0x678]
        invlpg [fs:0x1000]
        invlpg [bx + si]
        back .invlpg
        case "invlpg, not exiting"
        go invlpg [0x1000]
        case "rdpmc"
        on PRIMARY_CONTROLS, RDPMC_EXITING
        go rdpmc
        case "rdtsc"
        on PRIMARY_CONTROLS, RDTSC_EXITING
        go rdtsc
        case "rdtsc, not exiting"
        go rdtsc
        case "pause"
        on PRIMARY_CONTROLS, PAUSE_EXITING
        go pause
        case "pause, not exiting"
        go pause
        case "wbinvd"
        on SECONDARY_CONTROLS, WBINVD_EXITING
        go wbinvd
        case "wbinvd, not exiting"
        go wbinvd
        case "wbinvd, the secondary controls not activated"
        off PRIMARY_CONTROLS, ACTIVATE_SECONDARY_CONTROLS
        on SECONDARY_CONTROLS, WBINVD_EXITING
        go wbinvd
        finish
