; IRET to an outer ring: stack, flags, data segments, and the failures.
;
; A stack segment that is not present is #SS after IRET's operation (SDM Vol. 2A, RETURN-TO-OUTER-PRIVILEGE-LEVEL) and
; after the chapters on #NP and #SS, which give every load of SS to #SS; Bochs follows the instruction's list of
; exceptions, which says #NP.
;  Bochs:  ss not present: v=0b e=0068 eip=+10 cs=0008 fl=10000 esp=-14
;  manual: ss not present: v=0c e=0068 eip=+10 cs=0008 fl=10000 esp=-14
%include "common.inc"
%macro out 4
        begin %%in, %1
        push dword %4
        push dword STACK3 - 0x40
        push dword 2
        push dword %2
        push dword %3
        iretd
        done %%in
%endmacro
main:   desc T0, 0, 0xFFFFF, 0x7A, 12
        desc T1, 0, 0xFFFF, 0xFA, 4
        desc T2, 0, 0xFFFFF, 0x73, 12
        desc T3, 0, 0xFFFFF, 0xF1, 12
        desc T4, 0, 0xFFFFF, 0x9E, 12
        desc T5, 0, 0xFFFFF, 0xFE, 12
        mov ax, DATA0
        mov fs, ax
        mov ax, DATA1
        mov gs, ax
        mov dword [AREA], 0
        push dword DATA3
        push dword STACK3 - 0x40
        push dword 0x3602
        push dword CODE3
        push dword .three
        iretd
.three: pushfd
        pop eax
        and eax, 0x37700
        show "flags at 3", eax
        mov eax, esp
        show "esp", eax
        mov eax, ss
        show "ss", eax
        mov eax, ds
        show "ds", eax
        mov eax, fs
        show "fs", eax
        mov eax, gs
        show "gs", eax
        ring 0
        push dword 2
        popfd
        mov ax, DATA0
        mov fs, ax
        mov ax, DATA1
        mov gs, ax
        push dword DATA1
        push dword STACK1
        push dword 0x1002
        push dword CODE1
        push dword .one
        iretd
.one:   mov eax, fs
        show "at 1: fs", eax
        mov eax, gs
        show "at 1: gs", eax
        try "at 1: cli with iopl 1", cli
        push dword DATA3
        push dword STACK3
        push dword 0x3202
        push dword CODE3
        push dword .far
        iretd
.far:   mov eax, cs
        show "1 to 3: cs", eax
        pushfd
        pop eax
        and eax, 0x37700
        show "1 to 3: flags, iopl is kept", eax
        mov eax, gs
        show "1 to 3: gs", eax
        ring 0
        push dword 2
        popfd
        out "cs null", 0, main, DATA3
        out "cs null with rpl", 3, main, DATA3
        out "cs not present", T0 + 3, main, DATA3
        out "cs beyond its limit", T1 + 3, main, DATA3
        out "cs dpl 0", CODE0 + 3, main, DATA3
        out "cs dpl 1, rpl 3", CODE1 + 2, main, DATA3
        out "cs data", DATA3, main, DATA3
        out "conforming 3, rpl 1", T5 + 1, main, DATA1
        out "ss null", CODE3, main, 0
        out "ss null with rpl", CODE3, main, 3
        out "ss rpl 0", CODE3, main, DATA3 - 3
        out "ss dpl 0", CODE3, main, DATA0
        out "ss dpl 0, rpl 3", CODE3, main, DATA0 + 3
        out "ss not present", CODE3, main, T2 + 3
        out "ss read-only", CODE3, main, T3 + 3
        out "ss code", CODE3, main, CODE3
        out "ss beyond", CODE3, main, 0xFFFB
        out "limit and ss null", T1 + 3, main, 0
        ring 1
        out "1 to 0", CODE0, main, DATA0
        finish
