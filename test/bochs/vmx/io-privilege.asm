; IOPL and the I/O bitmap of the TSS are looked at before the exit.
%include "vmx-common.inc"
cases:  case "CPL 3"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x60 / 8], 1
        guest .user
        ring 3
        try "in, not allowed by the TSS, bit of the VMCS 1", in al, 0x60
        try "in, not allowed by the TSS, bit of the VMCS 0", in al, 0x61
        back .user
        case "CPL 3, allowed by the TSS"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [IO_A + 0x60 / 8], 1
        mov byte [tss_bits + 0x60 / 8], 0
        guest .allowed
        ring 3
        try "in", in al, 0x60
        try "in the next", in al, 0x61
        try "ins", insb
        back .allowed
        case "CPL 3, IOPL 3"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov byte [tss_bits + 0x60 / 8], 0xFF
        mov byte [IO_A + 0x60 / 8], 1
        put GUEST_RFLAGS, 0x3002
        guest .iopl
        ring 3
        try "in", in al, 0x60
        try "in the next", in al, 0x61
        back .iopl
        finish
