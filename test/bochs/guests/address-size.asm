; 16-bit addresses in 32-bit code: which registers, the wrap at 64 KiB, and the default segments of both sizes.
%include "common.inc"
main:   desc T0, AREA, 0xFFFF, 0x93, 4
        mov ax, T0
        mov fs, ax
        mov dword [AREA], 0x11111111
        mov dword [AREA + 0x10], 0x22222222
        mov dword [AREA + 0xFFFC], 0x33333333
        mov ebx, 0xABCD0008
        mov esi, 0x12340008
        mov eax, [fs:bx + si]
        show "bx + si", eax
        mov bx, 0xFFF8
        mov eax, [fs:bx + si]
        show "wraps", eax
        mov eax, [fs:bx + 4]
        show "disp8", eax
        mov ebp, 0x5555FFFE
        mov edi, 0x77770002
        mov eax, [fs:bp + di]
        show "bp + di", eax
        mov bp, 0xFFFF
        mov eax, [fs:bp + 1]
        show "bp + 1", eax
        mov bx, 0xFFFD
        try "dword at fffd", mov eax, [fs:bx]
        lea eax, [bx + si + 0x1234]
        show "lea, 16-bit address", eax
        mov eax, -1
        lea ax, [ebx + 1]
        show "lea ax", eax
        mov ecx, 0x10000
        a16 jcxz .taken
        say "jcxz not taken"
.taken: jecxz .wrong
        say "jecxz not taken"
.wrong: mov ecx, 0x20001
        a16 loop .wrong2
        show "loop by cx", ecx
.wrong2:
        mov ebx, 0xFFFF0000
        mov al, 0x10
        mov dword [AREA + 0x100], 0x44332211
        mov ebx, AREA + 0xF1
        xlatb
        movzx eax, al
        show "xlat", eax
        ; Default segments: EBP and ESP as bases take SS, others DS.
        desc T1, AREA, 0xFFFF, 0xF3, 4
        mov dword [AREA + 0x20], 0xAAAA
        ring 3
        mov ax, T1 + 3
        mov ds, ax
        xor eax, eax
        mov ecx, 0x20
        mov ebp, AREA + 0x20
        mov edx, [ecx]
        mov edi, [ebp]
        mov ax, FLAT
        mov ds, ax
        show "by ecx, ds", edx
        show "by ebp, ss", edi
        finish
