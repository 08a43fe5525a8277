; Which instructions write to memory: with WP set and a read-only page, every one that does says W=1 at once.
%include "common.inc"
P1      equ 0x400000
main:   call paging_on
        mov dword [PT1], PAGES + 5
        mov eax, cr0
        or eax, 0x10000
        mov cr0, eax
        mov eax, cr3
        mov cr3, eax
        xor eax, eax
        mov ecx, 1
        try "add", add [P1], eax
        try "adc byte", adc byte [P1], 1
        try "and", and [P1], ax
        try "cmp", cmp [P1], eax
        try "test", test [P1], eax
        try "not", not dword [P1]
        try "neg", neg word [P1]
        try "inc", inc byte [P1]
        try "dec", dec dword [P1]
        try "shl by 0", shl dword [P1], 0
        try "shl by cl", shl dword [P1], cl
        try "rol by 32", rol dword [P1], 32
        try "shld by 0", shld [P1], eax, 0
        try "shrd by 1", shrd [P1], eax, 1
        try "xchg", xchg [P1], eax
        try "xadd", xadd [P1], eax
        mov eax, 5
        try "cmpxchg, different", cmpxchg [P1], ecx
        try "cmpxchg8b, different", cmpxchg8b [P1]
        try "bt", bt dword [P1], 3
        try "bts", bts dword [P1], 3
        try "btr", btr dword [P1], 3
        try "setc", setc [P1]
        try "mov", mov [P1], eax
        try "mov moffs", mov [P1], al
        try "mov sreg", mov [P1], ds
        try "pop", call .pop
        try "movsx", movsx eax, byte [P1]
        try "mul", mul dword [P1]
        try "div", div dword [P1]
        try "imul", imul ecx, [P1], 3
        try "cmov, not taken", cmovc eax, [P1]
        try "sldt", sldt [P1]
        try "smsw", smsw [P1]
        try "sidt", sidt [P1]
        try "lock add", lock add [P1], eax
        mov edi, P1
        mov esi, P1
        try "stosb", stosb
        try "movsb", movsb
        try "cmpsb", cmpsb
        try "enter/leave apart: push of it", call .push
        try "arpl, nothing to do", arpl [P1], ax
        try "arpl, to change", arpl [P1], cx
        try "verr", verr [P1]
        try "lmsw", lmsw [P1 + 0x100]
        finish
.pop:   push dword 1
        pop dword [P1]
        ret
.push:  push dword [P1]
        pop eax
        ret
