; Boundaries between instructions, at random: interrupt and NMI windows, blocking by STI, MOV SS and NMI, an interrupt
; injected, and four instructions that change these. A line: the primary and the pin-based controls, RFLAGS,
; interruptibility, what is injected, which instructions; then all exits in their order. Where there are NMI windows,
; nothing blocks by STI: whether that holds them back is the processor's affair (SDM Vol. 3C, 26.2).
%include "vmx-common.inc"
ROUNDS  equ 300
CODE    equ 0x8000                      ; linear, and physical
cases:  mov dword [round], ROUNDS
        igate 0x21, CODE0, handler, 0x8E
.next:  mov edi, VMCS
        call fresh_vmcs
        after go_on
        call random
        and eax, INTERRUPT_WINDOW_EXITING
        on PRIMARY_CONTROLS, eax
        mov dword [nmis], 0
        call random
        test al, 3
        jnz .no_nmis
        mov dword [nmis], 1
        on PIN_BASED_CONTROLS, NMI_EXITING + VIRTUAL_NMIS
        call random
        and eax, NMI_WINDOW_EXITING
        on PRIMARY_CONTROLS, eax
        test al, 2
        jz .no_nmis
        put GUEST_INTERRUPTIBILITY_STATE, 8
.no_nmis:
        call random
        and eax, 0x200                  ; IF
        on GUEST_RFLAGS, eax
        ; blocking that fits
        call random
        and eax, 7
        cmp eax, 2
        ja .not_blocked
        cmp eax, 1
        jne .blocking
        cmp dword [nmis], 0
        jne .not_blocked
        mov ecx, GUEST_RFLAGS
        vmread edx, ecx
        test dh, 2
        jz .not_blocked                 ; STI blocks with IF 1 only
.blocking:
        on GUEST_INTERRUPTIBILITY_STATE, eax
.not_blocked:
        mov ecx, GUEST_INTERRUPTIBILITY_STATE
        vmread edx, ecx
        test dl, 3
        jnz .none
        mov ecx, GUEST_RFLAGS
        vmread edx, ecx
        test dh, 2
        jz .none
        call random
        test al, 3
        jnz .none
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
.none:  ; the instructions
        mov edi, CODE
        mov ebx, 4
        mov dword [chosen], 0
.instruction:
        call random
        xor edx, edx
        mov ecx, (codes_end - codes) / 8
        cmp dword [nmis], 0
        je .any
        mov ecx, (codes_sti - codes) / 8
.any:   div ecx
        shl dword [chosen], 8
        or [chosen], edx
        lea esi, [codes + edx * 8]
        movsd
        movsd
        dec ebx
        jnz .instruction
        mov dword [edi], 0xC1010F
        call print_round
        mov dword [g_regs + 28], DATA0  ; EAX
        mov dword [v_start], CODE
        guest .back
        back .back
        dec dword [round]
        jnz .next
        finish

; Ends at the VMCALL; takes a window's control away; skips CPUID.
go_on:  mov eax, [v_reason]
        cmp eax, REASON_INTERRUPT_WINDOW
        je .interrupt
        cmp eax, REASON_NMI_WINDOW
        je .nmi
        cmp eax, REASON_CPUID
        je .skip
        xor eax, eax
        ret
.skip:  mov eax, SKIP
        ret
.interrupt:
        off PRIMARY_CONTROLS, INTERRUPT_WINDOW_EXITING
        jmp .again
.nmi:   off PRIMARY_CONTROLS, NMI_WINDOW_EXITING
.again: mov eax, AGAIN
        ret

handler:
        iretd

print_round:
        pushad
        mov esi, shown
.next:  mov ecx, [esi]
        vmread eax, ecx
        mov ecx, 8
        call put_hex
        mov al, ' '
        call put_char
        add esi, 4
        cmp esi, shown_end
        jb .next
        mov eax, [chosen]
        call put_hex
        mov al, 10
        call put_char
        popad
        ret

random: mov eax, [seed]
        imul eax, 1103515245
        add eax, 12345
        mov [seed], eax
        rol eax, 13
        ret

%macro code 1+
%%start: %1
        times 8 - ($ - %%start) nop
%endmacro
codes:  code nop
        code cli
        code mov ss, eax
        code db 0x6A, 2, 0x9D           ; push 2; popfd
        code db 0x68, 2, 2, 0, 0, 0x9D  ; push 202h; popfd
        code db 0x8E, 0xD0, 0x8E, 0xD0  ; mov ss, eax, twice
        code int 0x21
        code cpuid
        code db 0x8E, 0xD0, 0x0F, 0xA2  ; mov ss, eax; cpuid
codes_sti:
        code sti
        code db 0xFB, 0xFA              ; sti; cli
        code db 0xFB, 0x8E, 0xD0        ; sti; mov ss, eax
        code db 0xFB, 0x0F, 0xA2        ; sti; cpuid
codes_end:
shown:  dd PRIMARY_CONTROLS, PIN_BASED_CONTROLS, GUEST_RFLAGS, GUEST_INTERRUPTIBILITY_STATE
        dd ENTRY_INTERRUPTION_INFORMATION
shown_end:
nmis:   dd 0
chosen: dd 0
seed:   dd 1
round:  dd 0
