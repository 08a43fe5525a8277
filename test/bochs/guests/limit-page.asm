; Page-granular limits: the low twelve bits count as ones.
%include "common.inc"
main:   desc T0, AREA, 0, 0x93, 12
        mov ax, T0
        mov fs, ax
        try "last byte of limit 0", mov al, [fs:0xFFF]
        try "beyond limit 0", mov al, [fs:0x1000]
        try "straddles", mov ax, [fs:0xFFF]
        desc T0, AREA, 1, 0x93, 12
        try "the old limit stays until a load", mov al, [fs:0x1000]
        mov ax, T0
        mov fs, ax
        try "the new limit", mov al, [fs:0x1FFF]
        try "beyond the new limit", mov al, [fs:0x2000]
        mov dx, T0
        lsl eax, dx
        show "lsl", eax
        desc T1, 0, 0xFFFFF, 0x93, 12
        mov ax, T1
        mov fs, ax
        try "flat, top is not memory but is inside", mov al, [fs:0xFFFFFFFF]
        finish
