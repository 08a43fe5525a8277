; Every system instruction at CPL 0, with IOPL 0 and a permission bitmap that has ones.
%include "common.inc"
main:   xor eax, eax
        mov fs, ax
        mov ebp, PD
        jmp on
%include "privilege.inc"
on:
        system_instructions
        finish
