; Near jumps, calls and returns to beyond the limit of CS: #GP(0) at the instruction, and the stack as before.
%include "common.inc"
LIMIT   equ 0x101FFF
main:   desc T0, 0, (LIMIT + 1 >> 12) - 1, 0xFB, 12
        ring 3
        jmp T0 + 3:.on
.on:    try "jmp", jmp 0x102000
        try "jmp to the last byte's successor", jmp LIMIT + 1
        try "call", call 0x102000
        mov eax, 0x102000
        try "jmp eax", jmp eax
        try "call eax", call eax
        mov dword [AREA], 0xFFFFFFFF
        try "jmp [mem]", jmp [AREA]
        try "call [mem]", call [AREA]
        begin .ret, "ret"
        push dword 0x102000
        ret
        done .ret
        begin .ret8, "ret 8"
        push dword 0x102000
        ret 8
        done .ret8
        xor eax, eax
        test eax, eax
        try "jz taken", db 0x0F, 0x84, 0, 0x10, 0, 0
        try "jnz not taken", db 0x0F, 0x85, 0, 0x10, 0, 0
        mov ecx, 2
        try "short within", db 0xEB, 0
        show "ecx", ecx
        finish
