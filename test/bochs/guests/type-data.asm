; What each segment type allows: writes to read-only data and to code, reads of execute-only code.
%include "common.inc"
main:   desc T0, AREA, 0xFFF, 0x91, 4
        desc T1, AREA, 0xFFF, 0x9B, 4
        desc T2, AREA, 0xFFF, 0x9F, 4
        mov ax, T0
        mov fs, ax
        try "read-only: read", mov eax, [fs:0]
        try "read-only: write", mov [fs:0], eax
        try "read-only: add", add [fs:0], eax
        try "read-only: cmp", cmp [fs:0], eax
        try "read-only: xchg", xchg [fs:0], eax
        try "read-only: write beyond the limit", mov [fs:0x1000], eax
        try "read-only: bts", bts dword [fs:0], 1
        try "read-only: bt", bt dword [fs:0], 1
        try "read-only: setcc", sete [fs:0]
        try "read-only: cmovcc not taken", cmovne eax, [fs:0]
        mov ax, T1
        mov fs, ax
        try "code: read", mov eax, [fs:0]
        try "code: write", mov [fs:0], eax
        try "code: read beyond", mov eax, [fs:0xFFD]
        mov ax, T2
        mov fs, ax
        try "conforming: read", mov eax, [fs:0]
        try "conforming: write", mov [fs:0], eax
        try "write through cs", mov [cs:AREA], eax
        try "read through cs", mov eax, [cs:AREA]
        desc T3, 0, 0xFFFFF, 0x99, 12
        begin .exec, "read through execute-only cs"
        jmp T3:.in
.in:    mov eax, [cs:AREA]
        done .exec
        jmp CODE0:.out
.out:   begin .movsx, "stos to read-only es"
        mov ax, T0
        mov es, ax
        xor edi, edi
        stosd
        done .movsx
        show "edi", edi
        finish
