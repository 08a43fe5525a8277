; RDMSR and WRMSR: without bitmaps all exit, with them those whose bit is 1 and those that no bit is for.
%include "vmx-common.inc"
SYSENTER_CS equ 0x174
cases:  case "no bitmaps"
        guest .none
        mov ecx, SYSENTER_CS
        rdmsr
        wrmsr
        mov ecx, 0x12345678             ; no such register: the exit comes before #GP
        rdmsr
        wrmsr
        back .none
        case "bitmaps, all 0"
        on PRIMARY_CONTROLS, USE_MSR_BITMAPS
        guest .zero
        mov ecx, SYSENTER_CS
        rdmsr
        wrmsr
        mov ecx, 0x1FFF
        try "rdmsr of 1FFF, which is not there", rdmsr
        mov ecx, 0x2000
        rdmsr
        wrmsr
        mov ecx, 0xBFFFFFFF
        rdmsr
        mov ecx, 0xC0002000
        rdmsr
        mov ecx, 0xFFFFFFFF
        wrmsr
        back .zero
        case "bits for reading"
        on PRIMARY_CONTROLS, USE_MSR_BITMAPS
        mov byte [MSR_BITS + SYSENTER_CS / 8], 0x10
        mov byte [MSR_BITS + 0x3FF], 0x80 ; 1FFF
        mov byte [MSR_BITS + 0x400], 1  ; C0000000
        mov byte [MSR_BITS + 0x7FF], 0x80 ; C0001FFF
        guest .read
        mov ecx, SYSENTER_CS
        rdmsr
        xor edx, edx
        xor eax, eax
        wrmsr
        mov ecx, 0x1FFF
        rdmsr
        mov ecx, 0xC0000000
        rdmsr
        mov ecx, 0xC0001FFF
        rdmsr
        back .read
        case "bits for writing"
        on PRIMARY_CONTROLS, USE_MSR_BITMAPS
        mov byte [MSR_BITS + 0x800 + SYSENTER_CS / 8], 0x10
        mov byte [MSR_BITS + 0xBFF], 0x80
        mov byte [MSR_BITS + 0xC00], 1
        mov byte [MSR_BITS + 0xFFF], 0x80
        guest .write
        mov ecx, SYSENTER_CS
        rdmsr
        wrmsr
        mov ecx, 0x1FFF
        wrmsr
        mov ecx, 0xC0000000
        wrmsr
        mov ecx, 0xC0001FFF
        wrmsr
        back .write
        finish
