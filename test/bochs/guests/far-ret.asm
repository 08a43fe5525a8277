; RETF within a ring and its failures; the stack pointer stays when it fails.
%include "common.inc"
%macro back 2
        begin %%out, %1
        push dword %2
        push dword %%out
        retf
        done %%out
%endmacro
main:   desc T0, 0, 0xFFFFF, 0x1A, 12
        desc T1, 0, 0xFFFF, 0x9A, 4
        desc T2, 0, 0xFFFFF, 0x9E, 12
        desc T3, 0, 0xFFFFF, 0xFE, 12
        back "code 0", CODE0
        back "null", 0
        back "null with rpl", 3
        back "data", DATA0
        back "not present", T0
        back "beyond the limit", T1
        back "conforming 0", T2
        mov eax, cs
        show "cs", eax
        jmp CODE0:.on
.on:    back "conforming 3, rpl 0", T3
        back "beyond the table", 0xFFF8
        back "ldt, empty", 0x0C
        back "rpl 3 on code 0", CODE0 + 3
        back "rpl 0 on code 3", CODE3 - 3
        back "system segment", TSS
        begin .imm, "retf 8"
        push dword 1
        push dword 2
        push dword CODE0
        push dword .imm
        retf 8
        done .imm
        ring 3
        back "code 3 at 3", CODE3
        back "rpl 0 at 3", CODE3 - 3
        back "code 0 at 3", CODE0
        back "conforming 0 at 3", T2 + 3
        mov eax, cs
        show "cs", eax
        jmp CODE3:.on3
.on3:   back "conforming 3 at 3", T3 + 3
        finish
