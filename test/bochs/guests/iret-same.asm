; IRET within a ring: what it restores, and what it refuses.
%include "common.inc"
%macro back 3
        begin %%on, %1
        push dword %3
        push dword %2
        push dword %%on
        iretd
        done %%on
        pushfd
        pop eax
        and eax, 0x37700
        show " flags", eax
        push dword 2
        popfd
%endmacro
main:   desc T0, 0, 0xFFFFF, 0x1A, 12
        desc T1, 0, 0xFFFF, 0x9A, 4
        desc T2, 0, 0xFFFFF, 0xFE, 12
        back "plain", CODE0, 2
        back "iopl and if", CODE0, 0x3202
        back "df", CODE0, 0x402
        back "nt", CODE0, 0x4002
        back "rf", CODE0, 0x10002
        back "all arithmetic", CODE0, 0x8D7
        back "null", 0, 2
        back "data", DATA0, 2
        back "not present", T0, 2
        back "beyond its limit", T1, 2
        back "conforming 3, rpl 0", T2, 2
        back "beyond the table", 0xFFF8, 2
        back "code 3, rpl 0", CODE3 - 3, 2
        back "system", TSS, 2
        ring 3
        back "at 3: if and iopl", CODE3, 0x3202
        back "at 3: df", CODE3, 0x402
        back "at 3: rf", CODE3, 0x10002
        back "at 3: vm", CODE3, 0x20002
        back "at 3: rpl 0", CODE3 - 3, 2
        back "at 3: code 0", CODE0, 2
        finish
