; EPT violations of data: what is tried and what is allowed.
%include "vmx-common.inc"
%define PTE(n) EPT_PT1 + (0x100 + n) * 8
cases:  after skip_6
        case "not present"
        mov dword [PTE(8)], 0
        after skip_6
        guest .missing
        mov ecx, [0x408010]
        mov [0x408014], ecx
        back .missing
        case "read only"
        mov dword [PTE(8)], EPT_WB + 0x308001
        after skip_6
        guest .ro
        mov ecx, [0x408010]
        mov [0x408014], ecx
        back .ro
        case "read and execute"
        mov dword [PTE(8)], EPT_WB + 0x308005
        after skip_6
        guest .rx
        mov [0x408014], ecx
        back .rx
        case "a page of 2 MiB without writes"
        mov dword [EPT_PD + 16], 0x400000 + 0x85 + EPT_WB
        mov dword [PT1 + 8 * 4], 0x408067
        after skip_6
        guest .levels
        mov ecx, [0x408010]
        mov [0x408014], ecx
        back .levels
        mov dword [PT1 + 8 * 4], PAGES + 0x8007
        case "the second page of a straddling access"
        mov dword [PTE(9)], 0
        after skip_6
        guest .straddle
        mov ecx, [0x408FFE]
        mov [0x408FFD], ecx
        back .straddle
        case "at CPL 3"
        mov dword [PTE(8)], 0
        guest .user
        ring 3
        mov ecx, [0x408010]
        back .user
        case "no paging: an unrestricted guest"
        mov dword [PTE(8)], 0
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 0x80000000
        after skip_6
        guest .flat
        mov ecx, [0x308010]
        mov [0x308010], ecx
        back .flat
        case "#PF goes before"
        mov dword [PTE(8)], 0
        mov dword [PT1 + 8 * 4], 0
        guest .pf
        try "read", mov ecx, [0x408010]
        back .pf
        mov dword [PT1 + 8 * 4], PAGES + 0x8007
        case "a string instruction, in the middle"
        mov dword [PTE(9)], 0
        guest .string
        mov edi, 0x408FF8
        mov ecx, 8
        mov eax, 0x11111111
        rep stosd
        back .string
        mov eax, [g_regs]
        show "edi", eax
        mov eax, [g_regs + 24]
        show "ecx", eax
        case "a memory hole beyond everything"
        after skip_6
        guest .hole
        mov dword [PT1 + 8 * 4], 0x40000007
        mov ecx, [0x408010]
        back .hole
        mov dword [PT1 + 8 * 4], PAGES + 0x8007
        finish

skip_6: mov ecx, GUEST_RIP
        vmread eax, ecx
        add eax, 6
        vmwrite ecx, eax
        mov eax, AGAIN
        ret
