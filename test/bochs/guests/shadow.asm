; The instruction after STI, MOV SS and POP SS is not interrupted; with the timer's interrupt pending before.
%include "common.inc"
%macro arm 0
        ; Channel 0 of the timer as a one-shot, and wait until its request is in the controller.
        call request
        mov dword [hits], 0
%endmacro
main:   igate 0x28, CODE0, timer, 0x8E
        mov al, 0x11
        out 0x20, al
        mov al, 0x28
        out 0x21, al
        mov al, 4
        out 0x21, al
        mov al, 1
        out 0x21, al
        mov al, 0xFE
        out 0x21, al
        arm
        mov esi, .a
        sti
        inc dword [count]
.a:     inc dword [count]
        cli
        call print
        arm
        mov esi, .b
        sti
        nop
.b:     nop
        cli
        call print
        arm
        mov esi, .c
        sti
        cli
.c:     nop
        call print
        sti
        nop
        nop
        cli
        call print
        arm
        mov esi, .d
        sti
        mov ax, ss
        mov ss, ax
        nop
.d:     nop
        cli
        call print
        arm
        mov esi, .e
        push dword 0x202
        popfd
.e:     nop
        nop
        cli
        call print
        arm
        mov esi, .f
        push dword 0x202
        push cs
        push dword .f
        iretd
.f:     nop
        nop
        cli
        call print
        arm
        mov esi, .g
        sti
        sti
.g:     nop
        cli
        call print
        arm
        mov esi, .h
        sti
        hlt
.h:     nop
        cli
        call print
        arm
        mov esi, .i
        push ss
        mov dword [spot], 0
        sti
        pop ss
        nop
.i:     nop
        cli
        call print
        mov al, 0xFF
        out 0x21, al
        finish

; Asks for IRQ 0 and waits for it with interrupts off.
request:
        mov al, 0x30
        out 0x43, al
        mov al, 0x10
        out 0x40, al
        xor al, al
        out 0x40, al
.wait:  mov al, 0x0A
        out 0x20, al
        in al, 0x20
        test al, 1
        jz .wait
        ret

timer:  push eax
        inc dword [hits]
        mov eax, [esp + 4]
        sub eax, esi
        mov [spot], eax
        mov al, 0x20
        out 0x20, al
        pop eax
        iretd

print:  show "interrupts", [hits]
        mov eax, [spot]
        show " at, relative to the mark", eax
        ret

hits:   dd 0
spot:   dd 0
count:  dd 0
