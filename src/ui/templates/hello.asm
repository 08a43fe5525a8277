; Hello: writes a line to the serial port COM1 and ends.
; The guest starts at `start`, in ring 0 and 32-bit protected mode: flat segments, paging and interrupts off.

bits 32
org 0x100000
%include "lib/machine.inc"              ; names of ports and selectors, and the macros print, gate and exit

start:  mov esp, KERNEL_STACK
        print "Hello from ring 0!", 10
        exit 0                          ; ends the run with code 0

%include "lib/console.inc"              ; the routines behind print and exit
