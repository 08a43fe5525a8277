; A translation once used stays until INVLPG or a load of CR3, whatever the tables say. (The architecture lets it go
; earlier; Bochs and this machine keep it.)
%include "common.inc"
; A page whose number differs in its low bits from those of all other data that the guest touches.
LIN     equ 0x41A000
ENTRY   equ PT1 + 0x1A * 4
main:   call paging_on
        mov dword [PAGES], 0x1111
        mov dword [PAGES + 0x1000], 0x2222
        mov eax, [LIN]
        show "first", eax
        mov dword [ENTRY], PAGES + 0x1007
        mov eax, [LIN]
        show "table changed", eax
        invlpg [LIN + 0xFFF]
        mov eax, [LIN]
        show "invlpg", eax
        mov dword [ENTRY], PAGES + 7
        mov eax, cr3
        mov cr3, eax
        mov eax, [LIN]
        show "cr3", eax
        mov dword [ENTRY], 0
        try "not present, but cached", mov eax, [LIN]
        invlpg [LIN + 0x1000]
        try "invlpg of the neighbour", mov eax, [LIN]
        invlpg [LIN]
        try "invlpg", mov eax, [LIN]
        mov dword [ENTRY], PAGES + 7
        try "present again: nothing is cached of a missing page", mov eax, [LIN]
        mov dword [ENTRY], PAGES + 5
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        invlpg [LIN]
        try "read-only, wp: write", mov [LIN + 4], eax
        mov dword [ENTRY], PAGES + 7
        try "writable again: a fault forgets", mov [LIN + 4], eax
        mov eax, cr4
        or eax, 0x80
        mov cr4, eax
        mov dword [ENTRY], PAGES + 0x107
        invlpg [LIN]
        mov eax, [LIN]
        mov dword [ENTRY], PAGES + 0x1107
        mov eax, cr3
        mov cr3, eax
        mov eax, [LIN]
        show "global survives cr3", eax
        mov eax, cr4
        and eax, 0xFFFFFF7F
        mov cr4, eax
        mov eax, [LIN]
        show "but not cr4.pge", eax
        mov dword [ENTRY], PAGES + 7
        mov eax, cr0
        and eax, 0x7FFFFFFF
        mov cr0, eax
        or eax, 0x80000000
        mov cr0, eax
        mov eax, [LIN]
        show "nor cr0.pg", eax
        finish
