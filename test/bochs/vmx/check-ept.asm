; Entry checks: EPT pointer, VPID, unrestricted guest, VM functions.
%include "vmx-common.inc"
cases:  check "EPT pointer: write-back, four levels", EPT_POINTER, PML4 + 0x1E
        check "uncacheable", EPT_POINTER, PML4 + 0x18
        check "memory type 1", EPT_POINTER, PML4 + 0x19
        check "memory type 7", EPT_POINTER, PML4 + 0x1F
        check "three levels", EPT_POINTER, PML4 + 0x16
        check "five levels", EPT_POINTER, PML4 + 0x26
        check "accessed and dirty bits", EPT_POINTER, PML4 + 0x5E
        check "reserved bit 7", EPT_POINTER, PML4 + 0x9E
        check "reserved bit 11", EPT_POINTER, PML4 + 0x81E
        check "beyond the width", EPT_POINTER + 1, 0x80000000
        case "anything, with EPT off"
        off SECONDARY_CONTROLS, ENABLE_EPT
        put EPT_POINTER, -1
        enter_only
        check_on "VPID 0", SECONDARY_CONTROLS, ENABLE_VPID
        case "VPID 1"
        on SECONDARY_CONTROLS, ENABLE_VPID
        put VPID, 1
        enter_only
        check "VPID 0, not enabled", VPID, 0
        case "an unrestricted guest without EPT"
        off SECONDARY_CONTROLS, ENABLE_EPT
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        enter_only
        check_on "with EPT", SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        check_on "VM functions, none", SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        case "EPTP switching"
        on SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        put VM_FUNCTION_CONTROLS, 1
        put EPTP_LIST_ADDRESS, EPTP_LIST
        enter_only
        case "a function that there is not"
        on SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        put VM_FUNCTION_CONTROLS, 2
        enter_only
        case "EPTP switching, the list is not aligned"
        on SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        put VM_FUNCTION_CONTROLS, 1
        put EPTP_LIST_ADDRESS, EPTP_LIST + 8
        enter_only
        case "EPTP switching without EPT"
        off SECONDARY_CONTROLS, ENABLE_EPT
        on SECONDARY_CONTROLS, ENABLE_VM_FUNCTIONS
        put VM_FUNCTION_CONTROLS, 1
        put EPTP_LIST_ADDRESS, EPTP_LIST
        enter_only
        finish
