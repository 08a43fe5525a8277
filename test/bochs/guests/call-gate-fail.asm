; Everything that a call gate refuses, in the order in which it looks.
%include "common.inc"
main:   desc T6, 0, 0xFFFFF, 0x1A, 12
        desc T7, 0, 0xFF, 0x9A, 4
        cgate T0, CODE0, main, 0x8C, 0
        cgate T1, CODE0, main, 0x6C, 0
        cgate T2, 0, main, 0xEC, 0
        cgate T3, DATA0, main, 0xEC, 0
        cgate T4, T6, main, 0xEC, 0
        cgate T5, T7, main, 0xEC, 0
        ring 3
        try "gate dpl 0", call T0:0
        try "gate not present", call T1:0
        try "target null", call T2:0
        try "target data", call T3:0
        try "target not present", call T4:0
        try "offset beyond the target's limit", call T5:0
        ring 0
        cgate T0, CODE0, main, 0x0C, 0
        cgate T1, 0xFFF8, main, 0xEC, 0
        cgate T2, CODE3, main, 0xEC, 0
        cgate T3, CODE0, main, 0xEC, 0
        cgate T4, TSS, main, 0xEC, 0
        cgate T5, CODE1, main, 0xCC, 0
        try "at 0: target of dpl 3", call T2:0
        try "at 0: rpl 3 on a gate of dpl 0", call T0 + 3:0
        try "at 0: rpl 3 on a gate of dpl 2", call T5 + 3:0
        try "at 0: rpl 2 on a gate of dpl 2, target of dpl 1", call T5 + 2:0
        ring 3
        try "gate dpl 0 and not present", call T0:0
        try "target beyond the table", call T1:0
        try "jump to an inner ring", jmp T3:0
        try "target a tss", call T4:0
        try "gate dpl 2 at 3", call T5:0
        ring 2
        try "gate dpl 2, rpl 3", call T5 + 3:0
        try "jump to ring 1", jmp T5 + 2:0
        ring 0
        xor eax, eax
        mov [tss_ss1], eax
        ring 2
        try "new ss null", call T5 + 2:0
        mov dword [tss_ss1], DATA0
        try "new ss of dpl 0", call T5 + 2:0
        mov dword [tss_ss1], DATA1 - 1
        try "new ss with rpl 0", call T5 + 2:0
        mov dword [tss_ss1], 0xFFF9
        try "new ss beyond the table", call T5 + 2:0
        ring 0
        desc T0, 0, 0xFFFFF, 0x33, 12
        desc T1, 0, 0xFFFFF, 0xB1, 12
        desc T2, 0, 0xFFFFF, 0xBB, 12
        desc T3, 0, 0xFFF, 0xB3, 4
        ring 2
        mov dword [tss_ss1], T0 + 1
        try "new ss not present", call T5 + 2:0
        mov dword [tss_ss1], T1 + 1
        try "new ss read-only", call T5 + 2:0
        mov dword [tss_ss1], T2 + 1
        try "new ss is code", call T5 + 2:0
        mov dword [tss_ss1], T3 + 1
        try "new esp beyond the limit", call T5 + 2:0
        mov dword [tss_esp1], 12
        try "new stack has room for three", call T5 + 2:0
        ring 0
        desc T0, tss, 15, 0x89, 0
        mov ax, T0
        ltr ax
        mov dword [tss_ss1], DATA1
        mov dword [tss_esp1], STACK1
        ring 2
        try "tss limit cuts ss1", call T5 + 2:0
        finish
