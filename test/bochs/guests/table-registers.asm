; LLDT and LTR: every refusal, and the busy bit.
%include "common.inc"
%macro both 2
        mov ax, %2
        begin %%a, %1
        lldt ax
        done %%a
        mov ax, %2
        begin %%b, "  ltr"
        ltr ax
        done %%b
%endmacro
main:   desc T0, tss, 103, 0x89, 0
        desc T1, tss, 103, 0x09, 0
        desc T2, ldt, 0x1F, 0x82, 0
        desc T3, ldt, 0x1F, 0x02, 0
        desc T4, tss, 43, 0x81, 0
        desc T5, tss, 103, 0xE9, 0
        both "null", 0
        both "null, rpl 3", 3
        both "data", DATA0
        both "code", CODE0
        both "beyond", 0xFFF8
        both "in the ldt", 0x0C
        both "the busy tss", TSS
        both "tss, not present", T1
        both "ldt, not present", T3
        both "ldt", T2
        both "ldt, rpl 3", T2 + 3
        mov eax, [gdt + T0 + 4]
        show "available", eax
        both "tss, available", T0
        mov eax, [gdt + T0 + 4]
        show "busy", eax
        mov eax, [gdt + TSS + 4]
        show "the old one stays busy", eax
        both "tss again", T0
        both "tss of dpl 3", T5
        both "tss, 16 bits", T4
        mov eax, [gdt + T4 + 4]
        show "busy", eax
        mov byte [gdt + TSS + 5], 0x89
        mov ax, TSS
        ltr ax
        ; A null LDT: what uses it fails, LLDT of null does not.
        xor eax, eax
        lldt ax
        sldt eax
        show "sldt", eax
        mov ax, 4
        try "load from no ldt", mov fs, ax
        try "jump to no ldt", jmp 4:0
        mov word [AREA], T2
        try "lldt of memory", lldt [AREA]
        mov ax, 4
        try "empty entry", mov fs, ax
        finish
