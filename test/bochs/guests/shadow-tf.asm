; A single-step trap after MOV SS and POP SS waits for the next instruction; after LSS, STI and MOV DS it does not.
%include "common.inc"
%macro steps 1
        mov byte [t_steps], %1
        push dword 0x102
        popfd
%endmacro
main:   begin .a, "mov ss"
        mov dx, ss
        steps 3
        mov ss, dx
        nop
        nop
        nop
        done .a
        begin .b, "pop ss"
        push ss
        steps 3
        pop ss
        nop
        nop
        nop
        done .b
        begin .c, "mov ss, mov ss"
        mov dx, ss
        steps 3
        mov ss, dx
        mov ss, dx
        nop
        nop
        nop
        nop
        done .c
        begin .d, "lss"
        mov [AREA], esp
        mov [AREA + 4], ss
        steps 3
        lss esp, [AREA]
        nop
        nop
        nop
        done .d
        begin .e, "mov ds"
        mov dx, ds
        steps 2
        mov ds, dx
        nop
        nop
        done .e
        begin .f, "sti"
        mov al, 0xFF
        out 0x21, al
        steps 3
        sti
        cli
        nop
        nop
        done .f
        begin .g, "mov ss, int 3Fh"
        mov dx, ss
        steps 2
        mov ss, dx
        int 0x3F
        nop
        done .g
        push dword 2
        popfd
        begin .h, "mov ss that faults"
        xor edx, edx
        steps 2
        mov ss, dx
        nop
        done .h
        push dword 2
        popfd
        finish
