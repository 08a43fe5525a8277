; A 16-bit call gate: words are pushed and copied, and the offset has 16 bits.
%include "common.inc"
main:   desc T0, HERE, 0xFFFF, 0x9A, 4
        cgate T1, T0, .inner - entry, 0xE4, 2
        ring 3
        push word 0x111
        push word 0x222
        mov ebx, esp
        call T1:0xFFFF0000
        mov eax, cs
        show "back: cs", eax
        mov eax, esp
        sub eax, ebx
        show "back: esp moved by", eax
        finish
.inner: mov edi, esp
        jmp CODE0:.flat
.flat:  show "esp", edi
        movzx eax, word [edi + 2]
        show "return cs", eax
        movzx eax, word [edi + 4]
        show "argument 2", eax
        movzx eax, word [edi + 6]
        show "argument 1", eax
        movzx eax, word [edi + 8]
        show "outer sp", eax
        movzx eax, word [edi + 10]
        show "outer ss", eax
        ; The return IP has 16 bits: go to where the caller means.
        push dword DATA3
        push ebx
        push dword CODE3
        push dword .back
        retf
.back:  mov eax, esp
        sub eax, ebx
        show "by hand: esp moved by", eax
        finish
