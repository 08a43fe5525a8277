; Every system instruction at CPL 2, with IOPL 0 and a permission bitmap that has ones.
%include "common.inc"
main:   xor eax, eax
        mov fs, ax
        mov ebp, PD
        jmp on
%include "privilege.inc"
on:
        ring 2
        system_instructions
        try "hlt", hlt
        finish
