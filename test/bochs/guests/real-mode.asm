; Real-address mode: the switches, segment registers and what is kept of protected mode, far transfers, the vector
; table, flags, and the instructions that are undefined there.
%include "common.inc"
%include "sixteen.inc"
VECTORS equ 0x7000
BIG     equ T2
main:   call copy_sixteen
        desc T0, SIXTEEN, 0xFFFF, 0x9A, 0
        desc T1, RSTACK * 16, 0xFFFF, 0x92, 0
        desc BIG, 0, 0xFFFFF, 0x92, 12
        desc T3, 0, 0xFFFF, 0x90, 0
        desc T4, 0, 0xFFF, 0x92, 0
        mov edi, VECTORS
        mov eax, RCODE * 0x10000 + stubs16
        mov ecx, 0x40
.table: mov [edi], eax
        add eax, 8
        add edi, 4
        loop .table
        mov word [VECTORS + 0x30 * 4], handler16
        mov word [VECTORS + 0x31 * 4], handler16.stack

; PE alone
        mov eax, cr0
        and al, 0xFE
        mov cr0, eax
        mov dword [cs:AREA], 0x12345678
        mov ebx, cs
        or al, 1
        mov cr0, eax
        mov dword [cs:AREA + 4], 0x9ABCDEF0
        show "written through cs in real mode", [AREA]
        show "and after it, before a far jump", [AREA + 4]
        show "cs", ebx
        jmp CODE0:.again
.again: try "after a far jump", mov dword [cs:AREA], 0

; A 32-bit code segment stays one
        mov eax, cr0
        and al, 0xFE
        mov cr0, eax
        jmp RCODE:code32
back32: mov ax, FLAT
        mov ds, ax
        mov es, ax
        show "cs of 32-bit code in real mode", ebx
        show "its call pushed", ecx
        show "and", edx

; 16-bit code
        lidt [real_idt]
        mov ax, T1
        mov ds, ax
        mov es, ax
        mov ax, BIG
        mov fs, ax
        mov ax, T3
        mov gs, ax
        mov esp, AREA + 0x8000
        jmp T0:enter_real
real_idt: dw 0x40 * 4 - 1
        dd VECTORS

back_again:
        mov ax, FLAT
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov ax, DATA0
        mov ss, ax
        mov esp, STACK0
        lidt [idt_pointer]
        mov eax, cr0
        show "back: cr0", eax
        mov eax, cs
        show "cs", eax
        str eax
        show "tr", eax
        show "written in unreal mode", [AREA + 8]
        try "a paragraph is no selector", mov ds, [idt_pointer]
        mov eax, 2
        push eax
        popfd
        finish

        sixteen_follows
BITS 32
code32: mov ebx, cs
        call RCODE:.far
.far:   mov ecx, [esp]
        mov edx, [esp + 4]
        sub ecx, .far
        add esp, 8
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp CODE0:back32
BITS 16
enter_real:
        mov eax, cr0
        and al, 0xFE
        mov cr0, eax
        jmp RCODE:.real
; SS is still the flat segment with a 32-bit stack.
.real:  push eax
        push ax
        mov [cs:h_big], esp
        add esp, 6
        int 0x31
        mov [cs:h_after], esp
        mov ax, RSTACK
        mov ss, ax
        mov sp, RTOP
; SS keeps its 4 GiB and its 32-bit stack: a limit and a D bit of 16-bit segments come from protected mode.
        mov eax, cr0
        or al, 1
        mov cr0, eax
        mov [cs:h_sp16], esp
        mov cx, T1
        mov ss, cx
        and al, 0xFE
        mov cr0, eax
        mov ax, RSTACK
        mov ss, ax
        mov esp, RTOP
        mov ax, RDATA
        mov ds, ax
        mov es, ax
        rshow "esp on a big stack", [cs:h_big]
        rshow "in an interrupt", [cs:h_esp]
        rshow "and after it", [cs:h_after]
        rshow "with sp loaded", [cs:h_sp16]
        push ax
        mov [cs:h_big], sp
        pop ax
        rshow "sp on a 16-bit stack", [cs:h_big]

