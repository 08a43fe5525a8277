; Virtual-8086 mode: the ways in and out, what IOPL decides, segment registers, ports, and what is undefined or
; privileged there.
;
; IRET with an EIP beyond 64 KiB is #GP(0) (SDM Vol. 2A, IRET, RETURN-TO-VIRTUAL-8086-MODE); Bochs cuts it to 16 bits.
;  Bochs:  eip beyond 64 KiB: ok
;  manual: eip beyond 64 KiB: v=0d e=0000 eip=+2d cs=0008 fl=10000 esp=-24
%include "common.inc"
%include "sixteen.inc"

; Goes on at %1 in virtual-8086 mode with IOPL %2; what follows is where it comes back to, at CPL 0 on STACK0.
%macro virtual 2
        mov dword [v_continue], %%back
        push dword 0x66663600
        push dword 0x55553500
        push dword RDATA
        push dword RDATA
        push dword 0x77770000 + RSTACK
        push dword RTOP
        push dword 0x20002 + %2 * 0x1000
        push dword 0x99990000 + RCODE
        push dword %1
        iretd
%%back: mov ax, FLAT
        mov ds, ax
        mov es, ax
        mov esp, STACK0
%endmacro

main:   call copy_sixteen
        desc T4, 0, 0xFFFFF, 0x9E, 12
        mov edi, 0
.gates: mov eax, [v_gates + edi * 4]
        lea edx, [idt + edi * 8]
        mov [edx], ax
        shr eax, 16
        mov [edx + 6], ax
        inc edi
        cmp edi, 0x38
        jb .gates
        mov ax, FLAT
        mov fs, ax
        mov gs, ax
        virtual v_first, 0
        show "back: ds of the handler", [v_nulls]
        show "es", [v_nulls + 4]
        show "fs", [v_nulls + 8]
        show "gs", [v_nulls + 12]
        virtual v_strict, 0
        virtual v_strict, 2
        virtual v_open, 3

        say "handlers that cannot be"
        igate 0x33, T4, virtual_report, 0xEE
        igate 0x34, CODE3, virtual_report, 0xEE
        igate 0x35, CODE1, virtual_report, 0xEE
        igate 0x36, CODE0, virtual_report, 0x8E
        igate 0x37, CODE0, virtual_report, 0x6E
        virtual v_handlers, 3

        say "a 16-bit gate"
        desc T5, HERE, 0xFFFF, 0x9A, 4
        igate 0x33, T5, frame16 - HERE, 0xE6
        virtual v_gate16, 3

        say "pages"
        call paging_on
        and dword [PT0 + (RDATA * 16 >> 12) * 4], 0xFFFFFFFB
        mov eax, cr3
        mov cr3, eax
        virtual v_pages, 0
        mov eax, cr0
        and eax, 0x7FFFFFFF
        mov cr0, eax

        say "alignment"
        mov eax, cr0
        or eax, 0x40000
        mov cr0, eax
        virtual v_align, 3
        mov eax, cr0
        and eax, 0xFFFBFFFF
        mov cr0, eax

        begin .vm3, "iretd with vm at cpl 3"
        ring 3
        push dword 0x20002
        push dword CODE3
        push dword .vm3a
        iretd
.vm3a:  pushfd
        pop dword [v_flags]
        ring 0
        done .vm3
        and dword [v_flags], 0x20000
        show "vm", [v_flags]
        push dword 0x20002
        popfd
        pushfd
        pop eax
        and eax, 0x20000
        show "vm after popfd", eax
        mov dword [v_continue], .end
        begin .x, "eip beyond 64 KiB"
        push dword RDATA
        push dword RDATA
        push dword RDATA
        push dword RDATA
        push dword RSTACK
        push dword RTOP
        push dword 0x20002
        push dword RCODE
        push dword v_leave + 0x10000
        iretd
        done .x
.end:   mov ax, FLAT
        mov ds, ax
        mov es, ax
        mov esp, STACK0
        call try_end
        finish

; Every vector but 30h: prints the frame. From the stubs: vector, error code or -1 (as common.inc has them), EIP, CS,
; EFLAGS, ESP, SS, ES, DS, FS, GS. Goes on at r_resume, or leaves virtual-8086 mode where it met `v_leave`.
virtual_report:
        push dword -1
        push dword 0xFF
virtual_stub:
        pushad
        mov ebp, esp
        mov ax, ds
        mov bx, es
        mov cx, fs
        mov dx, gs
        push eax
        mov ax, FLAT
        mov ds, ax
        mov es, ax
        pop eax
        test byte [ebp + 50], 2         ; VM
        jnz .virtual
        popad
        jmp report
