/**
 * A guest with 16-bit code in real-address mode: a section that is copied to where its labels say. `paragraph` is what CS
 * holds there; offsets are label - 16 * paragraph. At `mid` it has been interrupted in a near and a far call; at `end` it
 * is back in protected mode.
 */
export function realModeGuest(paragraph: number): string {
  return `P       equ ${paragraph}
B       equ P * 16
LOW     equ 0x7c00
        bits 32
        org 0x100000
start:  cli
        mov esi, image
        mov edi, LOW
        mov ecx, image_end - LOW
        rep movsb
        mov word [0x60 * 4], service - B
        mov word [0x60 * 4 + 2], P
        lgdt [gdtr]
        lidt [ivt]
        jmp 0x18:switch - B

        align 8
gdt:    dq 0
        dq 0x00cf9b000000ffff, 0x00cf93000000ffff
        dw 0xffff, B & 0xffff           ; 18: 16-bit code where CS will be
        db B >> 16, 0x9b, 0, 0
        dq 0x000093000000ffff           ; 20: 64 KiB of data
gdtr:   dw gdtr - gdt - 1
        dd gdt
ivt:    dw 0x3ff
        dd 0
back:   mov ax, 0x10
        mov ds, ax
        mov al, 0
        out 0xf4, al

        align 16
image:
section .low vstart=0x7c00 align=16
        bits 16
switch: mov ax, 0x20
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov eax, cr0
        and al, 0xfe
        mov cr0, eax
stale:  jmp P:real - B
real:   mov ax, P
        mov ds, ax
        xor ax, ax
        mov ss, ax
        mov sp, 0x7000
        xor bp, bp
        mov cx, 3
near_call:
        call near_one
after:  nop
far_call:
        call P:far_one - B
last:   call top
        int 0x60
        mov eax, cr0
        or al, 1
        mov cr0, eax
end:    jmp dword 0x08:back
near_one:
        push bp
        mov bp, sp
        push word 0x1234
        int 0x60
ret_one: pop ax
        pop bp
        ret
far_one: push bp
        mov bp, sp
inside: call near_one
        pop bp
        retf
service: inc word [counter - B]
mid:    nop
        iret
top:    ret
counter: dw 0
image_end:
`;
}

/** A guest whose ring 0 runs code in virtual-8086 mode, which it leaves by INT 30h. */
export const virtual8086Guest = `LOW     equ 0x7c00
        bits 32
        org 0x100000
start:  mov esp, 0x180000
        mov esi, image
        mov edi, LOW
        mov ecx, image_end - LOW
        rep movsb
        mov eax, tss
        mov [gdt + 0x1a], ax
        shr eax, 16
        mov [gdt + 0x1c], al
        lgdt [gdtr]
        jmp 8:.flat
.flat:  mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov eax, handler
        mov [idt + 0x30 * 8], ax
        shr eax, 16
        mov [idt + 0x30 * 8 + 6], ax
        lidt [idtr]
        mov ax, 0x18
        ltr ax
        mov dword [tss + 4], 0x170000
        push dword 0x44                 ; GS
        push dword 0x33
        push dword 0x22
        push dword 0x11                 ; ES
        push dword 0x500                ; SS
        push dword 0x1000
        push dword 0x23002              ; VM, IOPL 3
        push dword 0x7c0                ; CS
        push dword v86 - LOW
go86:   iret

handler: nop
        mov al, 0
        out 0xf4, al

        align 8
gdt:    dq 0
        dq 0x00cf9b000000ffff, 0x00cf93000000ffff
        dw 0x67, 0
        db 0, 0x89, 0, 0
gdtr:   dw gdtr - gdt - 1
        dd gdt
idt:    times 0x30 dq 0
        dw 0, 8
        db 0, 0xee
        dw 0
idtr:   dw idtr - idt - 1
        dd idt
        align 4
tss:    dd 0, 0, 0x10
        times 22 dd 0
        dd 0x680000
        align 16
image:
section .low vstart=0x7c00 align=16
        bits 16
v86:    mov ax, 0x1234
        mov ds, ax
        call 0x700:v_far - 0x7000
v_int:  int 0x30
v_far:  push bp
v_mid:  pop bp
        retf
image_end:
`;
