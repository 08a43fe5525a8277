; Instruction fetches: missing and supervisor pages, and instructions that run on into one.
%include "common.inc"
main:   call paging_on
        mov dword [PT1 + 4], 0          ; 401000h missing
        mov dword [PT1 + 12], PAGES + 0x3003 ; 403000h supervisor
        mov eax, cr3
        mov cr3, eax
        mov byte [PAGES + 0x3000], 0xC3
        mov dword [0x400FFD], 0x00B89090 ; nop, nop, mov eax, imm32 of which one byte is there
        try "jump to a missing page", jmp 0x401000
        try "call to a missing page", call 0x401010
        begin .straddle, "mov eax, imm32 runs on into it"
        mov ecx, 0x400FFF
        mov byte [0x400FFF], 0xB8
        jmp ecx
        done .straddle
        begin .fits, "nop as the last byte, then it"
        mov byte [0x400FFF], 0x90
        mov ecx, 0x400FFF
        jmp ecx
        done .fits
        begin .ret, "ret into it"
        push dword 0x401004
        ret
        done .ret
        begin .ud, "an invalid opcode at the end needs no more bytes"
        mov word [0x400FFE], 0x0B0F
        mov ecx, 0x400FFE
        jmp ecx
        done .ud
        begin .ud1, "the first byte of one"
        mov byte [0x400FFF], 0x0F
        mov ecx, 0x400FFF
        jmp ecx
        done .ud1
        try "supervisor page at 0", call 0x403000
        ring 3
        try "supervisor page at 3", call 0x403000
        try "missing page at 3", jmp 0x401000
        begin .jmpfar, "far jump into it at 3"
        jmp CODE3:0x401000
        done .jmpfar
        begin .hlt, "hlt in a supervisor page at 3"
        mov ecx, 0x403000
        jmp ecx
        done .hlt
        finish
