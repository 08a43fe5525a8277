; Entry checks, at random: up to three fields at a time get values that are next to what may be; the verdict of the
; entry, and of the guest's one instruction. A line: fields and values, then how it ended. No NMIs: Bochs goes on
; blocking them in the guests that follow.
%include "vmx-common.inc"
ROUNDS  equ 400
cases:  mov dword [seed], 1
        mov dword [round], ROUNDS
.next:  mov edi, VMCS
        call fresh_vmcs
        put EXCEPTION_BITMAP, -1
        put GUEST_DS_SELECTOR, DATA0
        put GUEST_ES_SELECTOR, DATA0
        put GUEST_FS_SELECTOR, DATA0
        put GUEST_GS_SELECTOR, DATA0
        after end_here
        call random
        and eax, 3
        jnz .some
        inc eax
.some:  mov [left], eax
.field: call random
        xor edx, edx
        mov ecx, (table_end - table) / 8
        div ecx
        lea ebx, [table + edx * 8]
        call value
        mov ecx, [ebx]
        vmwrite ecx, eax
        push eax
        mov eax, ecx
        mov ecx, 4
        call put_hex
        mov al, '='
        call put_char
        pop eax
        mov ecx, 8
        call put_hex
        mov al, ' '
        call put_char
        dec dword [left]
        jnz .field
        mov al, 10
        call put_char
        call arm
        enter_only
        dec dword [round]
        jnz .next
        finish

; A handler of the guest's reports as if a `try` had been begun where the guest begins, and goes on at its VMCALL.
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
        inc eax
        mov [t_resume], eax
        ret
text_injected: db "  delivered", 0

end_here:
        xor eax, eax
        ret

; EBX: row of the table. EAX: what stands in the field with a bit or two changed, or a value of the list.
value:  call random
        test al, 1
        jz .listed
        mov ecx, [ebx]
        vmread edx, ecx
        shr eax, 4
        mov ecx, eax
        and ecx, 31
        mov eax, 1
        shl eax, cl
        and eax, [ebx + 4]
        xor eax, edx
        ret
.listed:
        shr eax, 4
        xor edx, edx
        mov ecx, (values_end - values) / 4
        div ecx
        mov eax, [values + edx * 4]
        and eax, [ebx + 4]
        ret

; EAX: 31 random bits, the upper ones of a linear congruence.
random: mov eax, [seed]
        imul eax, 1103515245
        add eax, 12345
        mov [seed], eax
        shr eax, 8
        ret

; Field, and the bits of it that may change: those that Bochs's processor and this one both have or both have not.
table:  dd PIN_BASED_CONTROLS, 0xFF
        dd PRIMARY_CONTROLS, 0xD385FBFF
        dd SECONDARY_CONTROLS, 0xE6
        dd EXIT_CONTROLS, 0x00408004
        dd ENTRY_CONTROLS, 0x00000807
        dd CR3_TARGET_COUNT, 0x80000007
        dd VPID, 0xFFFF
        dd EPT_POINTER, 0xFFF
        dd IO_BITMAP_A, 0xFFF
        dd MSR_BITMAP, 0xFFF
        dd ENTRY_INTERRUPTION_INFORMATION, 0x800FFFFF
        dd ENTRY_EXCEPTION_ERROR_CODE, -1
        dd ENTRY_INSTRUCTION_LENGTH, 0x1F
        dd HOST_CS_SELECTOR, 0xF
        dd HOST_FS_SELECTOR, 0xFF
        dd HOST_GS_SELECTOR, 0xFF
        dd HOST_TR_SELECTOR, 0xFF
        dd GUEST_CR0, 0x80050031
        dd GUEST_CR4, 0x0000201C
        dd GUEST_CS_SELECTOR, 0xFF
        dd GUEST_SS_SELECTOR, 0xFF
        dd GUEST_DS_SELECTOR, 0xFC
        dd GUEST_ES_SELECTOR, 0xFC
        dd GUEST_TR_SELECTOR, 0xFF
        dd GUEST_LDTR_SELECTOR, 0xFF
        dd GUEST_CS_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_SS_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_DS_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_ES_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_FS_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_GS_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_TR_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_LDTR_ACCESS_RIGHTS, 0x1DFFF
        dd GUEST_CS_LIMIT, -1
        dd GUEST_SS_LIMIT, -1
        dd GUEST_DS_LIMIT, -1
        dd GUEST_TR_LIMIT, -1
        dd GUEST_LDTR_LIMIT, -1
        dd GUEST_GDTR_LIMIT, -1
        dd GUEST_IDTR_LIMIT, -1
        dd GUEST_RFLAGS, 0xFFFFFEFF
        dd GUEST_INTERRUPTIBILITY_STATE, 0x80000007
        dd GUEST_PENDING_DEBUG_EXCEPTIONS, 0x0000FFFF
table_end:
values: dd 0, 1, 2, 3, 7, 8, 0x1F, 0x43, 0x50, 0x82, 0x8B, 0x93, 0x9B, 0xFFF, 0xFFFF, 0x10000, 0xFFFFF, 0x100000, -1
        dd 0xC093, 0xC09B, 0xC0F3, 0xC0FB, 0x4093, 0xC099, 0x80000300, 0x80000306, 0x80000B0D, 0x80000020, 0x80000603
        dd 0x20002, 0x202, 0x302
values_end:
seed:   dd 1
round:  dd 0
left:   dd 0
