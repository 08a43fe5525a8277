; Interrupt-window exiting: as soon as the guest could take an interrupt.
%include "vmx-common.inc"
cases:  case "IF 1 at entry"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        put GUEST_RFLAGS, 0x202
        enter_only
        case "IF 0: not until STI, and one instruction behind it"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        guest .sti
        nop
        sti
        nop
        nop
        back .sti
        case "STI, CLI: no window"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        guest .cli
        sti
        cli
        nop
        back .cli
        case "STI while IF was 1 blocks nothing"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        guest .popf
        push dword 0x202
        popfd
        sti
        nop
        back .popf
        case "MOV SS holds it back"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        put GUEST_RFLAGS, 0x202
        put GUEST_INTERRUPTIBILITY_STATE, 2
        guest .ss
        nop
        nop
        back .ss
        case "entry with blocking by STI"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        put GUEST_RFLAGS, 0x202
        put GUEST_INTERRUPTIBILITY_STATE, 1
        guest .blocked
        nop
        nop
        back .blocked
        case "an injected interrupt goes first, and its gate clears IF"
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        put GUEST_RFLAGS, 0x202
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        igate 0x21, CODE0, handler, 0x8E
        guest .inject
        nop
        nop
        back .inject
        finish
handler: iretd
