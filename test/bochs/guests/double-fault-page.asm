; Page faults in deliveries: from the IDT, from the GDT, from the new stack.
%include "common.inc"
I       equ 0x402000 - 14 * 8           ; an IDT whose entry 14 begins in the next page
main:   call paging_on
        mov esi, idt
        mov edi, I
        mov ecx, IDT_ENTRIES * 8
        rep movsb
        mov dword [pointer + 2], I
        lidt [pointer]
        try "all there: #ud", ud2
        mov dword [PT1 + 8], 0
        mov eax, cr3
        mov cr3, eax
        try "#ud: its gate is there", ud2
        try "#pf: its gate is missing, then #df", mov eax, [0x402000]
        try "int 20h: its gate is missing, #pf", int 0x20
        lidt [idt_pointer]
        ; The handler's stack of ring 3 code is missing.
        mov dword [tss_esp1], 0x403000
        igate 0x31, CODE1 - 1, main, 0xEE
        igate 6, CODE1 - 1, main, 0x8E
        igate 13, CODE1 - 1, main, 0x8E
        igate 14, CODE0, stubs + 14 * 16, 0x8E
        ring 3
        try "int to ring 1, its stack missing", int 0x31
        try "#ud to ring 1, its stack missing", ud2
        try "#gp to ring 1, its stack missing: #pf after #gp", hlt
        ring 0
        igate 14, CODE1 - 1, main, 0x8E
        ring 3
        try "#pf to ring 1, its stack missing: #df", mov eax, [0x402000]
        ring 0
        igate 14, CODE0, stubs + 14 * 16, 0x8E
        ; Half of the frame fits.
        mov dword [PT1 + 12], PAGES + 0x3007
        mov eax, cr3
        mov cr3, eax
        mov dword [tss_esp1], 0x403008
        ring 3
        try "int to ring 1, two words fit", int 0x31
        mov eax, [0x403000]
        show "of what was pushed", eax
        ring 0
        mov dword [PT1 + 8], PAGES + 0x2005
        mov eax, cr3
        mov cr3, eax
        mov dword [tss_esp1], 0x403000
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        ring 3
        try "its stack read-only, wp", int 0x31
        ring 0
        mov dword [PT1 + 8], PAGES + 0x2003
        mov eax, cr3
        mov cr3, eax
        ring 3
        try "its stack a supervisor page: ring 1 may", int 0x32
        finish
pointer: dw IDT_ENTRIES * 8 - 1
        dd 0
