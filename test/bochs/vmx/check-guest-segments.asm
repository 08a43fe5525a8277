; Entry checks: the guest's segment registers, group by group. The DPL of data segments and of nonconforming code,
; types 0 to 11, is not below the RPL (SDM Vol. 3C, 27.3.1.2); Bochs leaves out type 11.
;  Bochs:  GS: code that is not conforming, DPL below its RPL\n  back
;  manual: GS: code that is not conforming, DPL below its RPL\n  80000021 q=00000000
%include "vmx-common.inc"
cases:  check "TR of the LDT", GUEST_TR_SELECTOR, 0x4C
        check "LDTR of the LDT", GUEST_LDTR_SELECTOR, 0x54
        case "LDTR of the LDT, unusable"
        put GUEST_LDTR_SELECTOR, 0x54
        put GUEST_LDTR_ACCESS_RIGHTS, 0x10000
        enter_only
        check "SS.RPL is not CS.RPL", GUEST_SS_SELECTOR, 0x13
        check "CS of type 3, restricted", GUEST_CS_ACCESS_RIGHTS, 0xC093
        check "CS of type 8: not accessed", GUEST_CS_ACCESS_RIGHTS, 0xC09A
        check "CS of type 11", GUEST_CS_ACCESS_RIGHTS, 0xC09B
        check "CS of type 9", GUEST_CS_ACCESS_RIGHTS, 0xC099
        check "CS of type 15: conforming", GUEST_CS_ACCESS_RIGHTS, 0xC09F
        check "CS is a system segment", GUEST_CS_ACCESS_RIGHTS, 0xC08B
        check "CS not present", GUEST_CS_ACCESS_RIGHTS, 0xC01B
        check "CS.DPL 3, SS.DPL 0", GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        check "CS conforming, DPL 3, SS.DPL 0", GUEST_CS_ACCESS_RIGHTS, 0xC0FF
        check "CS, reserved bit 8", GUEST_CS_ACCESS_RIGHTS, 0xC19B
        check "CS, reserved bit 17", GUEST_CS_ACCESS_RIGHTS, 0x2C09B
        check "CS: G 0 with a limit of 32 bits", GUEST_CS_ACCESS_RIGHTS, 0x409B
        check "CS: G 1 with a limit that ends in 0", GUEST_CS_LIMIT, 0xFFFFF000
        check "CS: G 1 with a limit of 20 bits", GUEST_CS_LIMIT, 0x1FFFFF
        check "SS of type 1: read-only", GUEST_SS_ACCESS_RIGHTS, 0xC091
        check "SS of type 2: not accessed", GUEST_SS_ACCESS_RIGHTS, 0xC092
        check "SS of type 7: expands down", GUEST_SS_ACCESS_RIGHTS, 0x4097
        check "SS of type 11: code", GUEST_SS_ACCESS_RIGHTS, 0xC09B
        check "SS.DPL is not its RPL", GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        check "SS not present", GUEST_SS_ACCESS_RIGHTS, 0xC013
        check "SS unusable, type 0", GUEST_SS_ACCESS_RIGHTS, 0x10000
        check "SS unusable, DPL 3", GUEST_SS_ACCESS_RIGHTS, 0x10060
        check "SS is a system segment", GUEST_SS_ACCESS_RIGHTS, 0xC083
        check "SS: G 0 with a limit of 32 bits", GUEST_SS_ACCESS_RIGHTS, 0x4093
        check "SS, reserved bit 9", GUEST_SS_ACCESS_RIGHTS, 0xC293
        check "DS not accessed", GUEST_DS_ACCESS_RIGHTS, 0xC0F2
        check "ES: code that cannot be read", GUEST_ES_ACCESS_RIGHTS, 0xC0F9
        check "FS: code that can be read", GUEST_FS_ACCESS_RIGHTS, 0xC0FB
        check "GS.DPL below its RPL", GUEST_GS_ACCESS_RIGHTS, 0xC093
        check "GS: code that is not conforming, DPL below its RPL", GUEST_GS_ACCESS_RIGHTS, 0xC09B
        check "GS: conforming code, DPL below its RPL", GUEST_GS_ACCESS_RIGHTS, 0xC09F
        check "DS not present", GUEST_DS_ACCESS_RIGHTS, 0xC073
        check "ES is a system segment", GUEST_ES_ACCESS_RIGHTS, 0xC0E3
        check "FS, reserved bit 11", GUEST_FS_ACCESS_RIGHTS, 0xC8F3
        check "GS: G 1 with a limit that ends in 0", GUEST_GS_LIMIT, 0
        check "FS unusable: nothing counts", GUEST_FS_ACCESS_RIGHTS, 0x1FF00 - 0x8000
        check "DS: G 0, limit of 20 bits", GUEST_DS_LIMIT, 0xFFFFF
        case "DS: G 0, limit of 20 bits, so it says"
        put GUEST_DS_LIMIT, 0xFFFFF
        put GUEST_DS_ACCESS_RIGHTS, 0x40F3
        put GUEST_FS_LIMIT, 0xFFFFF
        put GUEST_FS_ACCESS_RIGHTS, 0x40F3
        enter_only
        finish
