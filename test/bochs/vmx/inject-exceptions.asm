; Event injection: hardware exceptions with and without an error code, delivered to the guest's handlers.
%include "vmx-common.inc"
%macro inject 2-3
        case %1
        put ENTRY_INTERRUPTION_INFORMATION, %2
%if %0 = 3
        put ENTRY_EXCEPTION_ERROR_CODE, %3
%endif
        call arm
        enter_only
%endmacro
cases:  inject "#DE", 0x80000300
        inject "#UD", 0x80000306
        inject "#NM", 0x80000307
        inject "#DF", 0x80000B08, 0
        inject "#TS", 0x80000B0A, 0x1234
        inject "#GP", 0x80000B0D, 0xFFFE
        inject "#PF: CR2 is not written", 0x80000B0E, 7
        inject "#AC", 0x80000B11, 0
        inject "#MF", 0x80000310
        inject "#DB: DR6 is not written", 0x80000301
        inject "vector 3 as a hardware exception", 0x80000303
        inject "an external interrupt is no exception", 0x80000320
        case "an injected exception does not exit, whatever the bitmap"
        put EXCEPTION_BITMAP, -1
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000306
        call arm
        enter_only
        case "a fault in its delivery does"
        put EXCEPTION_BITMAP, -1
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000306
        put GUEST_IDTR_LIMIT, 8
        enter_only
        show_field "valid bit", ENTRY_INTERRUPTION_INFORMATION
        case "the valid bit is cleared by an exit"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000306
        igate 6, CODE0, handler, 0x8E
        guest .handler
        nop
        back .handler
        show_field "information", ENTRY_INTERRUPTION_INFORMATION
        igate 6, CODE0, stubs + 6 * 16, 0x8E
        case "an EPT violation in its delivery"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000B0D
        put ENTRY_EXCEPTION_ERROR_CODE, 0x5678
        mov dword [EPT_PT1 + 0x108 * 8], 0
        put GUEST_RSP, 0x408800
        enter_only
        case "a triple fault"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000B08
        put GUEST_IDTR_LIMIT, 8
        enter_only
        finish

; The handlers report as if a `try` had been begun where the guest begins.
arm:    mov dword [t_name], text_injected
        mov byte [t_armed], 1
        mov byte [t_faulted], 0
        mov dword [t_esp], STACK0
        mov dword [t_ss], DATA0
        mov dword [t_cs], CODE0
        mov dword [t_flags], 2
        mov eax, [esp]
        add eax, 9                      ; behind the call of enter_only and its address
        mov [t_origin], eax
        inc eax                         ; its VMCALL
        mov [t_resume], eax
        ret
handler:
        iretd
text_injected: db "injected", 0
