; Byte-granular limits of an expand-up data segment: every size at and around the last byte, reads and writes.
%include "common.inc"
main:   desc T0, AREA, 0xFFF, 0x93, 4
        mov ax, T0
        mov fs, ax
        try "dword at ffc", mov eax, [fs:0xFFC]
        try "dword at ffd", mov eax, [fs:0xFFD]
        try "dword at fff", mov eax, [fs:0xFFF]
        try "dword at 1000", mov eax, [fs:0x1000]
        try "word at ffe", mov ax, [fs:0xFFE]
        try "word at fff", mov ax, [fs:0xFFF]
        try "byte at fff", mov al, [fs:0xFFF]
        try "byte at 1000", mov al, [fs:0x1000]
        try "write dword at ffd", mov [fs:0xFFD], eax
        try "write byte at 1000", mov [fs:0x1000], al
        try "dword at ffffffff", mov eax, [fs:0xFFFFFFFF]
        try "byte at ffffffff", mov al, [fs:0xFFFFFFFF]
        try "add to memory", add dword [fs:0xFFE], 1
        try "lea does not look", lea eax, [fs:0x2000]
        mov ebx, 0xFF0
        try "index in", mov al, [fs:ebx + 15]
        try "index out", mov al, [fs:ebx + 16]
        ring 3
        try "in at 3", mov eax, [fs:0xFFC]
        finish
