; Pending debug exceptions at entry: a #DB before the first instruction, in the guest or as an exit. An exit saves the
; field as 0 unless MOV SS blocks or it is one of a few that are not instructions' (SDM Vol. 3C, 28.3.4); Bochs leaves
; BS in it.
;  Bochs:    10 q=00000000 len=2 rip=+00 fl=00100 dbg=00004000
;  manual:   10 q=00000000 len=2 rip=+00 fl=00100
;  Bochs:    0 q=00004000 intr=80000301 rip=+02 fl=00100
;  manual:   0 q=00004000 intr=80000301 rip=+03 fl=00100
%include "vmx-common.inc"
cases:  case "BS: exits"
        on EXCEPTION_BITMAP, 2
        put GUEST_PENDING_DEBUG_EXCEPTIONS, 0x4000
        put GUEST_RFLAGS, 0x102
        enter_only
        case "BS and TF while MOV SS blocks: behind the next instruction"
        on EXCEPTION_BITMAP, 2
        put GUEST_PENDING_DEBUG_EXCEPTIONS, 0x4000
        put GUEST_RFLAGS, 0x102
        put GUEST_INTERRUPTIBILITY_STATE, 2
        guest .blocked
        nop
        nop
        back .blocked
        case "none, TF 1: behind the first instruction"
        on EXCEPTION_BITMAP, 2
        put GUEST_RFLAGS, 0x102
        guest .tf
        nop
        nop
        back .tf
        case "an exit by an instruction with TF leaves none"
        put GUEST_RFLAGS, 0x102
        on EXCEPTION_BITMAP, 2
        guest .cpuid
        cpuid
        nop
        back .cpuid
        case "behind MOV SS an exit with TF: BS is pending"
        on EXCEPTION_BITMAP, 2
        guest .mov_ss
        mov eax, DATA0
        push dword 0x102
        popfd
        mov ss, eax
        cpuid
        nop
        back .mov_ss
        finish
