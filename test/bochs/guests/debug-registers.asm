; Debug registers: DR4 and DR5 as aliases or #UD by CR4.DE, general detect, and what sticks.
;
; General detect is a fault, and every fault but an instruction breakpoint has RF set in its frame (SDM Vol. 3,
; 17.3.1.1); Bochs leaves it clear.
;  Bochs:  general detect: v=01 e=-- eip=+00 cs=0008 fl=00000 esp=+00 dr6=2000
;  manual: general detect: v=01 e=-- eip=+00 cs=0008 fl=10000 esp=+00 dr6=2000
;  Bochs:  a write is detected too: v=01 e=-- eip=+00 cs=0008 fl=00000 esp=+00 dr6=2000
;  manual: a write is detected too: v=01 e=-- eip=+00 cs=0008 fl=10000 esp=+00 dr6=2000
%include "common.inc"
%macro move 3
        begin %%a, %1
        db 0x0F, %2, %3
        done %%a
%endmacro
main:   mov eax, 0x12345678
        mov dr0, eax
        mov dr3, eax
        mov ecx, dr3
        show "dr3", ecx
        mov eax, dr6
        show "dr6", eax
        mov eax, dr7
        show "dr7", eax
        xor eax, eax
        mov dr6, eax
        mov ecx, dr6
        show "dr6 of zeros", ecx
        mov eax, 0x0000E00F
        mov dr6, eax
        mov ecx, dr6
        show "dr6", ecx
        xor eax, eax
        mov dr6, eax
        mov dr7, eax
        mov ecx, dr7
        show "dr7 of zeros", ecx
        mov eax, 0x400
        move "mov eax, dr4, no de", 0x21, 0xE0
        show "eax", eax
        mov eax, 0x400
        move "mov dr5, eax, no de", 0x23, 0xE8
        mov eax, 8
        mov cr4, eax
        move "mov eax, dr4, de", 0x21, 0xE0
        mov eax, 0x400
        move "mov dr5, eax, de", 0x23, 0xE8
        mov eax, 0x2400
        mov dr7, eax
        begin .gd, "general detect"
        mov eax, dr0
        done .gd
        mov eax, dr7
        show "dr7 in the handler had no gd", eax
        mov eax, 0x2400
        mov dr7, eax
        begin .gd4, "dr4 with de and gd: #ud first"
        db 0x0F, 0x21, 0xE0
        done .gd4
        begin .gdw, "a write is detected too"
        mov dr1, eax
        done .gdw
        finish
