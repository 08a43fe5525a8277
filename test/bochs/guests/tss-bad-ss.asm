; Delivery to ring 1 with a bad SS1 in the TSS: #TS with the selector, #SS where it is not present, EXT where the
; event is not the program's.
;
; The SS field needs two bytes within the TSS limit (SDM Vol. 2A, INT n: TSSstackAddress + 5); Bochs wants four.
;  Bochs:  tss ends behind ss1: v=0a e=0080 eip=+00 cs=003b fl=13000 esp=+00 ss=0043
;  manual: tss ends behind ss1: ok
%include "common.inc"
%macro with 2
        mov dword [tss_ss1], %2
        try %1, int 0x31
%endmacro
main:   igate 0x31, CODE1 - 1, .entered, 0xEE
        igate 6, CODE1 - 1, main, 0x8E
        desc T0, 0, 0xFFFFF, 0x33, 12
        desc T1, 0, 0xFFFFF, 0xB1, 12
        desc T2, 0, 0xFFFFF, 0xBB, 12
        desc T3, 0, 0xFFF, 0xB3, 4
        desc T4, tss, 15, 0x89, 0
        desc T5, tss, 17, 0x89, 0
        ring 3
        with "null", 0
        with "null with rpl 1", 1
        with "dpl 0", DATA0
        with "rpl 0", DATA1 - 1
        with "rpl 3", DATA1 + 2
        with "dpl 3", DATA3
        with "beyond", 0xFFF9
        with "not present", T0 + 1
        with "read-only", T1 + 1
        with "code", T2 + 1
        with "ldt, empty", 0x0D
        with "esp beyond its limit", T3 + 1
        mov dword [tss_esp1], 19
        with "room for four", T3 + 1
        mov dword [tss_esp1], 0
        with "esp 0", T3 + 1
        mov dword [tss_esp1], STACK1
        mov dword [tss_ss1], 0
        try "ud2: null", ud2
        mov dword [tss_ss1], T0 + 1
        try "ud2: not present", ud2
        mov dword [tss_ss1], DATA0
        try "ud2: dpl 0", ud2
        mov dword [tss_ss1], DATA1
        ring 0
        mov ax, T4
        ltr ax
        ring 3
        try "tss ends behind esp1", int 0x31
        ring 0
        mov ax, T5
        ltr ax
        push dword 0x3002               ; no bitmap now: ports by IOPL
        popfd
        ring 3
        try "tss ends behind ss1", int 0x31
        finish
.entered:
        iretd
