; Exits, at random: an instruction of the table in a guest whose controls, masks, bitmaps, registers and CPL are
; random too. A line: the instruction's place in the table, CPL, the vectors, EAX, ECX, EDX; then what came of it.
%include "vmx-common.inc"
ROUNDS  equ 300
LOW     equ 0x8000
PRIMARY_RANDOM equ 0x50019280           ; MSR bitmaps, PAUSE, CR3, RDTSC, INVLPG, HLT
SECONDARY_RANDOM equ DESCRIPTOR_TABLE_EXITING + WBINVD_EXITING
cases:  mov dword [round], ROUNDS
        mov dword [PT1 + 4 * 4], 0      ; 404000h is missing
.next:  mov edi, VMCS
        call fresh_vmcs
        after few
        call random
        and eax, PRIMARY_RANDOM
        or eax, USE_IO_BITMAPS + HLT_EXITING + RDPMC_EXITING + MOV_DR_EXITING
        mov ebx, eax
        on PRIMARY_CONTROLS, ebx
        call random
        and eax, SECONDARY_RANDOM
        on SECONDARY_CONTROLS, eax
        call random
        test al, 1
        jz .no_exceptions
        put EXCEPTION_BITMAP, -1
.no_exceptions:
        test al, 2
        jz .no_masks
        and eax, 0x8005003F
        put CR0_GUEST_HOST_MASK, eax
        call random
        put CR0_READ_SHADOW, eax
        call random
        put CR4_GUEST_HOST_MASK, eax
        call random
        put CR4_READ_SHADOW, eax
.no_masks:
        call random
        and eax, 4                      ; TSD
        on GUEST_CR4, eax
        call random
        and eax, 8                      ; TS
        on GUEST_CR0, eax
        call fill_bitmaps
        mov esi, values
        call listed
        mov [g_regs + 28], eax          ; EAX
        mov esi, numbers
        call listed
        mov [g_regs + 24], eax          ; ECX
        mov esi, ports
        call listed
        mov [g_regs + 20], eax          ; EDX
        mov dword [g_regs + 16], AREA   ; EBX
        mov dword [g_regs + 4], AREA + 0x100 ; ESI
        mov dword [g_regs], AREA + 0x200 ; EDI
        mov dword [g_regs + 8], 0x404000 ; EBP
        call random
        test al, 3
        jnz .ring0
        put GUEST_CS_SELECTOR, CODE3
        put GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        put GUEST_SS_SELECTOR, DATA3
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        put GUEST_RSP, STACK3
.ring0: call random
        xor edx, edx
        mov ecx, (codes_end - codes) / 12
        div ecx
        mov ebx, edx
        lea esi, [edx + edx * 2]
        lea esi, [codes + esi * 4]
        mov edi, LOW
        mov ecx, 3
        rep movsd
        mov dword [LOW + 12], 0xC1010F  ; vmcall
        call print_round
        mov dword [v_start], LOW
        call arm
        guest .back
        back .back
        dec dword [round]
        jnz .next
        finish

; Ends at the VMCALL behind the instruction, else goes on as usual; at most four exits.
few:    cmp dword [v_exits], 4
        jae .end
        cmp dword [v_reason], REASON_VMCALL
        jne default_after
        mov ecx, GUEST_RIP
        vmread eax, ecx
        cmp eax, LOW + 12
        jne default_after
.end:   xor eax, eax
        ret

; Every fourth byte of the bitmaps is random, where the random ports and MSRs lie.
fill_bitmaps:
        mov edi, IO_A
        mov ecx, 0x300 / 4
        call .fill
        mov edi, IO_B + 0xFF0
        mov ecx, 4
        call .fill
        mov edi, MSR_BITS
        mov ecx, 0x1000 / 4
.fill:  call random
        mov [edi], eax
        add edi, 4
        dec ecx
        jnz .fill
        and byte [IO_A + 0xE9 / 8], 0xFD ; the handlers' port
        ret

; ESI: count and values. EAX: one of them.
listed: call random
        xor edx, edx
        div dword [esi]
        mov eax, [esi + edx * 4 + 4]
        ret

print_round:
        mov eax, ebx
        mov ecx, 2
        call put_hex
        mov al, ' '
        call put_char
        mov ecx, GUEST_CS_SELECTOR
        vmread eax, ecx
        and eax, 3
        mov ecx, 1
        call put_hex
        mov edi, shown
