; Which fault comes first: null, limit, type, page, alignment of reasons in one instruction.
%include "common.inc"
main:   call paging_on
        mov dword [PT1], 0
        mov eax, cr3
        mov cr3, eax
        desc T0, 0x400000, 0xF, 0xF3, 4
        desc T1, 0x400000, 0xF, 0xF1, 4
        xor eax, eax
        mov gs, ax
        mov ax, T0
        mov fs, ax
        try "limit before page", mov eax, [fs:0xE]
        try "page", mov eax, [fs:0xC]
        try "limit straddles a page that is missing", add [fs:0xD], eax
        mov ax, T1
        mov fs, ax
        try "type before page", mov [fs:0], eax
        try "null before page", mov eax, [gs:0x400000]
        try "div: page before divide error", div dword [0x400000]
        xor ecx, ecx
        try "div by a register", div ecx
        try "push of memory: source before stack", push dword [0x400000]
        begin .push, "push of memory: both missing"
        mov ebx, esp
        push dword [0x400000]
        done .push
        try "bound: page", bound eax, [0x400000]
        mov edi, 0x400000
        mov esi, gs
        begin .movs, "movsd: null source before missing destination"
        gs movsd
        done .movs
        mov esi, 0x400000
        try "movsd: missing source", movsd
        begin .cmps, "cmpsd: source first"
        mov edi, 0x400800
        mov esi, 0x400400
        cmpsd
        done .cmps
        begin .call, "call through a missing page"
        call [0x400000]
        done .call
        begin .lgdt, "lgdt from a missing page"
        lgdt [0x400000]
        done .lgdt
        ring 3
        try "at 3: lgdt: privilege before page", lgdt [0x400000]
        try "at 3: invlpg of null gs", invlpg [gs:0]
        try "at 3: lmsw: privilege before page", lmsw [0x400000]
        try "at 3: lldt: privilege before page", lldt [0x400000]
        try "at 3: ltr: privilege before page", ltr [gs:0]
        try "at 3: in: permission before anything", in al, 0x80
        try "at 3: xchg", xchg [gs:0], eax
        try "at 3: lock cmpxchg8b", lock cmpxchg8b [0x400000]
        try "at 3: les: page before selector", les eax, [0x3FFFFC]
        try "at 3: mov ss from a missing page", mov ss, [0x400000]
        finish
