; A guest of your own. It starts at `start`, in ring 0 and 32-bit protected mode: flat segments, paging and
; interrupts off. For names, macros and routines of the machine: %include "lib/machine.inc" and "lib/console.inc".

bits 32
org 0x100000

start:  nop                             ; your program
        cli
        hlt                             ; sleeps for good: nothing can interrupt it
