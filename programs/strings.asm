; title: String instructions
; title-zh: 串指令
; summary: MOVS, STOS, SCAS, CMPS and LODS with their repeat prefixes. Each iteration is an instruction of its own to the clock, and a place where an interrupt may come in.
; summary-zh: 带重复前缀的 MOVS、STOS、SCAS、CMPS、LODS。对时钟来说每次迭代都是一条指令，也是中断可以插入的地方。
; topic: compute
; order: 4
; outcome: exited 0
; serial: "length 13\ncopy equal\nfirst difference at 7\nbackwards: gnisrever\n=====\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        cld                             ; addresses go up

        mov edi, text                   ; length: look for the zero byte
        mov al, 0
        mov ecx, -1
        repne scasb
        not ecx
        dec ecx                         ; without the zero byte
        print "length "
        mov eax, ecx
        call put_decimal
        print 10

        mov esi, text                   ; copy it with its zero byte, then compare
        mov edi, USER_PAGE
        inc ecx
        mov ebx, ecx
        rep movsb
        mov esi, text
        mov edi, USER_PAGE
        mov ecx, ebx
        repe cmpsb
        jne .wrong
        print "copy equal", 10

        mov byte [USER_PAGE + 7], '?'
        mov esi, text
        mov edi, USER_PAGE
        mov ecx, ebx
        repe cmpsb                      ; stops behind the first pair that differs
        je .wrong
        print "first difference at "
        lea eax, [esi - 1]
        sub eax, text
        call put_decimal
        print 10

        print "backwards: "
        mov esi, word_end - 1
        mov ecx, word_end - word_text
        std                             ; addresses go down
.next:  lodsb
        call put_char
        loop .next
        cld
        print 10

        mov edi, USER_PAGE
        mov al, '='
        mov ecx, 5
        rep stosb
        mov word [edi], 10              ; line feed and the zero byte
        mov esi, USER_PAGE
        call put_text
        exit 0
.wrong: exit 1

%include "lib/console.inc"
text:   db "thirteen keys", 0
word_text:
        db "reversing"
word_end:
