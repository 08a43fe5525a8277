; Runs single instructions on random operands and prints, for each, a checksum of what they left behind: general
; registers, flags and 128 bytes of memory. The same image runs on this machine and on another; the lines must be equal.
; The harness appends the table: `cases:`, then for each instruction a byte of length, a byte of options (below) and 14
; bytes of code; a length of 0 ends it. `DETAIL` (defined before this text) prints every state instead of a checksum.
BITS 32
ORG 0x100000
ITERATIONS equ 16
AREA_DWORDS equ 32
POINTERS equ 1          ; ESI and EDI point into the area
SMALL_COUNT equ 2       ; ECX is cut to three bits
SMALL_BIT equ 4         ; EBX is cut to eight bits, as a bit number
FRAME equ 8             ; EBP points into the area

start:  mov esp, stack_top
        lgdt [gdt_pointer]
        jmp 0x08:flat
flat:   mov eax, 0x10
        mov ds, eax
        mov es, eax
        mov ss, eax
        mov eax, divide_error
        mov [idt], ax
        mov word [idt + 2], 0x08
        mov word [idt + 4], 0x8e00
        shr eax, 16
        mov [idt + 6], ax
        lidt [idt_pointer]
        mov ebp, cases

next_case:
        cmp byte [ebp], 0
        je near finish
        mov edi, slot
        lea esi, [ebp + 2]
        movzx ecx, byte [ebp]
        mov edx, 15
        sub edx, ecx
        cld
        rep movsb
        mov ecx, edx
        mov al, 0x90
        rep stosb
        mov dword [checksum], 0x811c9dc5
        mov dword [seed], 0x2545f491
        mov dword [left], ITERATIONS

iteration:
        mov ecx, (registers_end - registers) / 4 + AREA_DWORDS
        mov edi, registers
.fill:  call random
        stosd
        dec ecx
        jnz .fill
        and dword [flags], 0xcd5
        or dword [flags], 2
        mov al, [ebp + 1]
        test al, POINTERS
        jz .count
        mov dword [esi_], area + 60
        mov dword [edi_], area + 64
.count: test al, SMALL_COUNT
        jz .bit
        and dword [ecx_], 7
.bit:   test al, SMALL_BIT
        jz .frame
        and dword [ebx_], 255
.frame: test al, FRAME
        jz .load
        mov dword [ebp_], area + 100
.load:  mov [saved_ebp], ebp
        mov esp, stack_top
        push dword [flags]
        popfd
        mov eax, [eax_]
        mov ecx, [ecx_]
        mov edx, [edx_]
        mov ebx, [ebx_]
        mov ebp, [ebp_]
        mov esi, [esi_]
        mov edi, [edi_]
        mov esp, area + 64
        jmp near slot

; #DE: marks the state, then goes on as if the instruction had ended.
divide_error:
        mov esp, area + 64
        xor ebp, 0x5a5a5a5a
after:  mov [eax_], eax
        mov [ecx_], ecx
        mov [edx_], edx
        mov [ebx_], ebx
        mov [ebp_], ebp
        mov [esi_], esi
        mov [edi_], edi
        mov [esp_], esp
        mov esp, stack_top
        pushfd
        pop dword [flags]
        cld
        and dword [flags], 0xcd5
        mov ebp, [saved_ebp]
        mov esi, registers
        mov ecx, (registers_end - registers) / 4 + AREA_DWORDS
.fold:  lodsd
%ifdef DETAIL
        call print
        mov al, ' '
        out 0xe9, al
%else
        xor eax, [checksum]
        imul eax, eax, 0x01000193
        rol eax, 7
        mov [checksum], eax
%endif
        dec ecx
        jnz .fold
%ifdef DETAIL
        mov al, 10
        out 0xe9, al
%endif
        dec dword [left]
        jnz near iteration
%ifndef DETAIL
        mov eax, [checksum]
        call print
        mov al, 10
        out 0xe9, al
%endif
        add ebp, 16
        jmp near next_case

finish: mov esi, end_text
.next:  lodsb
        test al, al
        jz .stop
        out 0xe9, al
        jmp short .next
; The exit port ends this machine; Bochs is switched off by a word at port 8900h.
.stop:  xor eax, eax
        out 0xf4, al
        mov edx, 0x8900
        mov esi, off_text
        mov ecx, 8
        rep outsb
.halt:  cli
        hlt
        jmp short .halt
off_text: db "Shutdown"
end_text: db "end", 10, 0

; A random number in EAX; every fourth is one from the edges.
random: mov eax, [seed]
        mov edx, eax
        shl edx, 13
        xor eax, edx
        mov edx, eax
        shr edx, 17
        xor eax, edx
        mov edx, eax
        shl edx, 5
        xor eax, edx
        mov [seed], eax
        test eax, 0x30000
        jnz .done
        shr eax, 20
        and eax, 15
        mov eax, [edges + eax * 4]
.done:  ret
edges:  dd 0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0x80, 0x7f, 0xff
        dd 0x8000, 0x7fff, 0xffff, 9, 0x99999999, 0x11, 31, 16

; Prints EAX as eight hexadecimal digits.
print:  push ecx
        mov ecx, 8
.digit: rol eax, 4
        push eax
        and al, 15
        cmp al, 10
        jb .low
        add al, 'a' - '0' - 10
.low:   add al, '0'
        out 0xe9, al
        pop eax
        dec ecx
        jnz .digit
        pop ecx
        ret

        align 8
gdt:    dq 0
        dq 0x00cf9a000000ffff
        dq 0x00cf92000000ffff
gdt_pointer: dw 23
        dd gdt
idt_pointer: dw 7
        dd idt
        align 4
idt:    dd 0, 0
checksum: dd 0
seed:   dd 0
left:   dd 0
saved_ebp: dd 0
registers:
eax_:   dd 0
ecx_:   dd 0
edx_:   dd 0
ebx_:   dd 0
ebp_:   dd 0
esi_:   dd 0
edi_:   dd 0
esp_:   dd 0
flags:  dd 0
registers_end:
area:   times AREA_DWORDS dd 0
        times 64 dd 0
stack_top:
        align 16
slot:   times 15 nop
        jmp near after