.next:  mov al, ' '
        call put_char
        mov ecx, [edi]
        vmread eax, ecx
        mov ecx, 8
        call put_hex
        add edi, 4
        cmp edi, shown_end
        jb .next
        mov edi, 28
.register:
        mov al, ' '
        call put_char
        mov eax, [g_regs + edi]
        mov ecx, 8
        call put_hex
        sub edi, 4
        cmp edi, 20
        jae .register
        mov al, 10
        jmp put_char

; A handler of the guest's reports, and goes on at the VMCALL.
arm:    mov dword [t_name], text_delivered
        mov byte [t_armed], 1
        mov byte [t_faulted], 0
        mov dword [t_esp], STACK0
        mov dword [t_ss], DATA0
        mov dword [t_cs], CODE0
        mov dword [t_flags], 2
        mov dword [t_origin], LOW
        mov dword [t_resume], LOW + 12
        mov ecx, GUEST_CS_SELECTOR
        vmread eax, ecx
        test al, 3
        jz .end
        mov dword [t_esp], STACK3
        mov dword [t_ss], DATA3
        mov dword [t_cs], CODE3
.end:   ret

random: mov eax, [seed]
        imul eax, 1103515245
        add eax, 12345
        mov [seed], eax
        rol eax, 13
        ret

text_delivered: db "  delivered", 0
shown:  dd PRIMARY_CONTROLS, SECONDARY_CONTROLS, EXCEPTION_BITMAP, CR0_GUEST_HOST_MASK, CR0_READ_SHADOW
        dd CR4_GUEST_HOST_MASK, CR4_READ_SHADOW
shown_end:
values: dd 10, 0, 1, PD, PD + 8, 0x80000031, 0x80050033, 0x80000011, 0x80000039, 0x2000, 0x2004
numbers: dd 9, 0x174, 0x175, 0x1FFF, 0x2000, 0xC0000200, 0xC0001FFF, 0xC0002000, 0x12345678, GUEST_RIP
ports:  dd 8, 0x80, 0x600, 0x601, 0x7FF, 0x800, 0x7FFE, 0xFFFE, 0xFFFF
seed:   dd 1
round:  dd 0

%macro code 1+
%%start: %1
        times 12 - ($ - %%start) nop
%endmacro
codes:  code cpuid
        code invd
        code wbinvd
        code hlt
        code pause
        code rdtsc
        code rdpmc
        code invlpg [ebx + 0x1234]
        code invlpg [ebp]
        code rdmsr
        code wrmsr
        code vmcall
        code vmlaunch
        code vmxoff
        code vmptrld [ebx + 8]
        code vmread [ebx], ecx
        code vmwrite ecx, [ebp + esi * 2]
        code invept eax, [ebx]
        code invvpid ecx, [ebx + edi * 4 + 4]
        code vmfunc
        code mov cr0, eax
        code mov ebx, cr0
        code db 0xB8, 8, 0, 0x20, 0, 0x0F, 0x22, 0xD8 ; mov eax, PD + 8; mov cr3, eax
        code mov ecx, cr3
        code mov cr4, eax
        code mov edx, cr4
        code clts
        code lmsw ax
        code lmsw [ebx]
        code lmsw [ebp]
        code smsw [ebx]
        code mov dr0, eax
        code mov ebx, dr6
        code mov dr4, ecx
        code in al, 0x80
        code in ax, dx
        code in eax, dx
        code out 0x80, al
        code out dx, ax
        code insb
        code insd
        code db 0x6A, 3, 0x59, 0xF3, 0x6C ; push 3; pop ecx; rep insb
        code outsb
        code fs outsw
        code db 0x6A, 3, 0x59, 0xF3, 0x6F ; the same with rep outsd
        code a16 outsb
        code sgdt [ebx]
        code sidt [ebp]
        code sldt eax
        code str [ebx + 2]
        code lgdt [ebp]
        code lldt ax
        code ltr ax
        code lldt [ebp]
        code int3
        code int 0x10
        code int 0x80
        code into
        code ud2
        code mov ds, [ebx]
        code mov al, [ebp]
        code mov [ebp], al
        code db 0xF1
        code call 0x400:0
codes_end:
