; CLI, STI and ports by IOPL at each CPL.
%include "common.inc"
%macro at 2
        ring 0
        push dword %2 << 12 | 2
        popfd
        ring %1
        push dword %1
        pop ebx
        show "cpl", ebx
        push dword %2
        pop ebx
        show "iopl", ebx
        try "cli", cli
        try "sti", sti
        try "cli", cli
        try "in", in al, 0x80
        begin %%popf, "popf with if"
        push dword 0x3202
        popfd
        done %%popf
        pushfd
        pop eax
        and eax, 0x3200
        show "flags", eax
        begin %%iret, "iret with if"
        push dword 0x3202
        push cs
        push dword %%iret
        iretd
        done %%iret
        pushfd
        pop eax
        and eax, 0x3200
        show "flags", eax
%endmacro
main:   at 0, 0
        at 0, 3
        at 1, 0
        at 1, 1
        at 1, 2
        at 2, 1
        at 2, 2
        at 3, 0
        at 3, 2
        at 3, 3
        ring 0
        push dword 2
        popfd
        finish
