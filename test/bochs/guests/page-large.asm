; 4 MiB pages: PSE off and on, rights, dirty, and the offset in the page.
%include "common.inc"
main:   call paging_on
        mov dword [0x300ABC], 0x11223344
        mov dword [0x200ABC], 0
        ; Linear 800000h: a large page on physical 0.
        mov dword [PD + 8], PT1 + 0x87
        try "pse off: bit 7 is nothing, the table is used", mov eax, [0x800ABC]
        mov dword [PD + 8], 0x87
        mov eax, cr4
        or eax, 0x10
        mov cr4, eax
        mov eax, cr3
        mov cr3, eax
        mov eax, [0xB00ABC]
        show "read through the large page", eax
        mov eax, [PD + 8]
        show "entry", eax
        mov dword [0xB00ABC], 0x55667788
        mov eax, [0x300ABC]
        show "written through it", eax
        mov eax, [PD + 8]
        show "entry", eax
        mov dword [PD + 8], 0x83
        mov eax, cr3
        mov cr3, eax
        ring 3
        try "supervisor, at 3", mov eax, [0xB00ABC]
        ring 0
        mov dword [PD + 8], 0x85
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        mov eax, cr3
        mov cr3, eax
        try "read-only, wp", mov [0xB00ABC], eax
        try "read-only, read", mov eax, [0xB00ABC]
        mov dword [PD + 8], 0x86
        mov eax, cr3
        mov cr3, eax
        try "not present", mov eax, [0xBFFFFC]
        finish
