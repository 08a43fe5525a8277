; Entry checks: control registers, RFLAGS, RIP and the rest of the guest's registers.
; Bochs does not look at reserved bits of IA32_DEBUGCTL (SDM Vol. 3C, 27.3.1.1).
;  Bochs:  IA32_DEBUGCTL, a reserved bit\n  back
;  manual: IA32_DEBUGCTL, a reserved bit\n  80000021 q=00000000
%include "vmx-common.inc"
cases:  check_off "CR0.NE 0", GUEST_CR0, 0x20
        check_off "CR0.PG 0", GUEST_CR0, 0x80000000
        check_off "CR0.PE and PG 0", GUEST_CR0, 0x80000001
        case "unrestricted: PG 0"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 0x80000000
        enter_only
        case "unrestricted: PG 1, PE 0"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 1
        enter_only
        case "unrestricted: NE 0"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 0x20
        enter_only
        check_on "CR0, bits that mean nothing", GUEST_CR0, 0x10000100
        check_off "CR4.VMXE 0", GUEST_CR4, 0x2000
        check_on "CR4, a reserved bit", GUEST_CR4, 0x80000000
        check "RFLAGS 0", GUEST_RFLAGS, 0
        check "RFLAGS, bit 3", GUEST_RFLAGS, 0xA
        check "RFLAGS, bit 5", GUEST_RFLAGS, 0x22
        check "RFLAGS, bit 15", GUEST_RFLAGS, 0x8002
        check "RFLAGS, bit 22", GUEST_RFLAGS, 0x400002
        check "VMCS link pointer 0", VMCS_LINK_POINTER, 0
        check "its upper half 0", VMCS_LINK_POINTER + 1, 0
        check "IA32_DEBUGCTL, a reserved bit", GUEST_DEBUGCTL + 1, 1
        check "GDTR limit of 17 bits", GUEST_GDTR_LIMIT, 0x10000
        check "IDTR limit of 17 bits", GUEST_IDTR_LIMIT, 0x1FFFF
        case "a failed entry leaves the launch state"
        put GUEST_RFLAGS, 0
        enter_only
        put GUEST_RFLAGS, 2
        mov dword [v_launch], 1
        enter_only
        finish
