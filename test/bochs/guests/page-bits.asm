; Accessed and dirty bits, in the directory and the table, after reads, writes, fetches and refused accesses.
%include "common.inc"
%macro look 1
        mov eax, [PD + 4]
        and eax, 0xFFF
        show %1, eax
        mov eax, [PT1]
        and eax, 0xFFF
        show " table", eax
        and dword [PD + 4], 0xFFFFFF9F
        and dword [PT1], 0xFFFFFF9F
        mov eax, cr3
        mov cr3, eax
%endmacro
main:   call paging_on
        look "fresh"
        mov eax, [0x400000]
        look "read"
        mov [0x400000], eax
        look "written"
        mov eax, [0x400000]
        mov [0x400000], eax
        look "read, then written"
        mov byte [0x400000], 0xC3
        look "written again"
        mov ecx, 0x400000
        call ecx
        look "executed"
        inc dword [0x400000]
        look "incremented"
        cmp dword [0x400000], 1
        look "compared"
        mov eax, 1
        cmpxchg [0x400000], edx
        look "cmpxchg"
        invlpg [0x400000]
        look "invlpg"
        lea eax, [0x400000]
        look "lea"
        and dword [PT1], 0xFFFFFFFD
        mov eax, cr3
        mov cr3, eax
        ring 3
        try "write to read-only at 3", mov [0x400000], eax
        ring 0
        mov eax, [PT1]
        and eax, 0x40
        show "dirty after it", eax
        finish
