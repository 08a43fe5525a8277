; Task switches exit always: CALL, JMP, IRET, and a task gate by INT n and by an exception. Faults that come before.
%include "vmx-common.inc"
OTHER   equ T0                          ; an available TSS
BUSY    equ T1
GATE    equ T2
ABSENT  equ T3
cases:  desc OTHER, AREA, 0x67, 0x89, 0
        desc BUSY, AREA + 0x100, 0x67, 0x8B, 0
        desc ABSENT, AREA, 0x67, 0x09, 0
        cgate GATE, OTHER, 0, 0x85, 0
        igate 0x22, OTHER, 0, 0xE5
        igate 6, OTHER, 0, 0x85
        igate 13, OTHER, 0, 0x85
        case "call, jmp"
        after skip_task
        guest .far
        call OTHER:0x1234
        jmp OTHER:0x5678
        call GATE:0
        jmp GATE:0
        back .far
        case "int n by a task gate"
        go int 0x22
        case "int n by a task gate at CPL 3"
        guest .user
        ring 3
        int 0x22
        back .user
        case "an exception by a task gate"
        guest .ud
        nop
        ud2
        back .ud
        case "one with an error code"
        guest .gp
        mov ds, [bad]
        back .gp
        case "iret with NT"
        mov word [tss], BUSY
        guest .iret
        push dword 0x4002
        popfd
        nop
        iretd
        back .iret
        mov word [tss], 0
        case "busy, not present, not a TSS: faults in the guest"
        desc T4, 0, 0, 0x82, 0
        igate 13, CODE0, stubs + 13 * 16, 0x8E
        guest .faults
        try "call busy", call BUSY:0
        try "jmp absent", jmp ABSENT:0
        try "call beyond the GDT", call 0x400:0
        try "call ldt", call T4:0
        back .faults
        case "at CPL 3 the descriptor's DPL counts first"
        guest .dpl
        ring 3
        try "call", call OTHER:0
        back .dpl
        case "an external interrupt by a task gate, injected"
        put GUEST_RFLAGS, 0x202
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000022
        enter_only
        case "a software interrupt, injected"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000422
        put ENTRY_INSTRUCTION_LENGTH, 2
        enter_only
        finish

; Skips CALL, JMP and IRET.
skip_task:
        mov ecx, EXIT_QUALIFICATION
        vmread eax, ecx
        shr eax, 30
        cmp eax, 3
        mov eax, SKIP
        jne .end
        mov eax, END_CASE
.end:   ret
bad:    dw 0x1000
