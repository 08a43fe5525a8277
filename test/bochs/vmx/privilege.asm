; At CPL 3 the #GP of a privileged instruction comes before the exit, but for MOV DR; VMCALL and its like exit at any
; CPL.
%include "vmx-common.inc"
cases:  case "at CPL 3"
        on PRIMARY_CONTROLS, HLT_EXITING + INVLPG_EXITING + RDPMC_EXITING + RDTSC_EXITING + CR3_LOAD_EXITING
        on PRIMARY_CONTROLS, CR3_STORE_EXITING + PAUSE_EXITING
        on SECONDARY_CONTROLS, WBINVD_EXITING
        put CR0_GUEST_HOST_MASK, -1
        put CR4_GUEST_HOST_MASK, -1
        guest .user
        ring 3
        try "hlt", hlt
        try "invd", invd
        try "wbinvd", wbinvd
        try "invlpg", invlpg [0]
        try "mov cr0", mov cr0, eax
        try "mov cr3", mov cr3, eax
        try "mov from cr3", mov eax, cr3
        try "mov cr4", mov cr4, eax
        try "clts", clts
        try "lmsw", lmsw ax
        try "rdmsr", rdmsr
        try "wrmsr", wrmsr
        try "rdpmc", rdpmc
        try "rdtsc", rdtsc
        try "pause", pause
        try "cpuid", cpuid
        try "vmcall", vmcall
        back .user
        case "rdtsc at CPL 3 with CR4.TSD"
        on PRIMARY_CONTROLS, RDTSC_EXITING
        on GUEST_CR4, 4
        guest .tsd
        ring 3
        try "rdtsc", rdtsc
        back .tsd
        case "mov dr at CPL 3"
        guest .dr
        ring 3
        try "mov dr, not exiting", mov dr0, eax
        back .dr
        case "mov dr at CPL 3, exiting"
        on PRIMARY_CONTROLS, MOV_DR_EXITING
        guest .drx
        ring 3
        try "mov to dr", mov dr0, eax
        try "mov from dr", mov ebx, dr6
        back .drx
        finish
