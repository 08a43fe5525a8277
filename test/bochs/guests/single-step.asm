; TF: which instructions are stepped, what the frames show, and where stepping stops.
;
; A trap after an iteration of REP that is not the last has RF set in its frame (SDM Vol. 3, 17.3.1.1); Bochs leaves it.
;  Bochs:    step eip=+17 cs=0008 fl=00100 dr6=4000
;  manual:   step eip=+17 cs=0008 fl=10100 dr6=4000
;  Bochs:    step eip=+17 cs=0008 fl=00100 dr6=4000
;  manual:   step eip=+17 cs=0008 fl=10100 dr6=4000
%include "common.inc"
%macro steps 1
        mov byte [t_steps], %1
        push dword 0x102
        popfd
%endmacro
main:   igate 0x31, CODE0, .handler, 0xEE
        begin .a, "popfd itself is not stepped, the next is"
        steps 3
        nop
        mov eax, 1
        inc eax
        nop
        done .a
        begin .b, "rep stosb: each iteration"
        mov edi, AREA
        mov ecx, 3
        steps 5
        rep stosb
        nop
        nop
        done .b
        begin .c, "int 31h: the handler runs without"
        steps 3
        int 0x31
        nop
        nop
        done .c
        begin .d, "popfd clears: stepped once more"
        push dword 2
        steps 4
        popfd
        nop
        nop
        done .d
        mov byte [t_steps], 0
        begin .e, "iretd sets: the first after it is stepped"
        mov byte [t_steps], 2
        push dword 0x102
        push cs
        push dword .e1
        iretd
.e1:    nop
        nop
        nop
        done .e
        begin .f, "pushfd shows tf"
        steps 2
        pushfd
        pop eax
        nop
        done .f
        and eax, 0x100
        show "tf", eax
        begin .g, "a fault comes without a step"
        steps 1
        ud2
        done .g
        push dword 2
        popfd
        mov byte [t_steps], 0
        begin .h, "a jump: eip of the target"
        steps 2
        jmp .h1
        ud2
.h1:    nop
        nop
        done .h
        begin .i, "call and ret"
        steps 3
        call .ret
        nop
        nop
        done .i
        begin .j, "int3"
        steps 2
        int3
        nop
        done .j
        push dword 2
        popfd
        mov byte [t_steps], 0
        begin .k, "icebp"
        mov byte [t_steps], 1
        db 0xF1
        nop
        done .k
        begin .l, "mov to dr6 under tf"
        xor eax, eax
        steps 2
        mov dr6, eax
        nop
        nop
        done .l
        ring 3
        begin .m, "at 3"
        steps 3
        nop
        nop
        nop
        nop
        done .m
        begin .n, "at 3: a refused instruction"
        steps 2
        nop
        cli
        done .n
        ring 0
        mov byte [t_steps], 0
        begin .o, "iretd to ring 3 with tf"
        mov byte [t_steps], 2
        push dword DATA3
        push dword STACK3
        push dword 0x102
        push dword CODE3
        push dword .o1
        iretd
.o1:    nop
        nop
        nop
        ring 0
        done .o
        begin .p, "cpuid, rdtsc, wbinvd"
        steps 4
        cpuid
        rdtsc
        wbinvd
        nop
        nop
        done .p
        finish
.handler:
        pushfd
        pop eax
        and eax, 0x100
        show "  tf in the handler", eax
        iretd
.ret:   ret
