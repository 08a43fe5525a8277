; The start of an option ROM: Bochs's BIOS calls it early, and it hands over to the image that stands behind it as a
; Multiboot loader would (EAX = 2BADB002h, flat segments, paging off, interrupts off), with the image at 100000h.
; The harness writes the image's length in dwords at offset 4, and the ROM's size and checksum.
BITS 16
ORG 0
ROM_LINEAR equ 0xD0000
        db 0x55, 0xAA
        db 0                            ; ROM size in units of 512 bytes
        jmp short begin_
        align 8, db 0
count:  dd 0                            ; offset 8
begin_: cli
        in al, 0x92
        or al, 2
        and al, 0xFE
        out 0x92, al
        o32 lgdt [cs:table]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 0x08:ROM_LINEAR + flat
BITS 32
flat:   mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov fs, ax
        mov gs, ax
        mov ss, ax
        mov esp, 0x7C00
        cld
        mov ecx, [ROM_LINEAR + count]
        mov esi, ROM_LINEAR + image
        mov edi, 0x100000
        rep movsd
        mov eax, 0x2BADB002
        xor ebx, ebx
        mov edx, 0x100000
        jmp edx
        align 8, db 0
gdt:    dq 0
        dq 0x00CF9A000000FFFF
        dq 0x00CF92000000FFFF
table:  dw 23
        dd ROM_LINEAR + gdt
        align 16, db 0
image:
