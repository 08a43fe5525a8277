; Segment loads: selector, table, type, privilege, presence, in that order.
%include "common.inc"
main:   desc T0, AREA, 0xFF, 0x00, 4    ; system, reserved, not present
        desc T1, AREA, 0xFF, 0x18, 4    ; execute-only, not present
        desc T2, AREA, 0xFF, 0x10, 4    ; read-only, not present, dpl 0
        desc T3, AREA, 0xFF, 0x7B, 4    ; code, not present, dpl 3
        desc T4, AREA, 0xFF, 0x1F, 4    ; conforming, not present, dpl 0
        cgate T5, T3, main, 0x0C, 0     ; gate not present, dpl 0
        mov ax, T0
        try "ds: type before presence", mov fs, ax
        mov ax, T1
        try "ds: execute-only before presence", mov fs, ax
        mov ax, T2 + 3
        try "ds: privilege before presence", mov fs, ax
        mov ax, T2
        try "ds: presence", mov fs, ax
        try "ss: writable before presence", mov ss, ax
        mov ax, T3 + 3
        try "ss: rpl before type", mov ss, ax
        try "lldt: type before presence", lldt ax
        mov ax, T0
        try "ltr: type", ltr ax
        try "jmp: type", jmp T0:0
        try "jmp: privilege before presence", jmp T3:main
        try "jmp: presence", jmp T4:0xFFFFFFFF
        try "call: presence", call T4:0xFFFFFFFF
        try "call gate: presence", call T5:0
        try "call gate: privilege before presence", call T5 + 3:0
        ring 3
        try "3: call gate: privilege before presence", call T5:0
        try "3: jmp: presence", jmp T3 + 3:0
        try "3: jmp: conforming, not present", jmp T4 + 3:0
        mov ax, T2
        try "3: ds: privilege before presence", mov fs, ax
        mov ax, T4 + 3
        try "3: ds: conforming, not present", mov fs, ax
        try "3: ltr: privilege before selector", ltr ax
        mov ax, 0
        try "3: lldt null", lldt ax
        finish
