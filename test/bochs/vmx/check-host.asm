; Entry checks: the host-state area.
%include "vmx-common.inc"
cases:  check_off "CR0.PE 0", HOST_CR0, 1
        check_off "CR0.NE 0", HOST_CR0, 0x20
        check_off "CR0.PG 0", HOST_CR0, 0x80000000
        check_off "CR4.VMXE 0", HOST_CR4, 0x2000
        check_on "CR4, a reserved bit", HOST_CR4, 0x80000000
        check "ES with an RPL", HOST_ES_SELECTOR, 0x13
        check "CS with an RPL", HOST_CS_SELECTOR, 0x09
        check "SS with an RPL", HOST_SS_SELECTOR, 0x11
        check "DS of the LDT", HOST_DS_SELECTOR, 0x14
        check "FS with an RPL", HOST_FS_SELECTOR, 0x12
        check "GS of the LDT", HOST_GS_SELECTOR, 0x14
        check "TR with an RPL", HOST_TR_SELECTOR, TSS + 3
        check "CS null", HOST_CS_SELECTOR, 0
        check "TR null", HOST_TR_SELECTOR, 0
        check "SS null, 32-bit host", HOST_SS_SELECTOR, 0
        case "FS, GS null"
        put HOST_FS_SELECTOR, 0
        put HOST_GS_SELECTOR, 0
        enter_only
        check_on "CR0, bits that mean nothing", HOST_CR0, 0x100
        case "a bad control and a bad host field: the control is told of"
        put HOST_CS_SELECTOR, 0
        put CR3_TARGET_COUNT, 9
        enter_only
        case "a bad host field and a bad guest field: the host's is told of"
        put HOST_CS_SELECTOR, 0
        put GUEST_RFLAGS, 0
        enter_only
        case "a failed entry leaves the VMCS clear: VMLAUNCH again"
        put HOST_CS_SELECTOR, 0
        enter_only
        put HOST_CS_SELECTOR, CODE0
        mov dword [v_launch], 1
        enter_only
        finish
