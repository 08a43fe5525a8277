; Loads of DS: every check of the manual's list, at CPL 0 and 3.
%include "common.inc"
%macro load 2
        mov ax, %2
        try %1, mov fs, ax
%endmacro
%macro loads 1
        load "data, dpl 0", T0
        load "data, dpl 0, rpl 3", T0 + 3
        load "data, dpl 3", FLAT
        load "data, dpl 3, rpl 0", FLAT - 3
        load "data, dpl 1, rpl 2", DATA1 + 1
        load "code, readable, dpl 0", CODE0
        load "code, readable, dpl 0, rpl 3", CODE0 + 3
        load "code, readable, dpl 3", CODE3
        load "code, execute-only", T1 + 3
        load "conforming, readable, dpl 0, rpl 3", T2 + 3
        load "conforming, execute-only", T3 + 3
        load "not present, dpl 3", T4 + 3
        load "not present, dpl 0, rpl 3", T5 + 3
        load "system segment", TSS
        load "system segment, not present", T6
        load "beyond the table", GDT_LIMIT + 1
        load "far beyond the table", 0xFFF8
        load "last", 0xFFFB
        load "ldt entry 1", 0x0C
        load "ldt entry 2, empty", 0x17
        load "ldt beyond", 0x24
        load "null", 2
%endmacro
main:   desc T0, AREA, 0xFFF, 0x92, 4
        desc T1, AREA, 0xFFF, 0xF8, 4
        desc T2, AREA, 0xFFF, 0x9E, 4
        desc T3, AREA, 0xFFF, 0xFC, 4
        desc T4, AREA, 0xFFF, 0x72, 4
        desc T5, AREA, 0xFFF, 0x12, 4
        desc T6, AREA, 0xFFF, 0x09, 4
        mov dword [ldt + 8], 0x0000FFFF
        mov dword [ldt + 12], 0x00CFF200
        loads 0
        ring 3
        loads 3
        ring 0
        xor eax, eax
        lldt ax
        load "ldt entry, no ldt", 0x0F
        ; A limit that cuts a descriptor in two.
        mov word [gdt_pointer], T7 + 6
        lgdt [gdt_pointer]
        load "cut in two", T7
        load "whole", T6 + 4
        finish
