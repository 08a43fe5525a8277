; Descriptor-table exiting: LGDT, LIDT, SGDT, SIDT (46) and LLDT, LTR, SLDT, STR (47) with their information.
; Bit 11 of the information of LGDT and its like is the operand size (SDM Vol. 3C, table 28-10); in Bochs it is 0.
;  Bochs:    46 q=00000001 len=4 info=31c18080 rip=+00 fl=00000
;  manual:   46 q=00000001 len=4 info=31c18880 rip=+00 fl=00000
;  Bochs:    46 q=00000002 len=4 info=01c18080 rip=+04 fl=00000
;  manual:   46 q=00000002 len=4 info=01c18880 rip=+04 fl=00000
%include "vmx-common.inc"
cases:  case "46"
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        guest .tables
        sgdt [AREA]
        sidt [AREA]
        lgdt [AREA]
        lidt [AREA]
        sgdt [ebx + esi * 4 + 0x20]
        o16 lgdt [AREA]
        lidt [bx]
        lgdt [fs:esi]
        back .tables
        case "46, operand size"
        mov dword [v_tables], 0x30000800
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        guest .size
        lidt [ebx + 1]
        sgdt [ebx + 2]
        o16 lidt [ebx + 3]
        back .size
        mov dword [v_tables], 0x30000000
        case "47 with a register"
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        guest .registers
        sldt eax
        str ecx
        lldt dx
        ltr bx
        sldt sp
        o16 sldt bp
        back .registers
        case "47 with memory"
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        guest .memory
        sldt [AREA]
        str [ebx + edi * 2 - 2]
        lldt [ss:AREA]
        ltr [bp + si]
        back .memory
        case "at CPL 3 those that load are #GP, those that store exit"
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        guest .user
        ring 3
        try "lgdt", lgdt [AREA]
        try "lidt", lidt [AREA]
        try "lldt", lldt ax
        try "ltr", ltr ax
        try "sgdt", sgdt [AREA]
        try "sidt", sidt [AREA]
        try "sldt", sldt ax
        try "str", str ax
        try "smsw", smsw ax
        back .user
        case "not exiting"
        guest .free
        try "sldt", sldt ax
        try "str", str ax
        try "sgdt", sgdt [AREA]
        back .free
        case "operands that would fault: the exit comes first"
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        guest .fault
        mov dword [PT1 + 4 * 4], 0
        invlpg [0x404000]
        lgdt [0x404000]
        sldt [0x404000]
        mov eax, 0x1000
        lldt ax
        ltr ax
        mov dword [PT1 + 4 * 4], PAGES + 0x4007
        back .fault
        finish
