; EPT violations of accesses to the guest's own paging structures; with accessed and dirty bits these are writes.
; Such a write sets bits 0 and 1 of the qualification (SDM Vol. 3C, table 28-7); Bochs sets bit 1 alone.
;  Bochs:    48 q=000000aa lin=00408010 phys=00202020 rip=+00 fl=00000
;  manual:   48 q=000000ab lin=00408010 phys=00202020 rip=+00 fl=00000
; To set an accessed or a dirty bit is a read and a write; Bochs does not ask EPT for it.
;  Bochs:  the table is read only: an accessed bit cannot be set\n  back
;  manual: the table is read only: an accessed bit cannot be set\n  48 q=000000ab lin=00408010 phys=00202020 rip=+00 fl=00000
;  Bochs:  the accessed bit is set already\n  back
;  manual: the accessed bit is set already\n  48 q=000000ab lin=00408010 phys=00202020 rip=+06 fl=00000
%include "vmx-common.inc"
; The page table of linear 400000h is at PT1 = 202000h, the directory at 200000h.
PTE_PD  equ EPT_PT1
PTE_PT1 equ EPT_PT1 + 2 * 8
cases:  case "the page table is missing"
        mov dword [PTE_PT1], 0
        go mov ecx, [0x408010]
        case "the directory is missing"
        mov dword [PTE_PD], 0
        go mov ecx, [0x408010]
        case "the table is read only: an accessed bit cannot be set"
        mov dword [PTE_PT1], EPT_WB + 0x202005
        mov dword [PT1 + 8 * 4], PAGES + 0x8007
        invlpg [0x408000]
        go mov ecx, [0x408010]
        case "the accessed bit is set already"
        mov dword [PTE_PT1], EPT_WB + 0x202005
        mov dword [PT1 + 8 * 4], PAGES + 0x8027
        guest .accessed
        mov ecx, [0x408010]
        mov [0x408010], ecx             ; now the dirty bit
        back .accessed
        case "EPT's own accessed and dirty bits: a walk is a write"
        put EPT_POINTER, EPTP_DEFAULT + 0x40
        mov dword [PTE_PT1], EPT_WB + 0x202005
        mov dword [PT1 + 8 * 4], PAGES + 0x8067
        go mov ecx, [0x408010]
        case "and what they are afterwards"
        put EPT_POINTER, EPTP_DEFAULT + 0x40
        guest .bits
        mov ecx, [0x408010]
        mov [0x409010], ecx
        back .bits
        mov eax, [EPT_PT1 + 0x108 * 8]
        show "read page", eax
        mov eax, [EPT_PT1 + 0x109 * 8]
        show "written page", eax
        mov eax, [EPT_PT1 + 0x10A * 8]
        show "other page", eax
        mov eax, [PTE_PT1]
        show "page table", eax
        mov eax, [EPT_PD + 8]
        show "its table", eax
        mov eax, [PDPT]
        show "pointers", eax
        mov eax, [PML4]
        show "top", eax
        case "without them nothing is written"
        guest .none
        mov ecx, [0x408010]
        mov [0x409010], ecx
        back .none
        mov eax, [EPT_PT1 + 0x109 * 8]
        show "written page", eax
        finish
