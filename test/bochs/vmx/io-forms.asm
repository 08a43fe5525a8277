; Port instructions, all of them exiting: size, direction, form and port in the qualification.
%include "vmx-common.inc"
cases:  case "immediate port"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        guest .imm
        in al, 0x60
        in ax, 0x61
        in eax, 0xFF
        out 0xE9, al
        out 0x70, ax
        out 0x00, eax
        back .imm
        case "port in dx"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        guest .dx
        mov edx, 0xABCD1234
        in al, dx
        in ax, dx
        in eax, dx
        mov edx, 0xFFFF
        out dx, al
        out dx, ax
        out dx, eax
        back .dx
        case "with prefixes that mean nothing"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        guest .rep
        mov edx, 0x3F8
        mov ecx, 5                      ; a REP prefix means nothing to these
        db 0xF3, 0xEC                   ; rep in al, dx
        db 0xF2, 0xEE                   ; repne out dx, al
        db 0x66, 0x67, 0x2E, 0xE4, 0x80
        back .rep
        case "not exiting"
        guest .none
        mov al, '!'
        out 0xE9, al
        mov al, 10
        out 0xE9, al
        back .none
        finish
