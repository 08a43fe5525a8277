; Page faults of the stack: instructions that push, and deliveries.
;
; IRET pops EIP, then CS, then EFLAGS (SDM Vol. 2A, IRET, operation); Bochs reads CS before EIP.
;  Bochs:  iret from it: v=0e e=0004 eip=+05 cs=003b fl=10000 esp=+00271ff8 ss=0043 cr2=00401ffc
;  manual: iret from it: v=0e e=0004 eip=+05 cs=003b fl=10000 esp=+00271ff8 ss=0043 cr2=00401ff8
%include "common.inc"
S       equ 0x402000                    ; bottom of a stack whose lower neighbour 401000h is missing
main:   call paging_on
        mov dword [PT1 + 4], 0
        mov dword [PT1 + 12], PAGES + 0x3005 ; 403000h read-only
        mov eax, cr3
        mov cr3, eax
        igate 0x31, CODE3 - 3, main, 0xEE
        ring 3
        begin .a, "push"
        mov esp, S
        push eax
        done .a
        begin .b, "push across"
        mov esp, S + 2
        push eax
        done .b
        begin .c, "pushad across"
        mov esp, S + 12
        pushad
        done .c
        begin .d, "call"
        mov esp, S
        call main
        done .d
        begin .e, "enter"
        mov esp, S + 4
        enter 8, 0
        done .e
        begin .e2, "enter: only the room is missing"
        mov esp, S + 4
        mov ebp, 0x1234
        enter 0x10, 0
        done .e2
        show "ebp", ebp
        begin .f, "pop"
        mov esp, S - 4
        pop eax
        done .f
        begin .g, "pop across"
        mov esp, S - 2
        pop eax
        done .g
        begin .h, "popad across"
        mov esp, S - 8
        popad
        done .h
        begin .i, "int within ring 3"
        mov esp, S + 8
        int 0x31
        done .i
        begin .j, "read-only: push at 3"
        mov esp, 0x404000
        push eax
        done .j
        begin .k, "pop into a missing page"
        push eax
        pop dword [0x401000]
        done .k
        begin .l, "pop [esp] into the read-only page"
        mov esp, 0x403FF0
        pop dword [esp]
        done .l
        begin .m, "call far"
        mov esp, S + 4
        call CODE3:main
        done .m
        begin .n, "ret from it"
        mov esp, 0x401800
        ret
        done .n
        begin .o, "iret from it"
        mov esp, S - 8
        iretd
        done .o
        begin .p, "leave from it"
        mov ebp, 0x401800
        leave
        done .p
        show "ebp", ebp
        finish
