; MOV to and from debug registers with the exit.
; A general-detect fault has RF in its frame (SDM Vol. 3B, 18.3.1.1).
;  Bochs:  mov from dr7: v=01 e=-- eip=+00 cs=0008 fl=00000 esp=+00 dr6=2000
;  manual: mov from dr7: v=01 e=-- eip=+00 cs=0008 fl=10000 esp=+00 dr6=2000
%include "vmx-common.inc"
cases:  case "to and from, every register"
        on PRIMARY_CONTROLS, MOV_DR_EXITING
        guest .to
        mov dr0, eax
        mov dr1, ecx
        mov dr2, edx
        mov dr3, ebx
        mov dr6, esp
        mov dr7, ebp
        mov esi, dr0
        mov edi, dr1
        mov eax, dr2
        mov ecx, dr3
        mov edx, dr6
        mov ebx, dr7
        back .to
        case "not exiting"
        guest .free
        mov eax, 0x1234
        mov dr0, eax
        mov ebx, dr0
        show "dr0", ebx
        xor eax, eax
        mov dr0, eax
        back .free
        case "dr4 and dr5 with CR4.DE are #UD"
        on GUEST_CR4, 8
        on PRIMARY_CONTROLS, MOV_DR_EXITING
        guest .de
        try "mov dr4", mov dr4, eax
        try "mov from dr5", mov eax, dr5
        back .de
        case "dr4 and dr5 without it"
        on PRIMARY_CONTROLS, MOV_DR_EXITING
        guest .nde
        mov dr4, eax
        mov eax, dr5
        back .nde
        case "general detect: the exit comes first"
        on PRIMARY_CONTROLS, MOV_DR_EXITING
        put GUEST_DR7, 0x2400
        guest .gd
        mov eax, dr7
        back .gd
        case "general detect without the exit"
        put GUEST_DR7, 0x2400
        guest .gd2
        try "mov from dr7", mov eax, dr7
        back .gd2
        finish
