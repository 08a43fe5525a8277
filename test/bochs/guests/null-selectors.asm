; Null selectors load into data segment registers and fail when used; SS and CS never take one.
%include "common.inc"
main:   xor eax, eax
        mov fs, ax
        mov gs, ax
        try "read fs", mov eax, [fs:0]
        try "write gs", mov [gs:AREA], eax
        try "read far beyond", mov eax, [fs:0xFFFFFFFF]
        begin .ds, "read ds"
        xor eax, eax
        mov ds, ax
        mov eax, [AREA]
        done .ds
        begin .es, "stosb es"
        xor eax, eax
        mov es, ax
        mov edi, AREA
        stosb
        done .es
        begin .three, "ds = 3"
        mov ax, 3
        mov ds, ax
        mov ax, ds
        movzx eax, ax
        mov bx, FLAT
        mov ds, bx
        done .three
        show "eax", eax
        begin .ss0, "ss = 0 at 0"
        xor eax, eax
        mov ss, ax
        done .ss0
        begin .pop, "pop ss = 0"
        push dword 0
        pop ss
        done .pop
        try "jmp to null", jmp 0:0
        try "call null with rpl 3", call 3:main
        ring 3
        begin .ss3, "ss = 3 at 3"
        mov ax, 3
        mov ss, ax
        done .ss3
        try "read fs at 3", mov eax, [fs:0]
        try "lea", lea eax, [fs:0]
        finish
