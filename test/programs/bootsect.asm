; bootsect - a floppy boot sector for machines that load no Multiboot image. Reads
; `sectors` sectors that follow it to 0x10000, switches to
; protected mode, moves them to 0x100000 and enters the image in the Multiboot-1
; state (EAX = 0x2BADB002, flat segments, paging off, IF off).
BITS 16
ORG 0x7C00
        jmp short go
        nop
sectors: dw 1                       ; patched by the host: file offset 3
entry:   dd 0x100000                ; patched by the host: file offset 5
go:     cli
        xor ax, ax
        mov ds, ax
        mov ss, ax
        mov sp, 0x7C00
        mov [drive], dl
        in al, 0x92                 ; A20
        or al, 2
        and al, 0xFE
        out 0x92, al
        mov ax, 0x1000
        mov es, ax
        mov si, 1                   ; linear sector number
.next:  mov ax, si
        xor dx, dx
        mov bx, 18
        div bx
        mov cl, dl
        inc cl                      ; sector 1..18
        mov dh, al
        and dh, 1                   ; head
        shr ax, 1
        mov ch, al                  ; cylinder
        mov dl, [drive]
        xor bx, bx
        mov ax, 0x0201
        int 0x13
        jc .next
        mov ax, es
        add ax, 0x20
        mov es, ax
        inc si
        mov ax, si
        dec ax
        cmp ax, [sectors]
        jb .next
        mov dx, 0x3FB               ; COM1: 115200 baud, 8 bits, no parity, FIFO on
        mov al, 0x80
        out dx, al
        mov dx, 0x3F8
        mov al, 1
        out dx, al
        inc dx
        mov al, 0
        out dx, al
        mov dx, 0x3FB
        mov al, 3
        out dx, al
        dec dx
        mov al, 7
        out dx, al
        cli
        mov al, 0xFF                ; both interrupt controllers mask everything
        out 0x21, al
        out 0xA1, al
        lgdt [gdt_desc]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 0x08:flat
BITS 32
flat:   mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov ss, ax
        cld
        movzx ecx, word [sectors]
        shl ecx, 7
        mov esi, 0x10000
        mov edi, 0x100000
        rep movsd
        mov eax, 0x2BADB002
        xor ebx, ebx
        jmp dword [entry]
align 8
gdt:    dq 0
        dq 0x00CF9A000000FFFF
        dq 0x00CF92000000FFFF
gdt_desc: dw 23
        dd gdt
drive:  db 0
        times 510 - ($ - $$) db 0
        dw 0xAA55
