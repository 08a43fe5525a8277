; The VMX-preemption timer, where both machines must agree: a value of 0, and its priority.
%include "vmx-common.inc"
cases:  case "value 0: exits before the first instruction"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        enter_only
        case "not activated"
        go nop
        case "in the activity state HLT"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        put GUEST_ACTIVITY_STATE, 1
        enter_only
        case "after an injected event"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000306
        igate 6, CODE0, handler, 0x8E
        enter_only
        case "before the interrupt window"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        on PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        put GUEST_RFLAGS, 0x202
        enter_only
        case "saved on exit: 0 after it has run out"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        on EXIT_CONTROLS, SAVE_PREEMPTION_TIMER
        put PREEMPTION_TIMER_VALUE, 0
        enter_only
        show_field "timer", PREEMPTION_TIMER_VALUE
        case "a long time is left, and not saved"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        put PREEMPTION_TIMER_VALUE, 0x7FFFFFFF
        go cpuid
        show_field "timer", PREEMPTION_TIMER_VALUE
        case "a guest that never ends is ended"
        on PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        put PREEMPTION_TIMER_VALUE, 5000
        go jmp $
        finish
handler:
        iretd
