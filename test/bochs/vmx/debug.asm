; #DB as an exit: what the qualification says, and DR6 and DR7 that stay as they were. No breakpoints by DR0 to DR3,
; which this processor has as registers only.
%include "vmx-common.inc"
cases:  case "single step"
        on EXCEPTION_BITMAP, 2
        guest .step
        push dword 0x102
        popfd
        nop
        nop
        back .step
        mov eax, dr6
        and eax, 0xE00F
        show "DR6", eax
        show_field "DR7", GUEST_DR7
        case "general detect"
        on EXCEPTION_BITMAP, 2
        put GUEST_DR7, 0x2400
        guest .gd
        mov eax, dr6
        back .gd
        mov eax, dr6
        and eax, 0xE00F
        show "DR6", eax
        show_field "DR7", GUEST_DR7
        case "int1"
        on EXCEPTION_BITMAP, 2
        guest .int1
        db 0xF1
        back .int1
        case "int1, not exiting"
        guest .free
        try "int1", db 0xF1
        back .free
        finish
