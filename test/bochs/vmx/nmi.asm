; NMIs by injection: blocking, virtual NMIs, the NMI window, and IRET that ends the blocking.
%include "vmx-common.inc"
cases:  igate 2, CODE0, handler, 0x8E
        case "an NMI is injected: the handler runs with NMIs blocked"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        guest .plain
        nop
        cpuid
        back .plain
        case "with virtual NMIs"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        guest .virtual
        nop
        cpuid
        back .virtual
        case "NMI window, nothing blocks"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        on PRIMARY_CONTROLS, NMI_WINDOW_EXITING
        enter_only
        case "NMI window, NMIs blocked: only behind IRET"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        on PRIMARY_CONTROLS, NMI_WINDOW_EXITING
        put GUEST_INTERRUPTIBILITY_STATE, 8
        guest .blocked
        nop
        pushfd
        push dword CODE0
        push dword .behind
        iretd
.behind: nop
        back .blocked
        case "NMI window, the NMI is injected: behind the handler's IRET"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        on PRIMARY_CONTROLS, NMI_WINDOW_EXITING
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        guest .inject
        nop
        nop
        back .inject
        case "MOV SS holds the window back"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        on PRIMARY_CONTROLS, NMI_WINDOW_EXITING
        put GUEST_INTERRUPTIBILITY_STATE, 2
        guest .ss
        nop
        nop
        back .ss
        case "the NMI window goes before the interrupt window"
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        on PRIMARY_CONTROLS, NMI_WINDOW_EXITING + INTERRUPT_WINDOW_EXITING
        put GUEST_RFLAGS, 0x202
        enter_only
        finish
handler:
        cpuid
        iretd
