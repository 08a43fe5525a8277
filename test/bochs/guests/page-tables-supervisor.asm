; The processor's own accesses to descriptor tables and stacks from CPL 3 are supervisor accesses; where they fault,
; the error code says so.
%include "common.inc"
G       equ 0x400000
main:   call paging_on
        mov esi, gdt
        mov edi, G
        mov ecx, GDT_LIMIT + 1
        rep movsb
        mov dword [pointer + 2], G
        lgdt [pointer]
        mov dword [PT1], PAGES + 3
        mov eax, cr3
        mov cr3, eax
        ring 3
        mov ax, DATA3
        try "load through a supervisor gdt", mov fs, ax
        try "read it", mov eax, [G]
        try "lar", lar eax, eax
        ring 0
        mov dword [gdt + T0], 0
        ; Selectors of a second page of the table, which is missing.
        mov word [pointer], 0x1FFF
        lgdt [pointer]
        mov dword [PT1 + 4], 0
        mov eax, cr3
        mov cr3, eax
        mov ax, 0x1008
        try "0: load from a missing page", mov fs, ax
        try "0: lar", lar ecx, ax
        try "0: verw", verw ax
        try "0: far jump", jmp 0x1010:0
        try "0: lldt", lldt ax
        try "0: ltr", ltr ax
        ring 3
        mov ax, 0x100B
        try "3: load from a missing page", mov fs, ax
        try "3: lsl", lsl ecx, ax
        try "3: far call", call 0x1013:0
        ring 0
        igate 0x31, 0x1008, main, 0xEE
        try "0: gate to it", int 0x31
        ring 3
        try "3: gate to it", int 0x31
        try "3: sgdt shows it", sgdt [AREA]
        mov eax, [AREA + 2]
        show "base", eax
        finish
pointer: dw GDT_LIMIT
        dd 0
