; RF in the saved RFLAGS: 1 behind an exit by a fault, as its frame would have it; 0 behind an instruction's exit.
; Of a fault that exits the value is that which its delivery would have pushed, of an EPT violation 1 (SDM Vol. 3C,
; 28.3.3). Bochs saves 0 for both.
;  Bochs:    0 q=00000000 intr=80000306 rip=+00 fl=00000
;  manual:   0 q=00000000 intr=80000306 rip=+00 fl=10000
;  Bochs:    0 q=00404010 intr=80000b0e:00000000 rip=+00 fl=00000
;  manual:   0 q=00404010 intr=80000b0e:00000000 rip=+00 fl=10000
;  Bochs:    48 q=00000181 lin=00408010 phys=00308010 rip=+00 fl=00000
;  manual:   48 q=00000181 lin=00408010 phys=00308010 rip=+00 fl=10000
;  Bochs:    49 q=00000000 phys=00309010 rip=+00 fl=00000
;  manual:   49 q=00000000 phys=00309010 rip=+00 fl=10000
%include "vmx-common.inc"
cases:  mov dword [v_flags], 0x37700
        mov dword [PT1 + 4 * 4], 0
        case "an instruction"
        go cpuid
        case "#UD"
        put EXCEPTION_BITMAP, -1
        go ud2
        case "#PF"
        put EXCEPTION_BITMAP, -1
        go mov eax, [0x404010]
        case "an EPT violation"
        mov dword [EPT_PT1 + 0x108 * 8], 0
        go mov eax, [0x408010]
        case "an EPT misconfiguration"
        mov dword [EPT_PT1 + 0x109 * 8], 0x309002
        go mov eax, [0x409010]
        case "a trap: single step"
        put EXCEPTION_BITMAP, -1
        put GUEST_RFLAGS, 0x102
        go nop
        case "int3"
        put EXCEPTION_BITMAP, -1
        go int3
        case "an instruction that had RF"
        put GUEST_RFLAGS, 0x10002
        go cpuid
        finish
