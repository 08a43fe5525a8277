; title: A museum of exceptions
; title-zh: 异常博物馆
; summary: Provokes each exception a small kernel can meet, one after the other, and prints its vector and error code. One table row for each exhibit.
; summary-zh: 依次引发小内核可能遇到的每一种异常，打印其向量号和错误码。每件展品在表中占一行。
; topic: faults
; order: 2
; outcome: exited 0
; serial: "DE divide error: vector 0\nBP breakpoint: vector 3\nOF overflow: vector 4\nBR bound range: vector 5\nUD invalid opcode: vector 6\nTS invalid TSS: vector 10 error 00F0\nNP segment not present: vector 11 error 0030\nSS stack fault: vector 12 error 0000\nSS stack not present: vector 12 error 0038\nGP write to code: vector 13 error 0000\nGP beyond the table: vector 13 error 0FF8\nGP vector beyond IDT: vector 13 error 07FA\nPF page fault: vector 14 error 0002\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
ABSENT_DATA  equ FREE                   ; data segment, not present
ABSENT_STACK equ FREE + 8               ; the same for SS
SMALL_STACK  equ FREE + 16              ; a data segment that ends where our stack begins
RING_1       equ FREE + 24              ; code, DPL 1
CALL_GATE    equ FREE + 32              ; a call gate to it, DPL 3
HAS_ERROR    equ 0x27C00                ; the vectors that push an error code: 8, 10 to 14, 17

start:  mov esp, KERNEL_STACK
        mov dword [gdt + ABSENT_DATA], 0x0000FFFF
        mov dword [gdt + ABSENT_DATA + 4], 0x00CF1200
        mov dword [gdt + ABSENT_STACK], 0x0000FFFF
        mov dword [gdt + ABSENT_STACK + 4], 0x00CF1200
        mov dword [gdt + SMALL_STACK], 0x0000017F
        mov dword [gdt + SMALL_STACK + 4], 0x00C09200
        mov dword [gdt + RING_1], 0x0000FFFF
        mov dword [gdt + RING_1 + 4], 0x00CFBA00
        call segments_init
        call interrupts_init
        mov word [idt_pointer], 0xFF * 8 - 1            ; vector FF is beyond the limit
        lidt [idt_pointer]
        mov ebx, 0
        mov edx, stubs
.gates: mov eax, edx
        mov ecx, INTERRUPT_GATE
        call set_gate
        add edx, 8                      ; each stub takes eight bytes
        inc ebx
        cmp ebx, 15
        jb .gates
        mov eax, P + W + U
        call paging_init

        mov ebp, exhibits
.next:  mov esi, [ebp]
        test esi, esi
        jz .end
        call put_text
        mov eax, [ebp + 4]
        call eax                        ; comes back by way of the handler
        add ebp, 8
        jmp .next
.end:   exit 0

; One stub for each vector: pushes its number and joins the others.
        align 8
stubs:
%assign vector 0
%rep 15
        push byte vector
        jmp near caught
        align 8
%assign vector vector + 1
%endrep

; On the stack: vector, error code if there is one, EIP, CS, EFLAGS, and the return address of `call eax`.
caught: mov ecx, KERNEL_DATA
        mov ss, ecx                     ; one exhibit has spoilt it
        pop eax
        print ": vector "
        call put_decimal
        mov ecx, HAS_ERROR
        bt ecx, eax
        jnc .no_error
        print " error "
        pop eax
        call put_hex16
.no_error:
        print 10
        test byte [esp + 4], 3          ; from an outer ring?
        jz .same
        add esp, 8                      ; then ESP and SS are there too
.same:  add esp, 12                     ; give the interrupted exhibit up: EIP, CS, EFLAGS
        ret                             ; and go on behind `call eax`

exhibits:
        dd .de, divide, .bp, breakpoint, .of, overflow, .br, bounds, .ud, undefined
        dd .ts, no_stack, .np, absent, .ss, beyond_stack, .ss2, absent_stack
        dd .gp, write_code, .gp2, beyond_table, .gp3, beyond_idt, .pf, unmapped, 0
.de:    db "DE divide error", 0
.bp:    db "BP breakpoint", 0
.of:    db "OF overflow", 0
.br:    db "BR bound range", 0
.ud:    db "UD invalid opcode", 0
.ts:    db "TS invalid TSS", 0
.np:    db "NP segment not present", 0
.ss:    db "SS stack fault", 0
.ss2:   db "SS stack not present", 0
.gp:    db "GP write to code", 0
.gp2:   db "GP beyond the table", 0
.gp3:   db "GP vector beyond IDT", 0
.pf:    db "PF page fault", 0

divide: xor ecx, ecx
        div ecx
breakpoint:
        int3
overflow:
        mov al, 127
        inc al                          ; 128 does not fit in a signed byte
        into
bounds: mov eax, 10
        bound eax, [limits]
undefined:
        ud2
no_stack:
        mov eax, bounds                 ; ring 3 calls ring 1, whose stack in the TSS does not exist
        mov [gdt + CALL_GATE], ax
        shr eax, 16
        mov [gdt + CALL_GATE + 6], ax
        mov dword [gdt + CALL_GATE + 2], (USER_CALL_GATE << 24) + RING_1
        mov dword [tss + 16], 0xF0      ; SS1: beyond the table
        mov [tss + 4], esp              ; ESP0: the fault itself lands right here
        mov eax, USER_DATA
        mov ds, eax
        mov es, eax
        push eax
        push dword STACK_1
        push dword RESERVED_FLAG
        push dword USER_CODE
        push dword .user
        iretd
.user:  call CALL_GATE:0
absent: mov eax, ABSENT_DATA
        mov es, eax
beyond_stack:
        mov eax, SMALL_STACK
        mov ss, eax
        mov eax, [ebp + 0x100000]       ; EBP goes by SS; this is beyond its limit
absent_stack:
        mov eax, ABSENT_STACK
        mov ss, eax
write_code:
        mov [cs:limits], eax
beyond_table:
        mov eax, 0x0FF8
        mov fs, eax
beyond_idt:
        int 0xFF
unmapped:
        mov [0x800000], eax

        align 4
limits: dd 1, 9

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
