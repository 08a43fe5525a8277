; LAR, LSL, VERR and VERW over every descriptor type, at CPL 0 and 3: ZF and the value.
%include "common.inc"
main:   mov dword [AREA + 0x100], 0     ; the type, S in bit 4
        call types
        ring 3
        say "at 3"
        mov dword [AREA + 0x100], 0
        call types
        ring 0
        say "selectors"
        mov bx, 0
        call one
        mov bx, 3
        call one
        mov bx, 0xFFF8
        call one
        mov bx, LDT
        call one
        mov bx, 0x0C
        call one
        mov bx, CODE0 + 3
        call one
        mov bx, CODE3
        call one
        mov bx, CODE3 - 3
        call one
        mov bx, DATA1 + 2
        call one
        desc T0, 0, 0xABCDE, 0xF3, 15
        mov bx, T0
        call one
        desc T0, 0, 0xABCDE, 0x73, 4
        call one
        desc T0, 0x12345678, 0xFFFFF, 0x9F, 13
        mov bx, T0 + 3
        call one
        finish

; A descriptor of each type with DPL 0 and with DPL 3.
types:
.next:  mov al, [AREA + 0x100]
        or al, 0x80
        mov [gdt + T0 + 5], al
        mov byte [gdt + T0 + 6], 0x4A
        mov word [gdt + T0], 0x1234
        mov eax, [AREA + 0x100]
        show "type", eax
        mov bx, T0
        call one
        or byte [gdt + T0 + 5], 0x60
        mov bx, T0 + 3
        call one
        inc dword [AREA + 0x100]
        cmp dword [AREA + 0x100], 32
        jb .next
        ret

; BX: a selector.
one:    xor eax, eax
        mov ecx, 0x77777777
        lar ecx, bx
        setz al
        mov edx, 0x77777777
        lsl edx, bx
        setz ah
        movzx edi, ax
        verr bx
        setz al
        verw bx
        setz ah
        shl eax, 16
        or edi, eax
        show " verw, verr, lsl, lar", edi
        show "  lar", ecx
        show "  lsl", edx
        mov ecx, 0x77777777
        mov edx, 0x77777777
        lar cx, bx
        lsl dx, bx
        show "  lar 16", ecx
        show "  lsl 16", edx
        ret