; segment registers
        rbegin .n, "null can be used"
        xor ax, ax
        mov ds, ax
        mov al, [0x500]
        rdone .n
        mov ax, 0xFFFF
        mov ds, ax
        mov eax, ds
        rshow "ds", eax
        rbegin .m, "above 1 MiB"
        mov ax, 0xFFFF
        mov ds, ax
        mov eax, [0x10]
        rdone .m
        rtry "byte at FFFF", mov al, [0xFFFF]
        rtry "word at FFFF", mov ax, [0xFFFF]
        rtry "word at FFFF of ss", mov ax, [ss:0xFFFF]
        rtry "dword at FFFD", mov [0xFFFD], eax
        mov ebx, 0x10000
        rtry "byte at 10000", mov al, [ebx]
        mov ebp, 0x10000
        rtry "byte at 10000 of ss", mov al, [ebp]
        rbegin .u, "fs keeps 4 GiB"
        mov ax, 0x1234
        mov fs, ax
        mov ebx, AREA + 8 - 0x12340
        mov dword [fs:ebx], 0x55AA55AA
        rdone .u
        rbegin .r, "gs is still read-only"
        mov ax, RDATA
        mov gs, ax
        mov al, [gs:0]
        mov [gs:0], al
        rdone .r
        mov dword [0x40], 0x43210765
        rbegin .l, "lgs"
        lgs cx, [0x40]
        mov ebx, gs
        rdone .l
        rshow "gs", ebx
        rbegin .c, "a segment of 4 KiB"
        mov eax, cr0
        or al, 1
        mov cr0, eax
        mov cx, T4
        mov gs, cx
        and al, 0xFE
        mov cr0, eax
        mov cx, RDATA
        mov gs, cx
        mov al, [gs:0xFFF]
        mov al, [gs:0x1000]
        rdone .c

; far transfers
        rbegin .j, "far jump"
        jmp RCODE - 1:.j + 16
        rdone .j
        mov eax, cs
        rshow "cs", eax
        jmp RCODE:.j1
.j1:    rbegin .k, "far call and return"
        call RCODE:r_far
        rdone .k
        rbegin .k2, "32-bit far call and return"
        call dword RCODE:r_far32
        rdone .k2
        rbegin .k3, "retf 4"
        push dword 0
        call RCODE:r_far4
        rdone .k3
        rshow "sp", esp
        rtry "jmp beyond the limit", jmp dword RCODE:0x10000
        rtry "call beyond the limit", call dword RCODE:0x10000
        rbegin .b1, "retf beyond the limit"
        push dword RCODE
        push dword 0x10000
        o32 retf
        rdone .b1
        rbegin .b2, "iretd beyond the limit"
        push dword 2
        push dword RCODE
        push dword 0x10000
        iretd
        rdone .b2
        mov sp, RTOP

; interrupts
        push word 0x7602
        popf
        int 0x30
        pushf
        pop ax
        push word 2
        popf
        and eax, 0x7700
        rshow "flags after it", eax
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
        rbegin .d, "div by 0"
        xor cl, cl
        div cl
        rdone .d
        mov dword [0], 0x20001
        mov ax, 3
        rtry "bound", bound ax, [0]
        rtry "ud2", ud2
        rtry "int1", int1
        rbegin .t, "trap flag"
        push word 0x102
        popf
        nop
        nop
        rdone .t
        rbegin .t1, "trap flag into int"
        push word 0x102
        popf
        int 0x32
        nop
        rdone .t1
        o32 lidt [cs:short_idt]
        rtry "int beyond the table", int 0x30
        rtry "at its end", int 0x2F
        o32 lidt [cs:tiny_idt]
        rtry "int and #gp beyond the table", int 0x30
        o32 lidt [cs:odd_idt]
        rtry "three bytes of an entry", int 0x30
        o32 lidt [cs:full_idt]
        rbegin .a, "ac in an interrupt"
        push dword 0x40002
        popfd
        int 0x33
        rdone .a
        mov eax, [cs:h_flags]
        and eax, 0x40000
        rshow "ac in its handler", eax

