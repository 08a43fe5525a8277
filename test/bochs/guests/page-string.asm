; REP string instructions that meet a missing page: the registers stand at the element that faulted.
%include "common.inc"
%macro regs 0
        show " ecx", ecx
        show " esi", esi
        show " edi", edi
%endmacro
main:   call paging_on
        mov dword [PT1 + 4], 0          ; 401000h missing
        mov dword [PT1 + 12], PAGES + 0x3005 ; 403000h read-only
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        mov eax, cr3
        mov cr3, eax
        mov ecx, 16
        mov edi, 0x400FF0
        begin .a, "rep stosd"
        mov ecx, 16
        rep stosd
        done .a
        regs
        mov esi, 0x400FFD
        mov edi, 0x400100
        mov ecx, 16
        try "rep movsb, source ends", rep movsb
        regs
        mov esi, 0x400000
        mov edi, 0x402FFA
        mov ecx, 5
        try "rep movsw, destination read-only", rep movsw
        regs
        mov esi, 0x400FFE
        mov edi, 0x402FFE
        mov ecx, 5
        try "rep movsd, both cross: the source is first", rep movsd
        regs
        mov esi, 0x400FFC
        mov edi, 0x400FF8
        mov ecx, 5
        cld
        try "repe cmpsd", repe cmpsd
        regs
        mov edi, 0x400FFC
        mov al, 0xEE
        mov ecx, 100
        try "repne scasb", repne scasb
        regs
        mov esi, 0x400FFE
        mov ecx, 9
        try "rep lodsb", rep lodsb
        regs
        std
        mov edi, 0x402003
        mov ecx, 9
        begin .down, "rep stosb downwards"
        rep stosb
        done .down
        regs
        cld
        mov ecx, 0
        mov edi, 0x401000
        try "rep stosb, none", rep stosb
        mov ecx, 0x10002
        mov edi, 0x00010FFF
        try "a16 rep stosb wraps within 64 KiB", nop
        regs
        mov edi, 0x401000
        mov ecx, 3
        mov edx, 0x80
        try "rep insb", rep insb
        regs
        mov esi, 0x401000
        try "rep outsb", rep outsb
        regs
        try "stosb without rep", stosb
        regs
        finish
