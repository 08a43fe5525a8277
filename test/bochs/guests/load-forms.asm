; The other instructions that load segment registers: the register and ESP stay when the load fails.
%include "common.inc"
main:   desc T0, AREA, 0xFFF, 0x13, 4
        mov ax, FLAT
        mov fs, ax
        mov gs, ax
        begin .pop, "pop fs, not present"
        push dword T0
        pop fs
        done .pop
        mov eax, fs
        show "fs", eax
        begin .pop16, "pop gs, 16 bits, not present"
        push word T0
        o16 pop gs
        done .pop16
        begin .popok, "pop fs, upper half ignored"
        push dword 0xABCD0000 + DATA0
        pop fs
        done .popok
        mov eax, fs
        show "fs", eax
        begin .pop16ok, "pop gs, 16 bits"
        mov ecx, esp
        push word DATA0
        o16 pop gs
        sub ecx, esp
        done .pop16ok
        show "esp moved by", ecx
        mov dword [AREA], 0x12345678
        mov word [AREA + 4], T0
        mov eax, -1
        try "lfs, not present", lfs eax, [AREA]
        show "eax", eax
        mov word [AREA + 4], DATA0
        try "lfs", lfs eax, [AREA]
        show "eax", eax
        mov eax, -1
        mov word [AREA + 2], DATA0
        try "lgs, 16 bits", lgs ax, [AREA]
        show "eax", eax
        mov eax, -1
        mov word [AREA + 4], FLAT
        try "lds", lds eax, [AREA]
        show "eax", eax
        begin .les, "les null"
        mov word [AREA + 4], 0
        les eax, [AREA]
        done .les
        begin .lss, "lss null"
        lss esp, [AREA]
        done .lss
        mov [AREA], esp
        mov word [AREA + 4], DATA0
        try "lss", lss esp, [AREA]
        mov word [AREA + 4], T0
        try "lss, not present", lss esp, [AREA]
        begin .popss, "pop ss, not present"
        push dword T0
        pop ss
        done .popss
        try "mov ss from memory", mov ss, [AREA + 4]
        mov eax, -1
        mov ax, fs
        show "mov ax, fs", eax
        mov eax, -1
        mov eax, fs
        show "mov eax, fs", eax
        mov dword [AREA], -1
        mov [AREA], fs
        show "mov [], fs", [AREA]
        mov ecx, esp
        push fs
        sub ecx, esp
        pop eax
        movzx eax, ax
        show "push fs", eax
        show "bytes", ecx
        mov ecx, esp
        o16 push fs
        sub ecx, esp
        add esp, 2
        show "push fs, 16 bits", ecx
        finish