; flags
        rbegin .f, "popf"
        push word 0x7202
        popf
        pushf
        pop cx
        push word 2
        popf
        rdone .f
        movzx ecx, cx
        and cx, 0x7700
        rshow "popf", ecx
        rbegin .f1, "popfd"
        push dword 0x277202
        popfd
        pushfd
        pop ecx
        push word 2
        popf
        rdone .f1
        and ecx, 0x277700
        rshow "popfd", ecx
        rbegin .i, "iret with nt"
        push word 0x4002
        popf
        push word 0x3002
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
        rbegin .i2, "iretd with vm"
        push dword 0x263002
        o32 push cs
        push dword .i1
        iretd
.i1:    pushfd
        pop ecx
        push dword 2
        popfd
        rdone .i2
        and ecx, 0x277700
        rshow "iretd", ecx

; instructions
        rtry "arpl", arpl ax, bx
        rtry "lar", lar ax, bx
        rtry "lsl", lsl ax, bx
        rtry "verr", verr bx
        rtry "verw", verw bx
        rtry "lldt", lldt bx
        rtry "ltr", ltr bx
        rtry "sldt", sldt bx
        rtry "str", str bx
        rbegin .p, "privileged ones"
        cli
        sti
        nop
        cli
        clts
        mov eax, cr3
        mov cr3, eax
        smsw ax
        lmsw ax
        invlpg [0]
        wbinvd
        sgdt [0x80]
        sidt [0x88]
        o32 lgdt [0x80]
        in al, 0x21
        mov eax, dr7
        mov dr7, eax
        rdone .p
        mov eax, [0x8A]
        rshow "idtr", eax
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword CODE0:back_again

r_far:  retf
r_far32: o32 retf
r_far4: retf 4

; INT 30h: prints its frame and the flags in the handler.
handler16:
        mov bp, sp
        pushfd
        pop eax
        and eax, 0x37700
        rshow "flags in the handler", eax
        movzx eax, word [bp]
        sub ax, enter_real
        rshow "ip pushed (from the start)", eax
        movzx eax, word [bp + 2]
        rshow "cs", eax
        movzx eax, word [bp + 4]
        and ax, 0x7700
        rshow "flags", eax
        iret
; INT 31h: where the frame is.
.stack: mov [cs:h_esp], esp
        iret

; From the stubs: vector, IP, CS, FLAGS on the stack.
report16:
        pushad
        mov bp, sp
        cld
        pushfd
        pop dword [cs:h_flags]
        mov byte [cs:r_faulted], 1
        mov si, [cs:r_name]
        call r_text
        mov si, h_vector
        call r_text
        mov eax, [bp + 32]
        mov cx, 2
        call r_hex
        mov si, h_ip
        call r_text
        mov ax, [bp + 34]
        sub ax, [cs:r_origin]
        call r_delta
        mov si, h_cs
        call r_text
        mov ax, [bp + 36]
        mov cx, 4
        call r_hex
        mov si, h_fl
        call r_text
        mov ax, [bp + 38]
        and ax, 0x7700
        call r_hex
        mov si, h_sp
        call r_text
        lea ax, [bp + 40]
        sub ax, [cs:r_sp]
        call r_delta
        mov al, 10
        call r_char
        popad
        mov ss, [cs:r_ss]
        mov sp, [cs:r_sp]
        push word 2
        push word RCODE
        push word [cs:r_resume]
        iret

        align 8, db 0x90
stubs16:
%assign vector 0
%rep 0x40
        push word vector
        jmp near report16
        align 8, db 0x90
%assign vector vector + 1
%endrep
        align 4, db 0
h_big: dd 0
h_after: dd 0
h_sp16: dd 0
h_esp:  dd 0
h_flags: dd 0
short_idt: dw 0x30 * 4 - 1
        dd VECTORS
tiny_idt: dw 9 * 4 - 1
        dd VECTORS
odd_idt: dw 0x30 * 4 + 2
        dd VECTORS
full_idt: dw 0x40 * 4 - 1
        dd VECTORS
h_vector: db ": v=", 0
h_ip:   db " ip=", 0
h_cs:   db " cs=", 0
h_fl:   db " fl=", 0
h_sp:   db " sp=", 0
        sixteen_ends
