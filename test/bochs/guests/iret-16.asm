; The 16-bit forms of IRET, RETF and CALL far, and of gates.
%include "common.inc"
main:   desc T0, HERE, 0xFFFF, 0x9B, 4
        igate 0x31, T0, .handler - entry, 0xE6
        igate 0x32, CODE0, .wide, 0xEE
        mov edi, esp
        jmp T0:.in - entry
.in:    int 0x31
        jmp CODE0:.flat
.flat:  mov eax, edi
        sub eax, esp
        show "stack after iretw, off by", eax
        mov ebx, [AREA + 0x40]
        show "frame of a 16-bit gate", ebx
        show "ip", [AREA + 0x44]
        show "cs", [AREA + 0x48]
        jmp T0:.in2 - entry
.in2:   push word T0
        push word .in3 - entry
        o16 retf
.in3:   call word .near - entry
.in3a:  jmp CODE0:.flat2
.flat2: mov eax, edi
        sub eax, esp
        show "after retf and call, off by", eax
        push word 0x0002
        push word T0
        push word .in4 - entry
        jmp T0:.in5 - entry
.in5:   o16 iret
.in4:   jmp CODE0:.flat3
.flat3: mov eax, edi
        sub eax, esp
        show "after iretw, off by", eax
        finish
.near:  o16 ret
.wide:  iretd
.handler:
        mov eax, edi
        sub eax, esp
        mov [AREA + 0x40], eax
        movzx eax, word [esp]
        sub eax, .in - entry
        mov [AREA + 0x44], eax
        movzx eax, word [esp + 2]
        mov [AREA + 0x48], eax
        o16 iret
