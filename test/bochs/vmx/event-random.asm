; Events at random: one is injected, or raised by INT n, into a guest whose gate, stack, TSS, exception bitmap and CPL
; are random too. A line: the information, the gate, CPL, ESP, the bitmap, SS0; then what came of it. Of NMIs there
; are none (Bochs goes on blocking them).
%include "vmx-common.inc"
ROUNDS  equ 300
ABSENT  equ T0                          ; a code segment that is not present
OTHER   equ T1                          ; an available TSS
BUSY    equ T2
CONFORMING equ T3
cases:  desc ABSENT, 0, 0xFFFFF, 0x1B, 12
        desc OTHER, AREA, 0x67, 0x89, 0
        desc BUSY, AREA, 0x67, 0x8B, 0
        desc CONFORMING, 0, 0xFFFFF, 0x9F, 12
        mov dword [PT1 + 4 * 4], 0      ; 404000h is missing
        mov dword [round], ROUNDS
.next:  mov edi, VMCS
        call fresh_vmcs
        mov dword [EPT_PT1 + 0x108 * 8], EPT_WB + 5 ; 408000h: not to be written
        after end_here
        lidt [idt_pointer]
        call fill_idt
        mov dword [tss_ss0], DATA0
        mov dword [tss_esp0], STACK0I
        ; the event
        mov esi, events
        call listed
        mov [event], eax
        movzx ebx, al
        put ENTRY_INTERRUPTION_INFORMATION, eax
        put ENTRY_EXCEPTION_ERROR_CODE, 0x1234
        put ENTRY_INSTRUCTION_LENGTH, 2
        ; its gate
        mov esi, selectors
        call listed
        shl eax, 16
        mov edx, handler
        mov ax, dx
        mov [idt + ebx * 8], eax
        mov esi, rights
        call listed
        mov edx, handler
        mov dx, ax
        mov [idt + ebx * 8 + 4], edx
        mov esi, bitmaps_
        call listed
        put EXCEPTION_BITMAP, eax
        mov esi, stacks
        call listed
        put GUEST_RSP, eax
        mov [t_esp], eax
        put GUEST_RFLAGS, 0x202
        mov dword [t_cs], CODE0
        mov dword [t_ss], DATA0
        call random
        mov [which], eax
        test al, 1
        jz .ring0
        put GUEST_CS_SELECTOR, CODE3
        put GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        put GUEST_SS_SELECTOR, DATA3
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
        mov dword [t_cs], CODE3
        mov dword [t_ss], DATA3
        mov esi, inner_selectors
        call listed
        mov [tss_ss0], eax
        mov esi, stacks
        call listed
        mov [tss_esp0], eax
.ring0: test byte [which], 6
        jnz .injected
        put ENTRY_INTERRUPTION_INFORMATION, 0 ; INT n instead
        and dword [event], 0xFF
.injected:
        mov al, [event]
        mov [int_n + 1], al
        call print_round
        mov dword [t_name], text_delivered
        mov byte [t_armed], 1
        mov byte [t_faulted], 0
        mov dword [t_flags], 0x202
        mov dword [t_origin], int_n
        mov dword [t_resume], handler
        mov dword [v_start], int_n
        cmp dword [event], 0xFF
        jbe .enter
        mov dword [v_start], nothing
        mov dword [t_origin], nothing
.enter: guest .back
        back .back
        dec dword [round]
        jnz .next
        finish

nothing:
        nop
        nop
handler:
        vmcall
int_n:  int 0
        vmcall

end_here:
        xor eax, eax
        ret

; ESI: count and values. EAX: one of them.
listed: call random
        xor edx, edx
        div dword [esi]
        mov eax, [esi + edx * 4 + 4]
        ret

print_round:
        pushad
        mov esi, shown
        movzx ebx, byte [event]
        mov eax, [idt + ebx * 8]
        mov [gate_low], eax
        mov eax, [idt + ebx * 8 + 4]
        mov [gate_high], eax
        mov ecx, GUEST_RSP
        vmread eax, ecx
        mov [esp_], eax
        mov ecx, EXCEPTION_BITMAP
        vmread eax, ecx
        mov [bitmap_], eax
.next:  lodsd
        mov eax, [eax]
        mov ecx, 8
        call put_hex
        mov al, ' '
        call put_char
        cmp esi, shown_end
        jb .next
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

text_delivered: db "  delivered", 0
events: dd 16, 0x80000020, 0x80000021, 0x80000300, 0x80000301, 0x80000306, 0x80000B08, 0x80000B0A, 0x80000B0B
        dd 0x80000B0C, 0x80000B0D, 0x80000B0E, 0x80000B11, 0x80000420, 0x80000431, 0x80000603, 0x80000501
; Selectors of the gate: mostly the guest's code.
selectors: dd 12, CODE0, CODE0, CODE0, CODE0, CODE3, CONFORMING, ABSENT, DATA0, 0, 0x1000, OTHER, BUSY
; Interrupt and trap gates of 32 bits with either DPL, one that is not present, of 16 bits, task gates, no gate.
rights: dd 10, 0x8E00, 0xEE00, 0x8F00, 0xEF00, 0x8E00, 0x0E00, 0x8500, 0xE500, 0x0500, 0x8C00
bitmaps_: dd 6, 0, 0, -1, 0x2000, 0x5800, 0x400
stacks: dd 6, STACK0, STACK0, STACK0, 0x404008, 0x408010, 0x40400C
inner_selectors: dd 6, DATA0, DATA0, DATA0, CODE0, 0, DATA3
shown:  dd event, gate_low, gate_high, t_cs, esp_, bitmap_, tss_ss0, tss_esp0
shown_end:
event:  dd 0
which:  dd 0
gate_low: dd 0
gate_high: dd 0
esp_:   dd 0
bitmap_: dd 0
seed:   dd 1
round:  dd 0
