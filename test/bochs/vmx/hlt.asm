; The activity state HLT: how the guest gets into it and what wakes it.
; An exit out of HLT saves HLT as the activity state (SDM Vol. 3C, 28.1); Bochs is active by then.
;  Bochs:    1 q=00000000 rip=+0c fl=00200
;  manual:   1 q=00000000 rip=+0c fl=00200 act=00000001
%include "vmx-common.inc"
%include "timer.inc"
cases:  igate 0x21, CODE0, handler, 0x8E
        igate 2, CODE0, handler, 0x8E
        case "an injected interrupt wakes"
        put GUEST_ACTIVITY_STATE, 1
        put GUEST_RFLAGS, 0x202
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        guest .injected
        nop
        cpuid
        back .injected
        case "an injected NMI wakes"
        put GUEST_ACTIVITY_STATE, 1
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000202
        guest .nmi
        nop
        cpuid
        back .nmi
        case "HLT, then an external interrupt exits"
        on PIN_BASED_CONTROLS, EXTERNAL_INTERRUPT_EXITING
        call controllers
        guest .hlt
        mov al, 0x30
        out 0x43, al
        mov al, 0xFF
        out 0x40, al
        out 0x40, al
        sti
        hlt
        nop
        back .hlt
        call show_irqs
        case "HLT, and the interrupt is the guest's"
        call controllers
        guest .own
        mov al, 0x30
        out 0x43, al
        mov al, 0xFF
        out 0x40, al
        out 0x40, al
        begin .sleep, "sti, hlt"
        sti
        hlt
        nop
        done .sleep
        back .own
        call show_irqs
        case "HLT-exiting with an injection: the HLT is the handler's"
        on PRIMARY_CONTROLS, HLT_EXITING
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        put GUEST_RFLAGS, 0x202
        igate 0x21, CODE0, sleeper, 0x8E
        guest .sleeper
        nop
        back .sleeper
        case "STI, HLT with HLT exiting: blocking by STI is told of"
        on PRIMARY_CONTROLS, HLT_EXITING
        guest .blocked
        sti
        hlt
        back .blocked
        finish
handler:
        cpuid
        iretd
sleeper:
        hlt
        iretd
