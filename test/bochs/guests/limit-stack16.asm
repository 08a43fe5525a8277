; A stack segment with B clear: SP wraps at 16 bits and the upper half of ESP stays.
%include "common.inc"
main:   desc T0, AREA, 0xFFFF, 0xF3, 0
        ring 3
        mov edi, esp
        mov ax, T0 + 3
        mov bx, ss
        ; Between the two loads of SS nothing may use the stack but the instruction looked at.
        mov ss, ax
        mov esp, 0x00120000
        push dword 0x11223344
        mov ecx, esp
        mov edx, [AREA + 0xFFFC]
        mov ss, bx
        mov esp, edi
        show "esp after push at 0000", ecx
        show "stored", edx
        mov ss, ax
        mov esp, 0x0012FFFC
        pop edx
        mov ecx, esp
        mov ss, bx
        mov esp, edi
        show "esp after pop at fffc", ecx
        mov ss, ax
        mov esp, 0x00340004
        call .near
.near:  mov ecx, esp
        mov ss, bx
        mov esp, edi
        show "esp after call", ecx
        mov ss, ax
        mov esp, 0x00340010
        mov ebp, 0x00550020
        leave
        mov ecx, esp
        mov ss, bx
        mov esp, edi
        show "esp after leave", ecx
        mov ss, ax
        mov esp, 0x00340008
        enter 4, 0
        mov ecx, esp
        mov edx, ebp
        mov ss, bx
        mov esp, edi
        show "esp after enter", ecx
        show "ebp after enter", edx
        mov ss, ax
        mov esp, 0x00560010
        pushad
        mov ecx, esp
        mov ss, bx
        mov esp, edi
        show "esp after pushad", ecx
        begin .straddle, "push dword at sp 2"
        mov ss, ax
        mov esp, 2
        push eax
        done .straddle
        begin .straddle16, "push word at sp 1"
        mov ss, ax
        mov esp, 1
        push ax
        done .straddle16
        begin .popend, "pop dword at sp fffe"
        mov ss, ax
        mov esp, 0xFFFE
        pop eax
        done .popend
        finish
