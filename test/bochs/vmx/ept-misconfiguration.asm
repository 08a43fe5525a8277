; EPT misconfigurations: settings of an entry that may not be, at every level.
; Bits 20:12 of an entry that maps 2 MiB are reserved (SDM Vol. 3C, table 29-5); Bochs does not look at them.
;  Bochs:  a 2 MiB page that is not aligned\n  back
;  manual: a 2 MiB page that is not aligned\n  49 q=00000000 phys=00200000 rip=+00 fl=00000
%include "vmx-common.inc"
%define PTE(n) EPT_PT1 + (0x100 + n) * 8
%macro bad 3                            ; "name", place, value
        case %1
        mov dword [%2], %3
        go mov ecx, [0x408010]
%endmacro
cases:  bad "write without read", PTE(8), EPT_WB + 0x308002
        bad "write and execute without read", PTE(8), EPT_WB + 0x308006
        bad "memory type 2", PTE(8), 0x308007 + (2 << 3)
        bad "memory type 3", PTE(8), 0x308007 + (3 << 3)
        bad "memory type 7", PTE(8), 0x308007 + (7 << 3)
        bad "memory type 0 may be", PTE(8), 0x308007
        bad "memory type 4 may be", PTE(8), 0x308007 + (4 << 3)
        bad "ignored bits", PTE(8), 0x308F07 + EPT_WB + 0x40
        bad "reserved bits of a directory entry", EPT_PD + 8, EPT_PT1 + 7 + 0x78
        bad "a directory entry with write only", EPT_PD + 8, EPT_PT1 + 2
        bad "reserved bit 7 of the top", PML4, PDPT + 0x87
        bad "reserved bits of the pointer table", PDPT, EPT_PD + 0x0F
        bad "a 2 MiB page that is not aligned", EPT_PD + 8, 0x201000 + 0x87 + EPT_WB
        bad "a 2 MiB page of memory type 3", EPT_PD + 8, 0x200000 + 0x87 + (3 << 3)
        bad "a 2 MiB page", EPT_PD + 8, 0x200000 + 0x87 + EPT_WB
        case "not present: nothing else of the entry counts"
        mov dword [PTE(8)], 0x3087F8
        go mov ecx, [0x408010]
        case "a write, and a fetch"
        mov dword [PTE(8)], EPT_WB + 0x308002
        guest .write
        mov [0x408010], ecx
        back .write
        case "an address beyond the processor's width"
        mov dword [PTE(8) + 4], 0x00080000
        go mov ecx, [0x408010]
        finish
