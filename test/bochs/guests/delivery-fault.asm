; Faults in delivering: the IDT's limit, gate types, selectors; EXT says whether the program asked for it.
%include "common.inc"
main:   desc T0, 0, 0xFFFFF, 0x1B, 12
        desc T1, 0, 0xFFF, 0x9B, 4
        igate 0x31, CODE0, .entered, 0x6E
        igate 0x32, 0, .entered, 0xEE
        igate 0x33, DATA0, .entered, 0xEE
        igate 0x34, T0, .entered, 0xEE
        igate 0x35, T1, .entered, 0xEE
        igate 0x36, CODE3, .entered, 0xEE
        igate 0x37, 0xFFF8, .entered, 0xEE
        igate 0x38, CODE0, .entered, 0xEC
        igate 0x39, CODE0, .entered, 0xF2
        igate 0x3A, TSS, .entered, 0xEE
        igate 0x3B, 0x0C, .entered, 0xEE
        igate 0x3C, CODE0, .entered, 0x0E
        mov ebx, 2
.next:  try "int 31h: gate not present", int 0x31
        try "int 32h: selector null", int 0x32
        try "int 33h: selector of data", int 0x33
        try "int 34h: code not present", int 0x34
        try "int 35h: offset beyond the limit", int 0x35
        try "int 36h: code of ring 3", int 0x36
        try "int 37h: beyond the gdt", int 0x37
        try "int 38h: call gate", int 0x38
        try "int 39h: no gate", int 0x39
        try "int 3ah: selector of a tss", int 0x3A
        try "int 3bh: empty ldt entry", int 0x3B
        try "int 3ch: dpl 0 and not present", int 0x3C
        try "int 40h: beyond the idt", int 0x40
        try "int ffh: far beyond", int 0xFF
        ring 3
        dec ebx
        jnz .next
        ring 0
        mov word [idt + 6 * 8 + 2], 0
        try "#ud: selector null", ud2
        mov word [idt + 6 * 8 + 2], T0
        try "#ud: code not present", ud2
        mov word [idt + 6 * 8 + 2], DATA0
        try "#ud: selector of data", ud2
        mov word [idt + 6 * 8 + 2], T1
        try "#ud: offset beyond the limit", ud2
        mov byte [idt + 3 * 8 + 5], 0x6E
        try "int3: gate not present", int3
        try "int 3: gate not present", db 0xCD, 3
        mov byte [idt + 3 * 8 + 5], 0xEE
        mov word [idt + 3 * 8 + 2], T0
        try "int3: code not present", int3
        mov byte [idt + 4 * 8 + 5], 0x6E
        mov al, 0x7F
        add al, 1
        try "into: gate not present", into
        mov byte [idt + 1 * 8 + 5], 0x0E
        try "icebp: gate not present", db 0xF1
        mov byte [idt + 3 * 8 + 5], 0x8E
        mov word [idt + 3 * 8 + 2], CODE0
        ring 3
        try "at 3: int3, gate dpl 0", int3
        finish
.entered:
        iretd
