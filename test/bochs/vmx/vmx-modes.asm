; VMX instructions in virtual-8086 and real mode: #UD, but for VMCALL and VMFUNC, which look at nothing but the
; operation.
%include "vmx-common.inc"
LOW     equ 0x8000
%macro in_v86 2+
        case %1
        put EXCEPTION_BITMAP, (1 << 6) + (1 << 13)
        call v86_state
        call run_low
        dd %%after
        db 0
        %2
        vmcall
%%after:
%endmacro
%macro in_real 2+
        case %1
        put EXCEPTION_BITMAP, (1 << 6) + (1 << 13)
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        call real_state
        call run_low
        dd %%after
        db 0
        %2
        vmcall
%%after:
%endmacro
cases:  in_v86 "v86: vmcall", vmcall
        in_v86 "v86: vmclear", db 0x66, 0x0F, 0xC7, 0x36, 0, 0
        in_v86 "v86: vmlaunch", vmlaunch
        in_v86 "v86: vmxoff", vmxoff
        in_v86 "v86: vmxon", db 0xF3, 0x0F, 0xC7, 0x36, 0, 0
        in_v86 "v86: vmread", vmread eax, ecx
        in_v86 "v86: cpuid", cpuid
        in_v86 "v86: hlt", hlt
        in_real "real: vmcall", vmcall
        in_real "real: vmclear", db 0x66, 0x0F, 0xC7, 0x36, 0, 0
        in_real "real: vmlaunch", vmlaunch
        in_real "real: vmxon", db 0xF3, 0x0F, 0xC7, 0x36, 0, 0
        in_real "real: cpuid", cpuid
        in_real "real: sldt", sldt ax
        finish

; Copies the code behind the call to LOW and runs it there; it ends with the exit that it causes.
run_low:
        mov esi, [esp]
        mov eax, [esi]
        mov [esp], eax
        add esi, 5
        mov edi, LOW
        mov ecx, 16
        rep movsb
        mov dword [v_start], LOW
        after no_more
        guest .low
.low:   ret

no_more:
        xor eax, eax
        ret

v86_state:
        put GUEST_RFLAGS, 0x23002
        mov ebx, 0xF3
        jmp segments
real_state:
        off GUEST_CR0, 0x80000001
        mov ebx, 0x93
segments:
        xor eax, eax
        mov ecx, GUEST_ES_SELECTOR
.next:  vmwrite ecx, eax
        lea edx, [ecx + GUEST_ES_BASE - GUEST_ES_SELECTOR]
        vmwrite edx, eax
        lea edx, [ecx + GUEST_ES_LIMIT - GUEST_ES_SELECTOR]
        mov edi, 0xFFFF
        vmwrite edx, edi
        lea edx, [ecx + GUEST_ES_ACCESS_RIGHTS - GUEST_ES_SELECTOR]
        vmwrite edx, ebx
        add ecx, 2
        cmp ecx, GUEST_GS_SELECTOR
        jbe .next
        put GUEST_RSP, 0x7000
        ret