.virtual:
        cld
        movzx eax, ax
        mov [v_nulls], eax
        movzx eax, bx
        mov [v_nulls + 4], eax
        movzx eax, cx
        mov [v_nulls + 8], eax
        movzx eax, dx
        mov [v_nulls + 12], eax
        cmp dword [ebp + 40], v_leave
        je .leave
        mov byte [SIXTEEN + r_faulted], 1
        movzx esi, word [SIXTEEN + r_name]
        add esi, SIXTEEN
        call put_text
        mov esi, text_vector
        call put_text
        mov eax, [ebp + 32]
        mov ecx, 2
        call put_hex
        mov esi, text_error
        call put_text
        mov esi, text_none
        cmp dword [ebp + 36], -1
        je .no_error
        mov eax, [ebp + 36]
        mov ecx, 4
        call put_hex
        mov esi, text_nothing
.no_error:
        call put_text
        mov esi, text_eip
        call put_text
        mov eax, [ebp + 40]
        movzx ecx, word [SIXTEEN + r_origin]
        sub eax, ecx
        call put_delta
        call put_cs_flags
        mov esi, text_esp
        call put_text
        mov eax, [ebp + 52]
        movzx ecx, word [SIXTEEN + r_sp]
        sub eax, ecx
        call put_delta
        lea edx, [ebp + 56]             ; SS, ES, DS, FS, GS
        mov ebx, 5
.next:  mov al, ' '
        call put_char
        movzx eax, word [edx]
        mov ecx, 4
        call put_hex
        add edx, 4
        dec ebx
        jnz .next
        cmp dword [ebp + 32], 14
        jne .no_cr2
        mov esi, text_cr2
        call put_text
        mov eax, cr2
        mov ecx, 8
        call put_hex
.no_cr2:
        cmp dword [ebp + 32], 1
        jne .no_dr6
        call put_dr6
.no_dr6:
        mov al, 10
        call put_char
        movzx eax, word [SIXTEEN + r_resume]
        mov [ebp + 40], eax
        mov word [ebp + 44], RCODE
        and dword [ebp + 48], 0xFFFBBCFF        ; TF, IF, NT and AC go
        movzx eax, word [SIXTEEN + r_sp]
        mov [ebp + 52], eax
        mov word [ebp + 56], RSTACK
        mov word [ebp + 60], RDATA
        mov word [ebp + 64], RDATA
        popad
        add esp, 8
        iretd
.leave: jmp [v_continue]

; The same from a 16-bit gate, which leaves nothing of ESP's upper half: prints the words and is done.
frame16:
        mov ebp, esp
        mov ax, FLAT
        mov ds, ax
        mov es, ax
        cld
        mov ebx, 9
.next:  movzx eax, word [ebp]
        cmp ebx, 9
        jne .word
        sub eax, v_gate16
.word:  mov ecx, 4
        call put_hex
        mov al, ' '
        call put_char
        add ebp, 2
        dec ebx
        jnz .next
        mov al, 10
        call put_char
        mov eax, cs
        jmp CODE0:.flat
.flat:  show "cs", eax
        jmp [v_continue]

        align 16, db 0x90
vstubs:
%assign vector 0
%rep 0x38
%if vector = 8 || (vector >= 10 && vector <= 14) || vector = 17
        nop
        nop
%else
        push byte -1
%endif
        push byte vector
        jmp near virtual_stub
        align 16, db 0x90
%assign vector vector + 1
%endrep
        align 4, db 0
v_gates:
%assign vector 0
%rep 0x38
%if vector = TO_RING0
        dd to_ring0
%else
        dd vstubs + vector * 16
%endif
%assign vector vector + 1
%endrep
v_continue: dd 0
v_flags: dd 0
v_nulls: times 4 dd 0

        sixteen_follows
v_first:
        pushad
        mov eax, cs
        rshow "cs", eax
        mov eax, ss
        rshow "ss", eax
        rshow "esp", esp
        mov eax, ds
        rshow "ds", eax
        mov eax, es
        rshow "es", eax
        mov eax, fs
        rshow "fs", eax
        mov eax, gs
        rshow "gs", eax
        popad
; segment registers
        rbegin .n, "null"
        xor ax, ax
        mov fs, ax
        mov al, [fs:0x500]
        rdone .n
        rtry "byte at FFFF", mov al, [0xFFFF]
        rtry "word at FFFF", mov ax, [0xFFFF]
        rtry "word at FFFF of ss", mov ax, [ss:0xFFFF]
        mov ebx, 0x10000
        rtry "byte at 10000", mov al, [ebx]
        rtry "write to cs", mov [cs:r_ok + 16], al
        mov dword [0x40], 0x43210765
        rbegin .l, "lgs"
        lgs cx, [0x40]
        mov ebx, gs
        rdone .l
        rshow "gs", ebx
        rbegin .j, "far jump"
        jmp RCODE - 1:.j + 16
        rdone .j
        mov eax, cs
        rshow "cs", eax
        jmp RCODE:.j1
