; Entry checks: TR and LDTR; unrestricted guests; virtual-8086 mode.
%include "vmx-common.inc"
cases:  check "TR unusable", GUEST_TR_ACCESS_RIGHTS, 0x1008B
        check "TR available, type 9", GUEST_TR_ACCESS_RIGHTS, 0x89
        check "TR of 16 bits, type 3", GUEST_TR_ACCESS_RIGHTS, 0x83
        check "TR not present", GUEST_TR_ACCESS_RIGHTS, 0x0B
        check "TR with S", GUEST_TR_ACCESS_RIGHTS, 0x9B
        check "TR, reserved bit 8", GUEST_TR_ACCESS_RIGHTS, 0x18B
        check "TR: G 1, limit ends in 0s", GUEST_TR_ACCESS_RIGHTS, 0x808B
        check "TR: G 0, a limit of 21 bits", GUEST_TR_LIMIT, 0x100000
        check "TR: a limit of 0", GUEST_TR_LIMIT, 0
        check "LDTR of type 3", GUEST_LDTR_ACCESS_RIGHTS, 0x83
        check "LDTR not present", GUEST_LDTR_ACCESS_RIGHTS, 0x02
        check "LDTR with S", GUEST_LDTR_ACCESS_RIGHTS, 0x92
        check "LDTR, reserved bit 10", GUEST_LDTR_ACCESS_RIGHTS, 0x482
        check "LDTR: G 0, a limit of 21 bits", GUEST_LDTR_LIMIT, 0x1FFFFF
        check "LDTR unusable: nothing counts", GUEST_LDTR_ACCESS_RIGHTS, 0x10F05
        case "unrestricted: CS of type 3, DPL 0"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        put GUEST_CS_ACCESS_RIGHTS, 0xC093
        enter_only
        case "unrestricted: CS of type 3, DPL 3"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        put GUEST_CS_ACCESS_RIGHTS, 0xC0F3
        enter_only
        case "unrestricted: CS of type 3, SS.DPL 3"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        put GUEST_CS_ACCESS_RIGHTS, 0xC093
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        enter_only
        case "unrestricted: SS.RPL is not CS.RPL"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        put GUEST_SS_SELECTOR, 0x13
        enter_only
        case "unrestricted: DS.DPL below its RPL"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        put GUEST_DS_ACCESS_RIGHTS, 0xC093
        enter_only
        case "real mode: SS.DPL 3"
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        off GUEST_CR0, 0x80000001
        put GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        enter_only
%macro v86 3
        case %1
        call v86_state
        put %2, %3
        enter_only
%endmacro
        v86 "v86: CS.base is not 16 times the selector", GUEST_CS_BASE, 0x10
        v86 "v86: SS.limit", GUEST_SS_LIMIT, 0xFFFFF
        v86 "v86: DS.rights", GUEST_DS_ACCESS_RIGHTS, 0xF2
        v86 "v86: GS unusable", GUEST_GS_ACCESS_RIGHTS, 0x100F3
        v86 "v86: FS.selector", GUEST_FS_SELECTOR, 1
        case "v86: as it should be, a CPUID"
        call v86_state
        mov dword [0x8000], 0x00C3A20F
        mov dword [v_start], 0x8000
        after end_here
        enter_only
        finish

end_here:
        xor eax, eax
        ret

v86_state:
        put GUEST_RFLAGS, 0x23002
        xor eax, eax
        mov ecx, GUEST_ES_SELECTOR
.next:  vmwrite ecx, eax
        lea edx, [ecx + GUEST_ES_BASE - GUEST_ES_SELECTOR]
        vmwrite edx, eax
        lea edx, [ecx + GUEST_ES_LIMIT - GUEST_ES_SELECTOR]
        mov edi, 0xFFFF
        vmwrite edx, edi
        lea edx, [ecx + GUEST_ES_ACCESS_RIGHTS - GUEST_ES_SELECTOR]
        mov edi, 0xF3
        vmwrite edx, edi
        add ecx, 2
        cmp ecx, GUEST_GS_SELECTOR
        jbe .next
        put GUEST_RSP, 0x7000
        ret
