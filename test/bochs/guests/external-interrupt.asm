; The timer's interrupt taken at each ring: stack, frame, IF; it waits while IF is clear.
%include "common.inc"
%macro from 1
        call request
        push dword 0x3002               ; IOPL 3, so that STI may
        popfd
        ring %1
        mov ebp, esp
        sti
        nop
        nop
        cli
        ring 0
        push dword 2
        popfd
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
        from 0
        from 1
        from 2
        from 3
        ; The gate's DPL is not asked, and TF of the frame is kept.
        call request
        mov ebp, esp
        mov byte [t_steps], 3
        begin .tf, "under tf"
        push dword 0x302
        popfd
        nop
        nop
        done .tf
        push dword 2
        popfd
        mov al, 0xFF
        out 0x21, al
        finish
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
timer:  mov ecx, ebp
        sub ecx, esp
        show "esp below", ecx
        show " cs", [esp + 4]
        mov eax, [esp + 8]
        and eax, 0x37700
        show " flags", eax
        pushfd
        pop eax
        and eax, 0x37700
        show " flags inside", eax
        mov al, 0x20
        out 0x20, al
        iretd
