; EPT violations of instruction fetches.
%include "vmx-common.inc"
%define PTE(n) EPT_PT1 + (0x100 + n) * 8
cases:  mov byte [0x408010], 0xC3
        case "not executable"
        mov dword [PTE(8)], EPT_WB + 0x308003
        go call 0x408010
        case "read only"
        mov dword [PTE(8)], EPT_WB + 0x308001
        go call 0x408010
        case "not present"
        mov dword [PTE(8)], 0
        go call 0x408010
        case "executable"
        go call 0x408010
        case "an instruction that runs on into it"
        mov byte [0x408FFF], 0xB8
        mov dword [PTE(9)], EPT_WB + 0x309003
        guest .straddle
        mov ecx, 0x408FFF
        jmp ecx
        back .straddle
        finish
