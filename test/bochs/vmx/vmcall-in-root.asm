; VMCALL in root with a current VMCS: there is no SMM monitor to call (SDM Vol. 3C, chapter 31).
; bochs: none: version 2.7 stops at it
%include "vmx-common.inc"
cases:  case "vmcall"
        vmx "clear", vmcall
        go nop
        vmx "launched", vmcall
        finish
