; SGDT, SIDT, SLDT, STR and SMSW tell the truth at every ring, and how much of the destination they write.
%include "common.inc"
%macro stores 0
        mov dword [AREA], -1
        mov dword [AREA + 4], -1
        sgdt [AREA]
        mov eax, [AREA + 2]
        sub eax, gdt
        show "gdt base, relative", eax
        movzx eax, word [AREA]
        show "gdt limit", eax
        movzx eax, word [AREA + 6]
        show "behind", eax
        mov dword [AREA + 4], -1
        o16 sidt [AREA]
        mov eax, [AREA + 2]
        sub eax, idt
        show "idt base, 16-bit operand", eax
        movzx eax, word [AREA]
        show "idt limit", eax
        mov eax, -1
        sldt eax
        show "sldt eax", eax
        mov eax, -1
        sldt ax
        show "sldt ax", eax
        mov dword [AREA], -1
        sldt [AREA]
        show "sldt memory", [AREA]
        mov eax, -1
        str eax
        show "str eax", eax
        mov eax, -1
        str ax
        show "str ax", eax
        mov dword [AREA], -1
        str [AREA]
        show "str memory", [AREA]
        mov eax, -1
        smsw ax
        show "smsw ax", eax
        mov dword [AREA], -1
        smsw [AREA]
        show "smsw memory", [AREA]
        mov eax, -1
        smsw eax
        show "smsw eax", eax
%endmacro
main:   stores
        ring 1
        say "at 1"
        stores
        ring 3
        say "at 3"
        stores
        ring 0
        say "24-bit base"
        mov eax, [gdt_pointer + 2]
        or eax, 0xFF000000
        mov [AREA + 0x12], eax
        mov word [AREA + 0x10], GDT_LIMIT
        o16 lgdt [AREA + 0x10]
        sgdt [AREA]
        mov eax, [AREA + 2]
        sub eax, gdt
        show "gdt base, relative", eax
        finish
