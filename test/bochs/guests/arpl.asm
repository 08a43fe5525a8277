; ARPL adjusts RPL upwards and tells so in ZF.
%include "common.inc"
%macro adjust 2
        mov ax, %1
        mov cx, %2
        arpl ax, cx
        pushfd
        pop edx
        movzx eax, ax
        and edx, 0x40
        show "selector", eax
        show " zf", edx
%endmacro
%macro all 0
        adjust 0x10, 0x0B
        adjust 0x13, 0x08
        adjust 0x11, 0x0A
        adjust 0x12, 0x0A
        adjust 0x00, 0x03
        adjust 0xFFFC, 0xFFFF
%endmacro
main:   all
        ring 3
        all
        mov word [AREA], 0x20
        mov cx, 2
        arpl [AREA], cx
        movzx eax, word [AREA]
        show "in memory", eax
        finish
