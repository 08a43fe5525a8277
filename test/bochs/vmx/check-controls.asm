; Entry checks: the five vectors of controls, the CR3 targets, the NMI rules. Outside SMM the control "entry to SMM"
; is 0 (SDM Vol. 3C, 27.2.1.3, a check of controls); in Bochs it fails as guest state.
;  Bochs:  entry to SMM outside SMM\n  80000021 q=00000000
;  manual: entry to SMM outside SMM\n  entry: fails, error 7
%include "vmx-common.inc"
cases:  check "all as it should be", CR3_TARGET_COUNT, 0
        check_off "pin: a default-1 bit is 0", PIN_BASED_CONTROLS, 2
        check_on "pin: a reserved bit is 1", PIN_BASED_CONTROLS, 0x80000000
        check_off "primary: a default-1 bit is 0", PRIMARY_CONTROLS, 2
        check_on "primary: a reserved bit is 1", PRIMARY_CONTROLS, 1
        check_on "secondary: a reserved bit is 1", SECONDARY_CONTROLS, 0x08000000
        case "secondary: the same, not activated"
        off PRIMARY_CONTROLS, ACTIVATE_SECONDARY_CONTROLS
        on SECONDARY_CONTROLS, 0x08000000
        enter_only
        check_off "exit: a default-1 bit is 0", EXIT_CONTROLS, 1
        check_on "exit: a reserved bit is 1", EXIT_CONTROLS, 0x80000000
        check_off "entry: a default-1 bit is 0", ENTRY_CONTROLS, 1
        check_on "entry: a reserved bit is 1", ENTRY_CONTROLS, 0x80000000
        check_on "entry to SMM outside SMM", ENTRY_CONTROLS, 1 << 10
        check_on "deactivating the dual monitor", ENTRY_CONTROLS, 1 << 11
        check "CR3 targets: 4", CR3_TARGET_COUNT, 4
        check "CR3 targets: 5", CR3_TARGET_COUNT, 5
        check "CR3 targets: FFFFFFFF", CR3_TARGET_COUNT, -1
        check_on "virtual NMIs without NMI exiting", PIN_BASED_CONTROLS, VIRTUAL_NMIS
        check_on "NMI window without virtual NMIs", PRIMARY_CONTROLS, NMI_WINDOW_EXITING
        case "both with NMI exiting"
        on PIN_BASED_CONTROLS, VIRTUAL_NMIS + NMI_EXITING
        on PRIMARY_CONTROLS, NMI_WINDOW_EXITING
        enter_only
        check_on "saving a timer that is not activated", EXIT_CONTROLS, SAVE_PREEMPTION_TIMER
        finish
