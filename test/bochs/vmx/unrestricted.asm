; An unrestricted guest: real mode by way of CR0, interrupts by the vector table, exceptions without error codes.
; In real mode the exit tells of no error code either (SDM Vol. 3C, 28.2.2, bit 11); in Bochs it does.
;  Bochs:    0 q=00000000 intr=80000b0d:00000000 rip=+00 fl=00000
;  manual:   0 q=00000000 intr=8000030d rip=+00 fl=00000
;  Bochs:    0 q=00000000 len=2 intr=80000b0d:00000000 idt=80000480 rip=+00 fl=00000
;  manual:   0 q=00000000 len=2 intr=8000030d idt=80000480 rip=+00 fl=00000
%include "vmx-common.inc"
LOW     equ 0x8000
%macro real 1
        case %1
        on SECONDARY_CONTROLS, UNRESTRICTED_GUEST
        put EXCEPTION_BITMAP, -1
        call real_state
%endmacro
; Bytes of 16-bit code at LOW: real_code "BYTES"...
%macro real_code 1+
        call run_low
        db %%end - %%start
%%start: db %1
%%end:
%endmacro
cases:  real "cpuid, hlt"
        on PRIMARY_CONTROLS, HLT_EXITING
        real_code 0x0F, 0xA2, 0xF4, 0x0F, 0x01, 0xC1
        real "an exception has no error code"
        real_code 0xA1, 0xFF, 0xFF, 0x0F, 0x01, 0xC1 ; mov ax, [FFFF]
        real "division by zero"
        real_code 0x31, 0xC9, 0xF7, 0xF1, 0x0F, 0x01, 0xC1
        real "int3"
        real_code 0xCC, 0x0F, 0x01, 0xC1
        real "int n goes by the vector table"
        mov dword [0x77 * 4], LOW + 0x40
        mov dword [LOW + 0x40], 0xCFA20F ; cpuid, iret
        real_code 0xCD, 0x77, 0x0F, 0x01, 0xC1
        real "a vector beyond IDTR's limit"
        put GUEST_IDTR_LIMIT, 0x1FF
        real_code 0xCD, 0x80, 0x0F, 0x01, 0xC1
        real "an injected interrupt"
        put GUEST_RFLAGS, 0x202
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000077
        mov dword [0x77 * 4], LOW + 0x40
        mov dword [LOW + 0x40], 0xCFA20F
        real_code 0x90, 0x0F, 0x01, 0xC1
        real "a software interrupt, injected"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000477
        put ENTRY_INSTRUCTION_LENGTH, 2
        mov dword [0x77 * 4], LOW + 0x40
        mov dword [LOW + 0x40], 0xCFA20F
        real_code 0x90, 0x90, 0x0F, 0x01, 0xC1
        real "segment loads, and an EPT violation by way of them"
        mov dword [EPT_PT0 + 9 * 8], 0
        ; mov ax, 900h; mov ds, ax; mov al, [234h]
        real_code 0xB8, 0x00, 0x09, 0x8E, 0xD8, 0xA0, 0x34, 0x02, 0x0F, 0x01, 0xC1
        show_field "DS", GUEST_DS_SELECTOR
        show_field "base", GUEST_DS_BASE
        show_field "limit", GUEST_DS_LIMIT
        show_field "rights", GUEST_DS_ACCESS_RIGHTS
        real "into protected mode and back"
        real_code 0x0F, 0x20, 0xC0, 0x0C, 1, 0x0F, 0x22, 0xC0, 0x0F, 0xA2, 0x24, 0xFE, 0x0F, 0x22, 0xC0, 0x0F, 1, 0xC1
        show_field "CR0", GUEST_CR0
        show_field "CS rights", GUEST_CS_ACCESS_RIGHTS
        real "CR0.PE is the host's: the exit"
        put CR0_GUEST_HOST_MASK, 1
        real_code 0x0F, 0x20, 0xC0, 0x0C, 0x01, 0x0F, 0x22, 0xC0, 0x0F, 0x01, 0xC1
        real "outsb, insw with 16-bit addresses"
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        real_code 0xBE, 0x34, 0x12, 0x6E, 0x6D, 0x0F, 0x01, 0xC1
        real "lgdt"
        on SECONDARY_CONTROLS, DESCRIPTOR_TABLE_EXITING
        real_code 0x0F, 0x01, 0x16, 0x00, 0x90, 0x0F, 0x01, 0xC1
        finish

; Copies the code behind the call (a length, then bytes) to LOW and runs it there. Ends where an exit is not skipped.
run_low:
        mov esi, [esp]
        movzx ecx, byte [esi]
        inc esi
        mov edi, LOW
        rep movsb
        mov [esp], esi
        mov dword [v_start], LOW
        after until_vmcall
        guest .low
.low:   ret

until_vmcall:
        cmp dword [v_reason], REASON_VMCALL
        je .end
        jmp default_after
.end:   xor eax, eax
        ret

real_state:
        off GUEST_CR0, 0x80000001
        xor eax, eax
        mov ecx, GUEST_ES_SELECTOR
.next:  vmwrite ecx, eax
        lea edx, [ecx + GUEST_ES_BASE - GUEST_ES_SELECTOR]
        vmwrite edx, eax
        lea edx, [ecx + GUEST_ES_LIMIT - GUEST_ES_SELECTOR]
        mov edi, 0xFFFF
        vmwrite edx, edi
        lea edx, [ecx + GUEST_ES_ACCESS_RIGHTS - GUEST_ES_SELECTOR]
        mov edi, 0x93
        vmwrite edx, edi
        add ecx, 2
        cmp ecx, GUEST_GS_SELECTOR
        jbe .next
        put GUEST_RSP, 0x7000
        put GUEST_IDTR_BASE, 0
        put GUEST_IDTR_LIMIT, 0x3FF
        ret
