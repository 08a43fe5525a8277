; CR2 and the error code of accesses that cross into a page that is missing or protected.
%include "common.inc"
main:   call paging_on
        mov dword [PT1 + 4], 0          ; 401000h
        mov dword [PT1 + 12], 0         ; 403000h; 402000h between them is there
        mov dword [PT1 + 20], PAGES + 0x5005 ; 405000h read-only
        mov dword [PT1 + 28], PAGES + 0x7003 ; 407000h supervisor
        mov eax, cr3
        mov cr3, eax
        try "dword ends in it", mov eax, [0x400FFE]
        try "dword begins in it", mov eax, [0x401FFE]
        try "write ends in it", mov [0x400FFD], eax
        try "write begins in it", mov [0x401FFF], ax
        try "inside", mov eax, [0x401234]
        try "last byte before", mov al, [0x400FFF]
        try "qword ends in it", cmpxchg8b [0x400FFC]
        try "qword begins in it", cmpxchg8b [0x401FFC]
        try "add ends in it", add [0x402FFE], eax
        try "not a write: cmp", cmp [0x402FFE], eax
        try "push", push dword [0x401000]
        mov eax, 0x4040
        begin .bt, "bt far away"
        mov eax, 0x8000
        bt [0x400000], eax
        done .bt
        begin .bts, "bts far away"
        mov eax, 0x8000
        bts [0x400000], eax
        done .bts
        ring 3
        try "at 3: write ends in read-only", mov [0x404FFE], eax
        try "at 3: write begins in read-only", mov [0x405FFE], eax
        try "at 3: read crosses into supervisor", mov eax, [0x406FFE]
        try "at 3: add crosses into supervisor", add [0x406FFD], eax
        mov dword [0x404FFC], 0x12345678
        try "at 3: nothing of the first part is written", mov dword [0x404FFE], -1
        mov eax, [0x404FFC]
        show "still", eax
        try "at 3: sgdt crosses", sgdt [0x404FFD]
        mov eax, [0x404FFC]
        mov esi, 0x401000
        try "at 3: lodsb", lodsb
        mov edi, 0x405000
        try "at 3: stosb", stosb
        try "at 3: scasb", scasb
        ring 0
        mov eax, cr2
        show "cr2 keeps", eax
        mov ecx, 0x12345678
        mov cr2, ecx
        mov eax, cr2
        show "cr2 written", eax
        finish
