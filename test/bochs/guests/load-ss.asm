; Loads of SS: null, privilege, type, presence (#SS), at CPL 0, 1 and 3.
%include "common.inc"
%macro one 3
        mov ax, %2
        mov bx, ss
        begin %3, %1
        mov ss, ax
        mov ss, bx
        done %3
%endmacro
%macro loads 0
        one "data 0", DATA0, %%a
        one "data 0, rpl 3", DATA0 + 3, %%b
        one "data 1", DATA1, %%c
        one "data 1, rpl 0", DATA1 - 1, %%d
        one "data 3", DATA3, %%e
        one "data 3, rpl 0", DATA3 - 3, %%f
        one "null", 0, %%g
        one "null, rpl 3", 3, %%h
        one "read-only, dpl 3", T0 + 3, %%i
        one "code, dpl 3", CODE3, %%j
        one "not present, dpl 3", T1 + 3, %%k
        one "not present, dpl 0", T2, %%l
        one "read-only, not present, dpl 0", T3, %%m
        one "system", TSS, %%n
        one "beyond", GDT_LIMIT + 1, %%o
        one "ldt", 0x0C, %%p
        one "ldt, rpl 3", 0x0F, %%q
%endmacro
main:   desc T0, 0, 0xFFFFF, 0xF1, 12
        desc T1, 0, 0xFFFFF, 0x73, 12
        desc T2, 0, 0xFFFFF, 0x13, 12
        desc T3, 0, 0xFFFFF, 0x11, 12
        mov dword [ldt + 8], 0x0000FFFF
        mov dword [ldt + 12], 0x00CFF300
        say "at 0"
        loads
        ring 1
        say "at 1"
        loads
        ring 3
        say "at 3"
        loads
        finish
