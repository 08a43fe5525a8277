; RETF to an outer ring: the new stack, the parameters taken from both stacks, data segments nulled, and what fails.
%include "common.inc"
%macro out 4
        begin %%in, %1
        push dword %4
        push dword STACK3 - 0x40
        push dword %2
        push dword %3
        retf
        done %%in
        int TO_RING0
%endmacro
main:   desc T0, 0, 0xFFFFF, 0x1A + 0x60, 12
        desc T1, 0, 0xFFFF, 0xFA, 4
        desc T2, 0, 0xFFFFF, 0x73, 12
        desc T3, 0, 0xFFFFF, 0xF1, 12
        desc T4, 0, 0xFFFFF, 0x9E, 12
        mov ax, DATA0
        mov fs, ax
        mov ax, CODE0
        mov gs, ax
        mov dword [AREA], 0x1111
        push dword DATA3
        push dword STACK3 - 0x40
        push dword 0xAAAA
        push dword 0xBBBB
        push dword CODE3
        push dword .three
        retf 8
.three: mov eax, esp
        show "esp", eax
        mov eax, cs
        show "cs", eax
        mov eax, ss
        show "ss", eax
        mov eax, ds
        show "ds, dpl 3", eax
        mov eax, fs
        show "fs, dpl 0", eax
        mov eax, gs
        show "gs, code of dpl 0", eax
        ring 0
        mov ax, T4
        mov fs, ax
        mov ax, DATA1
        mov gs, ax
        push dword DATA1
        push dword STACK1
        push dword CODE1
        push dword .one
        retf
.one:   mov eax, fs
        show "at 1: fs, conforming 0", eax
        mov eax, gs
        show "at 1: gs, dpl 1", eax
        ring 0
        out "good", CODE3, .here, DATA3
.here:  call try_end
        ring 0
        out "ss null", CODE3, main, 3
        out "ss of ring 0", CODE3, main, DATA0
        out "ss rpl 0", CODE3, main, DATA3 - 3
        out "ss not present", CODE3, main, T2 + 3
        out "ss read-only", CODE3, main, T3 + 3
        out "ss is code", CODE3, main, CODE3
        out "ss beyond", CODE3, main, 0xFFFB
        out "cs not present", T0 + 3, main, DATA3
        out "cs beyond its limit", T1 + 3, main, DATA3
        out "cs dpl 0", CODE0 + 3, main, DATA3
        out "cs is data", DATA3, main, DATA3
        out "cs not present and ss null", T0 + 3, main, 0
        out "cs beyond its limit and ss null", T1 + 3, main, 0
        out "conforming 0", T4 + 3, .conf, DATA3
.conf:  mov eax, cs
        show "cs", eax
        ring 1
        begin .inner, "from 1 to 0"
        push dword DATA0
        push dword STACK0
        push dword CODE0
        push dword main
        retf
        done .inner
        begin .outer, "from 1 to 3"
        push dword DATA3
        push dword STACK3
        push dword CODE3
        push dword .outer
        retf
        done .outer
        mov eax, ss
        show "ss", eax
        finish
