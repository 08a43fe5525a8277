; title: The sieve of Eratosthenes
; title-zh: 埃拉托色尼筛法
; summary: Counts the primes below 2000 with one bit for each number: BTS, BT and a lot of memory accesses, none of them sensitive.
; summary-zh: 每个数用一位，数出 2000 以下的素数：BTS、BT 和许多内存访问，没有一个是敏感的。
; topic: compute
; order: 2
; outcome: exited 0
; serial: "303 primes below 2000, the last is 1999\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
LIMIT   equ 2000
BITMAP  equ USER_PAGE                   ; bit n is 1 when n is composite

start:  mov esp, KERNEL_STACK
        xor ebp, ebp                    ; how many primes
        mov ebx, 2
.next:  bt [BITMAP], ebx
        jc .composite
        inc ebp
        mov edi, ebx                    ; the last prime so far
        mov eax, ebx
        mul ebx                         ; its multiples, from its square on
.strike:
        cmp eax, LIMIT
        jae .composite
        bts [BITMAP], eax
        add eax, ebx
        jmp .strike
.composite:
        inc ebx
        cmp ebx, LIMIT
        jb .next

        mov eax, ebp
        call put_decimal
        print " primes below 2000, the last is "
        mov eax, edi
        call put_decimal
        print 10
        exit 0

%include "lib/console.inc"
