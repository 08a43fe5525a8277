; Every combination of P, U and W in the two levels, read and written at CPL 0 and 3, with CR0.WP set.
%include "common.inc"
main:   call paging_on
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        xor ebx, ebx                    ; bits 2:0 the directory's, bits 5:3 the table's
.next:  ring 0
        mov eax, ebx
        and eax, 7
        or eax, PT1
        mov [PD + 4], eax
        mov eax, ebx
        shr eax, 3
        or eax, PAGES
        mov [PT1], eax
        mov eax, cr3
        mov cr3, eax
        show "entries", ebx
        try " 0 reads", mov eax, [0x400010]
        invlpg [0x400000]
        try " 0 writes", mov [0x400010], eax
        invlpg [0x400000]
        ring 3
        try " 3 reads", mov eax, [0x400010]
        ring 0
        invlpg [0x400000]
        ring 3
        try " 3 writes", mov [0x400010], eax
        inc ebx
        cmp ebx, 64
        jb .next
        finish
