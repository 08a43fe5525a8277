; External interrupts: exits with and without acknowledgement, whatever IF; delivery through the guest's IDT.
; With external-interrupt exiting IF does not block (SDM Vol. 3C, 25.6.1); Bochs looks again only where IF is written.
;  Bochs:    1 q=00000000 rip=+01 fl=00000
;  manual:   1 q=00000000 rip=+00 fl=00000
; An exit out of HLT saves HLT as the activity state (SDM Vol. 3C, 28.1); Bochs is active by then.
;  Bochs:  asleep in HLT\n  1 q=00000000 rip=+00 fl=00200
;  manual: asleep in HLT\n  1 q=00000000 rip=+00 fl=00200 act=00000001
%include "vmx-common.inc"
%include "timer.inc"
cases:  case "IF 1, not acknowledged"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        put GUEST_RFLAGS, 0x202
        call request_irq0
        enter_only
        call show_irqs
        case "IF 0: exits all the same"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        call request_irq0
        guest .cli
        cli
        nop
        back .cli
        call show_irqs
        case "acknowledged"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        on EXIT_CONTROLS, ACKNOWLEDGE_INTERRUPT_ON_EXIT
        put GUEST_RFLAGS, 0x202
        call request_irq0
        enter_only
        call show_irqs
        case "no exit, IF 0: stays pending"
        call request_irq0
        go nop
        call show_irqs
        case "no exit, IF 1: the guest's handler"
        call request_irq0
        guest .own
        begin .sti_nop, "sti, nop, nop"
        sti
        nop
        nop
        done .sti_nop
        back .own
        call show_irqs
        case "the acknowledged vector stays in the field only for this exit"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        on EXIT_CONTROLS, ACKNOWLEDGE_INTERRUPT_ON_EXIT
        go cpuid
        case "blocking by STI holds it back for an instruction"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        put GUEST_RFLAGS, 0x202
        put GUEST_INTERRUPTIBILITY_STATE, 1
        call request_irq0
        guest .sti
        nop
        nop
        back .sti
        call show_irqs
        case "blocking by MOV SS too"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        put GUEST_RFLAGS, 0x202
        put GUEST_INTERRUPTIBILITY_STATE, 2
        call request_irq0
        guest .mov_ss
        nop
        nop
        back .mov_ss
        call show_irqs
        case "asleep in HLT"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        put GUEST_RFLAGS, 0x202
        put GUEST_ACTIVITY_STATE, 1
        call request_irq0
        enter_only
        call show_irqs
        finish
