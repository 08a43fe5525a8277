; INT3, INTO and INT1: types 6 and 5, with the instruction's length; prefixes count.
%include "vmx-common.inc"
cases:  case "int3"
        on EXCEPTION_BITMAP, 8
        guest .bp
        nop
        int3
        back .bp
        case "int3 with prefixes"
        on EXCEPTION_BITMAP, 8
        go db 0x66, 0x3E, 0xCC
        case "int 3 of two bytes is no #BP exit"
        on EXCEPTION_BITMAP, 8
        guest .cd
        try "int 3", db 0xCD, 3
        back .cd
        case "into"
        on EXCEPTION_BITMAP, 16
        guest .of
        mov al, 0x80
        dec al
        into
        back .of
        case "into without overflow"
        on EXCEPTION_BITMAP, 16
        guest .nof
        xor eax, eax
        into
        back .nof
        case "int3 at CPL 3"
        on EXCEPTION_BITMAP, 8
        guest .user
        ring 3
        int3
        back .user
        case "int3 at CPL 3 whose gate is closed: the exit is by #BP all the same"
        on EXCEPTION_BITMAP, 8 + (1 << 13)
        mov byte [idt + 3 * 8 + 5], 0x8E
        guest .closed
        ring 3
        int3
        back .closed
        case "the same, #GP exits only"
        put EXCEPTION_BITMAP, 1 << 13
        guest .gp
        ring 3
        int3
        back .gp
        mov byte [idt + 3 * 8 + 5], 0xEE
        finish
