; Direct far jumps: each check of the target, at CPL 0 and 3.
%include "common.inc"
%macro jumps 0
        begin %%at_0, "code 0"
        jmp CODE0:%%at_0
        done %%at_0
        begin %%at_1, "code 0, rpl 3"
        jmp CODE0 + 3:%%at_1
        done %%at_1
        begin %%at_2, "code 1"
        jmp CODE1:%%at_2
        done %%at_2
        begin %%at_3, "code 3"
        jmp CODE3:%%at_3
        done %%at_3
        begin %%at_4, "code 3, rpl 0"
        jmp CODE3 - 3:%%at_4
        done %%at_4
        begin %%at_5, "conforming 0"
        jmp T0:%%at_5
        done %%at_5
        mov ecx, cs
        show "cs", ecx
        begin %%at_6, "conforming 0, rpl 3"
        jmp T0 + 3:%%at_6
        done %%at_6
        mov ecx, cs
        show "cs", ecx
        begin %%at_7, "conforming 3"
        jmp T1:%%at_7
        done %%at_7
        begin %%at_8, "not present, dpl 0"
        jmp T2:%%at_8
        done %%at_8
        begin %%at_9, "not present, dpl 3"
        jmp T3 + 3:%%at_9
        done %%at_9
        begin %%at_a, "data"
        jmp DATA3:%%at_a
        done %%at_a
        begin %%at_b, "null"
        jmp 0:%%at_b
        done %%at_b
        begin %%at_c, "beyond"
        jmp 0xFFF8:%%at_c
        done %%at_c
        begin %%at_d, "ldt descriptor"
        jmp LDT:%%at_d
        done %%at_d
        begin %%at_e, "ldt, empty"
        jmp 0x0F:%%at_e
        done %%at_e
        begin %%at_f, "beyond its limit, dpl 0"
        jmp T4:%%at_f
        done %%at_f
        begin %%at_g, "beyond its limit, dpl 3"
        jmp T5 + 3:%%at_g
        done %%at_g
        begin %%at_h, "execute-only"
        jmp T6 + 3:%%at_h
        done %%at_h
        begin %%at_i, "interrupt gate in the table"
        jmp T7 + 3:%%at_i
        done %%at_i
%endmacro
main:   desc T0, 0, 0xFFFFF, 0x9E, 12
        desc T1, 0, 0xFFFFF, 0xFE, 12
        desc T2, 0, 0xFFFFF, 0x1A, 12
        desc T3, 0, 0xFFFFF, 0x7A, 12
        desc T4, 0, 0xFFFF, 0x9A, 4
        desc T5, 0, 0xFFFF, 0xFA, 4
        desc T6, 0, 0xFFFFF, 0xF8, 12
        cgate T7, CODE3, main, 0xEE, 0
        say "at 0"
        jumps
        ring 3
        say "at 3"
        jumps
        finish
