; title: isPrime(49), translated as in 2006
; title-zh: isPrime(49)：2006 年论文中的翻译示例
; summary: The worked example of Adams and Agesen's paper: 16 instructions in five basic blocks. Of 49 four blocks run, so binary translation makes four units and never looks at "return 1"; two jumps fall away, two lead straight on, and two stay what they were: questions to the translator that nobody has asked.
; summary-zh: Adams 和 Agesen 论文中的示例：16 条指令，五个基本块。对 49 只会执行其中四块，所以二进制翻译只产生四个翻译单元，从不去看“return 1”；两个跳转被省去，两个直接链接，还有两个保持原样：等着问翻译器，却从未被执行。
; topic: compute
; order: 7
; outcome: exited 0
; serial: "49 is not a prime\n"
; trap-and-emulate: equivalent
; binary-translation: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov edi, 49
        call is_prime
        test eax, eax
        jnz .prime
        print "49 is not a prime", 10
        exit 0
.prime: print "49 is a prime", 10
        exit 1

; K. Adams, O. Agesen: A Comparison of Software and Hardware Techniques for x86 Virtualization, ASPLOS 2006, 3.1.
;
;       int isPrime(int a) {
;           for (int i = 2; i < a; i++) {
;               if (a % i == 0) return 0;
;           }
;           return 1;
;       }
;
; EDI = a, gives EAX = 1 if it is a prime, else 0. Changes ECX, EDX, ESI. The paper's code for 64 bits is the same.
is_prime:
        mov ecx, edi                    ; ECX = a
        mov esi, 2                      ; i = 2
        cmp esi, ecx                    ; is i >= a?
        jge .prime                      ; then it has no divisor: a continuation that is left over
.nexti: mov eax, ecx
        cdq
        idiv esi                        ; a % i
        test edx, edx                   ; is the remainder 0?
        jz .not_prime                   ; at i = 7: from then on it leads straight to its unit
        inc esi                         ; i++
        cmp esi, ecx
        jl .nexti                       ; its unit was there when this was translated
.prime: mov eax, 1                      ; never translated
        ret
.not_prime:
        xor eax, eax
        ret

%include "lib/console.inc"
