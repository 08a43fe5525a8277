; An expand-down stack segment: the limit is below.
%include "common.inc"
BOTTOM  equ STACK3 - 0x1000
main:   desc T0, 0, (BOTTOM >> 12) - 1, 0xF7, 12
        ring 3
        mov ax, T0 + 3
        mov ss, ax
        begin .push, "push to the lowest place"
        mov esp, BOTTOM + 4
        push eax
        mov esp, STACK3
        done .push
        begin .low, "push below"
        mov esp, BOTTOM + 3
        push eax
        done .low
        begin .at, "push at the bottom"
        mov esp, BOTTOM
        push ax
        done .at
        begin .pop, "pop below"
        mov esp, BOTTOM - 4
        pop eax
        done .pop
        begin .pusha, "pusha through the bottom"
        mov esp, BOTTOM + 28
        pushad
        done .pusha
        begin .enter, "enter through the bottom"
        mov esp, BOTTOM + 16
        enter 16, 0
        done .enter
        begin .enter_far, "enter with room far below"
        mov esp, BOTTOM + 16
        enter 0x4000, 0
        done .enter_far
        finish
