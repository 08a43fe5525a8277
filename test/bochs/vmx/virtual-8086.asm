; A guest in virtual-8086 mode: its own faults and interrupts, exits out of it, events injected into it. Left out: INT
; n with IOPL below 3, which is a fault of the instruction here and one of the interrupt's delivery in Bochs.
;
; A software interrupt that is injected needs no IOPL (SDM Vol. 3C, 27.6.1.1); Bochs refuses it.
;  Bochs:    0 q=00000000 len=2 intr=80000b0d:00000000 idt=80000431 rip=+00 fl=20000
;  manual:   18 q=00000000 len=3 rip=+40 fl=00000
%include "vmx-common.inc"
LOW     equ 0x8000
HANDLER equ LOW + 0x40
%macro v86 2                            ; name, IOPL
        case %1
        put GUEST_RFLAGS, 0x20002 + %2 * 0x1000
        call v86_state
%endmacro
; Bytes of 16-bit code at LOW.
%macro v86_code 1+
        call run_low
        db %%end - %%start
%%start: db %1
%%end:
%endmacro
%macro frame 0
        show_field "  CS", GUEST_CS_SELECTOR
        show_field "  SS", GUEST_SS_SELECTOR
        show_field "  SS rights", GUEST_SS_ACCESS_RIGHTS
        mov ecx, GUEST_DS_ACCESS_RIGHTS
        vmread eax, ecx
        and eax, 0x10000
        show "  DS unusable", eax
        show_field "  ESP", GUEST_RSP
        show "  EIP pushed", [v86_frame]
        show "  EFLAGS pushed", [v86_frame + 8]
        show "  ESP pushed", [v86_frame + 12]
        show "  GS pushed", [v86_frame + 32]
%endmacro
v86_frame equ STACK0I - 36              ; of an event without error code
cases:  mov dword [HANDLER], 0xC1010F    ; vmcall
        igate 0x31, CODE0, HANDLER, 0xEE
        igate 0x32, CODE0, HANDLER, 0x8E
        v86 "cpuid", 0
        v86_code 0x0F, 0xA2, 0x0F, 0x01, 0xC1
        v86 "pushf with IOPL 0", 0
        put EXCEPTION_BITMAP, -1
        v86_code 0x9C, 0x0F, 0x01, 0xC1
        v86 "pushf with IOPL 3", 3
        put EXCEPTION_BITMAP, -1
        v86_code 0x9C, 0x0F, 0x01, 0xC1
        v86 "int n with IOPL 3", 3
        v86_code 0xCD, 0x31, 0x0F, 0x01, 0xC1
        frame
        v86 "the same, with a gate of DPL 0", 3
        put EXCEPTION_BITMAP, -1
        v86_code 0xCD, 0x32, 0x0F, 0x01, 0xC1
        v86 "hlt is privileged, and no exit", 3
        on PRIMARY_CONTROLS, HLT_EXITING
        put EXCEPTION_BITMAP, -1
        v86_code 0xF4, 0x0F, 0x01, 0xC1
        v86 "a port that the bitmap of the TSS refuses", 3
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        put EXCEPTION_BITMAP, -1
        v86_code 0xE4, 0x80, 0x0F, 0x01, 0xC1
        v86 "a port that it permits", 0
        on PRIMARY_CONTROLS, UNCONDITIONAL_IO_EXITING
        v86_code 0xE4, 0xE9, 0x0F, 0x01, 0xC1
        v86 "an injected interrupt", 0
        put GUEST_RFLAGS, 0x20202
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000032
        v86_code 0x90, 0x0F, 0x01, 0xC1
        frame
        v86 "a software interrupt, injected", 3
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000431
        put ENTRY_INSTRUCTION_LENGTH, 2
        v86_code 0x90, 0x90, 0x0F, 0x01, 0xC1
        frame
        v86 "the same with IOPL 0", 0
        put EXCEPTION_BITMAP, -1
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000431
        put ENTRY_INSTRUCTION_LENGTH, 2
        v86_code 0x90, 0x90, 0x0F, 0x01, 0xC1
        v86 "an exception, injected", 0
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000306
        igate 6, CODE0, HANDLER, 0x8E
        v86_code 0x90, 0x0F, 0x01, 0xC1
        frame
        v86 "a segment load, and an EPT violation by way of it", 0
        mov dword [EPT_PT0 + 9 * 8], 0
        v86_code 0xB8, 0x00, 0x09, 0x8E, 0xD8, 0xA0, 0x34, 0x02, 0x0F, 0x01, 0xC1 ; mov ax, 900h; mov ds, ax; mov al, [234h]
        show_field "  DS", GUEST_DS_SELECTOR
        show_field "  base", GUEST_DS_BASE
        show_field "  rights", GUEST_DS_ACCESS_RIGHTS
        case "the guest's own way there"
        mov dword [LOW + 0x30], 0x010FA20F ; cpuid, vmcall
        mov byte [LOW + 0x34], 0xC1
        ; push 5, 4, 3, 2, 0 (GS to SS), 7000h, 23002h, 0, LOW + 30h; iretd
        v86_code 0x6A, 5, 0x6A, 4, 0x6A, 3, 0x6A, 2, 0x6A, 0, 0x68, 0, 0x70, 0, 0, 0x68, 2, 0x30, 2, 0, 0x6A, 0, 0x68, 0x30, 0x80, 0, 0, 0xCF
        show_field "  CS rights", GUEST_CS_ACCESS_RIGHTS
        show_field "  SS rights", GUEST_SS_ACCESS_RIGHTS
        show_field "  GS base", GUEST_GS_BASE
        show_field "  ESP", GUEST_RSP
        finish

; Copies the code behind the call (a length, then bytes) to LOW and runs it there. Ends with VMCALL.
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

v86_state:
        xor eax, eax
        mov ebx, 0xF3
        mov edi, 0xFFFF
        mov ecx, GUEST_ES_SELECTOR
.next:  vmwrite ecx, eax
        lea edx, [ecx + GUEST_ES_BASE - GUEST_ES_SELECTOR]
        vmwrite edx, eax
        lea edx, [ecx + GUEST_ES_LIMIT - GUEST_ES_SELECTOR]
        vmwrite edx, edi
        lea edx, [ecx + GUEST_ES_ACCESS_RIGHTS - GUEST_ES_SELECTOR]
        vmwrite edx, ebx
        add ecx, 2
        cmp ecx, GUEST_GS_SELECTOR
        jbe .next
        put GUEST_GS_SELECTOR, 0x123
        put GUEST_GS_BASE, 0x1230
        put GUEST_RSP, 0x7000
        ret
