; Expand-down segments: offsets above the limit are inside, up to FFFFFFFF or (B clear) FFFF.
%include "common.inc"
main:   desc T0, AREA, 0xFFF, 0x97, 4
        mov ax, T0
        mov fs, ax
        try "big: at 0", mov al, [fs:0]
        try "big: at the limit", mov al, [fs:0xFFF]
        try "big: above the limit", mov al, [fs:0x1000]
        try "big: word across", mov ax, [fs:0xFFF]
        try "big: dword below", mov eax, [fs:0xFFC]
        try "big: top byte", mov al, [fs:0xFFFFFFFF]
        try "big: word at the top byte", mov ax, [fs:0xFFFFFFFF]
        try "big: write above", mov [fs:0x1000], al
        desc T1, AREA, 0xFFF, 0x97, 0
        mov ax, T1
        mov fs, ax
        try "small: at the limit", mov al, [fs:0xFFF]
        try "small: above the limit", mov al, [fs:0x1000]
        try "small: at ffff", mov al, [fs:0xFFFF]
        try "small: at 10000", mov al, [fs:0x10000]
        try "small: dword at fffd", mov eax, [fs:0xFFFD]
        try "small: dword at fffc", mov eax, [fs:0xFFFC]
        desc T2, AREA, 0, 0x97, 12
        mov ax, T2
        mov fs, ax
        try "page-granular: at fff", mov al, [fs:0xFFF]
        try "page-granular: at 1000", mov al, [fs:0x1000]
        desc T3, AREA, 0xFFFFF, 0x97, 12
        mov ax, T3
        mov fs, ax
        try "empty", mov al, [fs:0xFFFFFFFF]
        desc T4, AREA, 0xFFF, 0x95, 4
        mov ax, T4
        mov fs, ax
        try "read-only: read", mov al, [fs:0x1000]
        try "read-only: write", mov [fs:0x1000], al
        finish