.j1:    rbegin .k, "far call and return"
        call RCODE:v_far
        rdone .k
        rbegin .k2, "32-bit far call and return"
        call dword RCODE:v_far32
        rdone .k2
        rtry "jmp beyond the limit", jmp dword RCODE:0x10000
        rtry "call beyond the limit", call dword RCODE:0x10000
        jmp v_leave
v_far:  retf
v_far32: o32 retf

; IOPL below 3
v_strict:
        rtry "cli", cli
        rtry "sti", sti
        rtry "pushf", pushf
        rtry "pushfd", pushfd
        rtry "popf", popf
        rtry "popfd", popfd
        rtry "iret", iret
        rtry "iretd", iretd
        rtry "int 31h", int 0x31
        rtry "int 21h", int 0x21
        rtry "int 3, two bytes", db 0xCD, 3
        rtry "int3", int3
        rbegin .o, "into without overflow"
        xor ax, ax
        into
        rdone .o
        rbegin .o1, "into"
        mov al, 0x7F
        inc al
        into
        rdone .o1
        rtry "int1", int1
        rtry "ud2", ud2
        rbegin .d, "div by 0"
        xor cl, cl
        div cl
        rdone .d
        rtry "in", in al, 0x80
        rtry "out", out 0x80, al
        rtry "in from the open port", in al, 0xE9
        rtry "word from it", in ax, 0xE9
        rtry "outsb", outsb
        jmp v_leave

; IOPL 3
v_open: rtry "cli", cli
        rbegin .s, "sti"
        sti
        nop
        cli
        rdone .s
        rbegin .p, "popf"
        push word 0x4602
        popf
        pushf
        pop cx
        push word 2
        popf
        rdone .p
        movzx ecx, cx
        and cx, 0x7700
        rshow "popf", ecx
        rbegin .p1, "popfd"
        push dword 0x244602
        popfd
        pushfd
        pop ecx
        push dword 2
        popfd
        rdone .p1
        and ecx, 0x277700
        rshow "popfd", ecx
        rbegin .i, "iret with nt"
        push word 0x4002
        popf
        push word 0x4602
        push cs
        push word .i0
        iret
.i0:    pushf
        pop cx
        push word 2
        popf
        rdone .i
        movzx ecx, cx
        and cx, 0x7700
        rshow "iret", ecx
        rbegin .i1, "iretd"
        push dword 0x200602
        o32 push cs
        push dword .i2
        iretd
.i2:    pushfd
        pop ecx
        push dword 2
        popfd
        rdone .i1
        and ecx, 0x277700
        rshow "iretd", ecx
        rtry "int 31h", int 0x31
        rtry "int 21h", int 0x21
        rtry "int3", int3
        rbegin .t, "trap flag"
        push word 0x102
        popf
        nop
        nop
        rdone .t
        rtry "in", in al, 0x80
        rtry "in from the open port", in al, 0xE9
        rtry "hlt", hlt
        rtry "clts", clts
        rtry "mov from cr0", mov eax, cr0
        rtry "mov to cr0", mov cr0, eax
        rtry "mov from dr7", mov eax, dr7
        rtry "lgdt", lgdt [0]
        rtry "lidt", lidt [0]
        rtry "lmsw", lmsw ax
        rtry "invlpg", invlpg [0]
        rtry "wbinvd", wbinvd
        rtry "rdmsr", rdmsr
        rtry "smsw", smsw ax
        rtry "sgdt", sgdt [0]
        rtry "sidt", sidt [0]
        rtry "arpl", arpl ax, bx
        rtry "lar", lar ax, bx
        rtry "lsl", lsl ax, bx
        rtry "verr", verr bx
        rtry "verw", verw bx
        rtry "lldt", lldt bx
        rtry "ltr", ltr bx
        rtry "sldt", sldt bx
        rtry "str", str bx
        jmp v_leave

v_handlers:
        rtry "conforming", int 0x33
        rtry "dpl 3", int 0x34
        rtry "dpl 1", int 0x35
        rtry "gate of dpl 0", int 0x36
        rtry "gate not present", int 0x37
        jmp v_leave

v_gate16:
        int 0x33

v_pages:
        rtry "supervisor's page", mov al, [0]
        jmp v_leave

v_align:
        rbegin .a, "word at 1"
        push dword 0x40002
        popfd
        mov ax, [1]
        rdone .a
        jmp v_leave

v_leave: ud2
        sixteen_ends
