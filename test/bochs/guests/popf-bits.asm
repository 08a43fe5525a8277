; Which flags POPFD, POPF and IRETD change at each CPL, and what PUSHFD shows.
; VIF and VIP are left alone: they belong to the virtual-8086 extensions.
%include "common.inc"
%macro at 2
        ring 0
        push dword %2
        popfd
        ring %1
        push dword 0x00247ED7
        popfd
        pushfd
        pop ebx
        push dword 2
        popfd
        pushfd
        pop ecx
        cld
        show "popfd all", ebx
        show "popfd none", ecx
        ring 0
        push dword %2
        popfd
        ring %1
        push word 0x7ED7
        popf
        pushfd
        pop ebx
        push word 2
        popf
        cld
        show "popf all", ebx
        ring 0
        push dword %2
        popfd
        ring %1
        push dword 0x00243ED7
        push cs
        push dword %%on
        iretd
%%on:   pushfd
        pop ebx
        push dword 2
        popfd
        cld
        show "iretd all", ebx
        mov edx, -1
        mov edi, esp
        pushf
        mov ecx, edi
        sub ecx, esp
        pop dx
        show "pushf bytes", ecx
        show "pushf, upper half untouched", edx
%endmacro
main:   say "cpl 0"
        at 0, 2
        say "cpl 1, iopl 0"
        at 1, 2
        say "cpl 1, iopl 1"
        at 1, 0x1002
        say "cpl 3, iopl 0"
        at 3, 2
        say "cpl 3, iopl 3"
        at 3, 0x3002
        ring 0
        push dword 2
        popfd
        finish
