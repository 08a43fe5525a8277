; The exception bitmap, vector by vector: exits with the error code, and delivery where the bit is 0.
%include "vmx-common.inc"
AM_AC   equ 0x40000
cases:  case "every exception exits"
        put EXCEPTION_BITMAP, -1
        desc T0, AREA, 0xFFF, 0x13, 4   ; not present
        guest .all
        xor ecx, ecx
        div ecx
        back .all
        case "#BP"
        put EXCEPTION_BITMAP, -1
        go int3
        case "#OF"
        put EXCEPTION_BITMAP, -1
        guest .of
        mov al, 0x7F
        inc al
        into
        back .of
        case "#BR"
        put EXCEPTION_BITMAP, -1
        guest .br
        mov eax, 5
        bound eax, [bounds]
        back .br
        case "#UD"
        put EXCEPTION_BITMAP, -1
        go ud2
        case "#TS"
        put EXCEPTION_BITMAP, -1
        guest .ts
        push dword 0x4000 + 2
        popfd
        iretd                           ; NT, and a back link of 0
        back .ts
        case "#NP"
        put EXCEPTION_BITMAP, -1
        guest .np
        mov ax, T0
        mov ds, ax
        back .np
        case "#SS by a selector"
        put EXCEPTION_BITMAP, -1
        guest .ss
        mov ax, T0
        mov ss, ax
        back .ss
        case "#GP"
        put EXCEPTION_BITMAP, -1
        guest .gp
        mov ax, 0x1000
        mov ds, ax
        back .gp
        case "#GP by INT n to a gate that is not open"
        put EXCEPTION_BITMAP, -1
        guest .int
        ring 3
        int 0x10
        back .int
        case "#AC"
        put EXCEPTION_BITMAP, -1
        on GUEST_CR0, AM_AC
        guest .ac
        ring 3
        push dword AM_AC + 2
        popfd
        mov eax, [AREA + 1]
        back .ac
        case "bitmap 0: the guest's own handlers"
        put EXCEPTION_BITMAP, 0
        guest .own
        xor ecx, ecx
        try "div", div ecx
        try "int3", int3
        try "ud2", ud2
        try "mov ds", mov ds, [text_q]
        back .own
        case "one bit only"
        put EXCEPTION_BITMAP, 1 << 6
        guest .ud
        xor ecx, ecx
        try "div", div ecx
        ud2
        back .ud
        case "INT n never exits, only its fault"
        put EXCEPTION_BITMAP, -1
        guest .intn
        int TO_RING0
        try "int 6", int 6
        back .intn
        finish
bounds: dd 6, 9
