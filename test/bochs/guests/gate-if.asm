; Interrupt gates clear IF, trap gates keep it; both clear TF, NT and RF, and the frame has the flags as they were.
%include "common.inc"
%macro flags 2
        push dword %2
        popfd
        int %1
%endmacro
main:   igate 0x31, CODE0, .inside, 0xEE
        igate 0x32, CODE0, .inside, 0xEF
        flags 0x31, 0x202
        flags 0x32, 0x202
        flags 0x31, 0x4002
        flags 0x32, 0x4402
        ring 3
        flags 0x32, 0x002
        flags 0x32, 0x402
        finish
.inside:
        push eax
        pushfd
        pop eax
        and eax, 0x37700
        show "inside", eax
        mov eax, [esp + 12]
        and eax, 0x37700
        show "in the frame", eax
        and dword [esp + 12], 0xFFFFBFFF
        pop eax
        push dword 2
        popfd
        iretd
