; Instructions that exit in every guest, with no control set.
%include "vmx-common.inc"
cases:  case "cpuid"
        go cpuid
        case "cpuid with prefixes"
        go db 0x66, 0x2E, 0x0F, 0xA2
        case "invd"
        go invd
        case "vmcall"
        guest .1
        vmcall
        nop
        back .1
        case "nothing"
        go nop
        finish
