; Two dimensions of paging, at random: the guest's entries for linear 408000h and 409000h, the entries of EPT behind
; the page, behind its page table and above; then a read, a write, a fetch or an access across both pages, at CPL 0 or
; 3. A line: the access, CPL, CR0.WP, the guest's two entries, EPT's for the pages, the table and the directory; then
; what came of it. The accessed and dirty bits of the guest are set beforehand: Bochs does not ask EPT for writing
; them (see ept-tables).
%include "vmx-common.inc"
ROUNDS  equ 300
cases:  mov dword [round], ROUNDS
        mov edi, PAGES + 0x8000         ; what is jumped to: VMCALL
        mov ecx, 0x2000 / 4
        mov eax, 0x90C1010F
        rep stosd
        mov eax, 0x60                   ; all that the guest walks is accessed and dirty
        or [PD], eax
        or [PD + 4], eax
        mov ecx, 2048
.dirty: or dword [PT0 - 4 + ecx * 4], 0x60
        loop .dirty
.next:  mov edi, VMCS
        call fresh_vmcs
        after end_here
        put EXCEPTION_BITMAP, -1
        call random
        and eax, 0x10000
        on GUEST_CR0, eax               ; WP
        ; the guest's entries: mostly present, 4 KiB pages 308000h and 309000h
        mov ebx, 8
        call guest_entry
        mov ebx, 9
        call guest_entry
        ; EPT's
        mov ebx, EPT_PT1 + 0x108 * 8
        call ept_entry
        mov ebx, EPT_PT1 + 0x109 * 8
        call ept_entry
        call random
        test al, 0x30
        jnz .tables_ok
        mov ebx, EPT_PT1 + 2 * 8        ; the page of PT1
        call ept_entry
        call random
        test al, 0x30
        jnz .tables_ok
        call random
        and eax, 3                      ; and executed it is
        jz .no_directory
        or eax, 5
.no_directory:
        and dword [EPT_PD + 8], ~7
        or [EPT_PD + 8], eax
.tables_ok:
        call random
        and eax, 3
        mov [cpl], eax
        cmp eax, 3
        jne .ring0
        put GUEST_CS_SELECTOR, CODE3
        put GUEST_CS_ACCESS_RIGHTS, 0xC0FB
        put GUEST_SS_SELECTOR, DATA3
        put GUEST_SS_ACCESS_RIGHTS, 0xC0F3
.ring0: call random
        xor edx, edx
        mov ecx, (codes_end - codes) / 16
        div ecx
        mov [access], edx
        call print_round
        mov edx, [access]
        shl edx, 4
        add edx, codes
        mov [v_start], edx
        guest .back
        back .back
        dec dword [round]
        jnz .next
        finish

end_here:
        xor eax, eax
        ret

; EBX: which page of linear 400000h. Its entry: P, W, U at random, P in three of four cases.
guest_entry:
        call random
        mov ecx, eax
        and eax, 7
        test ecx, 0x30
        jz .any
        or eax, 1
.any:   mov edx, ebx
        shl edx, 12
        lea eax, [eax + edx + PAGES + 0x60]
        mov [PT1 + ebx * 4], eax
        shl ebx, 12
        lea ebx, [ebx + 0x400000]
        invlpg [ebx]
        ret

; EBX: an entry of EPT that maps a page. Read, write and execute at random, but read wherever anything is (else it
; would be for ept-misconfiguration; and execute alone is for processors that have it), a memory type at random.
ept_entry:
        call random
        mov ecx, eax
        and eax, 7
        jz .set
        or eax, 1
        test ecx, 0x70
        jnz .set
        or eax, 7
.set:   and dword [ebx], ~0x3F
        test ecx, 0x380
        jz .type                        ; one in eight: any memory type
        or eax, EPT_WB
        jmp .write
.type:  shr ecx, 12
        and ecx, 0x38
        or eax, ecx
.write: or [ebx], eax
        ret

print_round:
        mov eax, [access]
        mov ecx, 1
        call put_hex
        mov al, ' '
        call put_char
        mov eax, [cpl]
        call put_hex
        mov al, ' '
        call put_char
        mov ecx, GUEST_CR0
        vmread eax, ecx
        shr eax, 16
        and eax, 1
        mov ecx, 1
        call put_hex
        mov esi, shown
.next:  lodsd
        mov eax, [eax]
        push eax
        mov al, ' '
        call put_char
        pop eax
        mov ecx, 8
        call put_hex
        cmp esi, shown_end
        jb .next
        mov al, 10
        jmp put_char

random: mov eax, [seed]
        imul eax, 1103515245
        add eax, 12345
        mov [seed], eax
        rol eax, 13
        ret

shown:  dd PT1 + 8 * 4, PT1 + 9 * 4, EPT_PT1 + 0x108 * 8, EPT_PT1 + 0x109 * 8, EPT_PT1 + 2 * 8, EPT_PD + 8
shown_end:
%macro code 1+
%%start: %1
        times 13 - ($ - %%start) nop
        vmcall
%endmacro
codes:  code mov eax, [0x408010]
        code mov [0x408014], eax
        code mov al, [0x409123]
        code mov [0x409FFF], al
        code mov eax, [0x408FFD]
        code mov [0x408FFE], eax
        code mov eax, [0x408FF8]
        code jmp 0x408800
        code jmp 0x409FF0
        code mov ax, [0x408FFF]
        code mov [0x408FFF], ax
codes_end:
seed:   dd 1
round:  dd 0
access: dd 0
cpl:    dd 0
