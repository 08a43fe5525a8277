; A load sets the accessed bit in the table; a failing one does not.
%include "common.inc"
main:   desc T0, AREA, 0xFFF, 0x92, 4
        desc T1, AREA, 0xFFF, 0x12, 4
        desc T2, AREA, 0xFFF, 0xF8, 4
        desc T3, 0, 0xFFFFF, 0x9A, 12
        show "before", [gdt + T0 + 4]
        mov ax, T0
        mov fs, ax
        show "after", [gdt + T0 + 4]
        mov ax, T1
        try "not present", mov fs, ax
        show "after not present", [gdt + T1 + 4]
        mov ax, T2
        try "execute-only", mov fs, ax
        show "after execute-only", [gdt + T2 + 4]
        verr ax
        show "after verr", [gdt + T2 + 4]
        lar eax, ax
        show "after lar", [gdt + T2 + 4]
        jmp T3:.in
.in:    jmp CODE0:.out
.out:   show "after far jump", [gdt + T3 + 4]

        desc T0, AREA, 0xFFF, 0x92, 4
        ; The table on a read-only page: with WP the processor cannot set the bit, and says so.
        desc T1, AREA, 0xFFF, 0x92, 4
        mov esi, gdt
        mov edi, AREA
        mov ecx, GDT_LIMIT + 1
        rep movsb
        mov word [pointer], GDT_LIMIT
        lgdt [pointer]
        call paging_on
        mov dword [PT0 + AREA / 0x400], AREA + 5
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        invlpg [AREA]
        mov dx, T1
        try "read-only table, wp", mov fs, dx
        mov dx, T0
        try "accessed already", mov fs, dx
        mov eax, cr0
        and eax, 0xFFFEFFFF
        mov cr0, eax
        mov dx, T1
        try "read-only table, no wp", mov fs, dx
        show "after", [AREA + T1 + 4]
        ring 3
        try "from ring 3", mov fs, dx
        finish
pointer: dw 0
        dd AREA
