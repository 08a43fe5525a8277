; The monitor trap flag: an exit behind every instruction, and behind every delivery.
; bochs: none: version 2.7 does not offer the control in IA32_VMX_PROCBASED_CTLS
%include "vmx-common.inc"
cases:  igate 0x21, CODE0, handler, 0xEE
        case "instructions"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        after again
        guest .plain
        nop
        mov eax, 1
        push eax
        pop ebx
        jmp .jump
.sub:   ret
.jump:  call .sub
        nop
        back .plain
        case "a string instruction: each iteration"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        after again
        guest .string
        mov ecx, 3
        mov edi, AREA
        rep stosb
        nop
        back .string
        case "int n: where its handler begins"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        after again
        guest .int
        int 0x21
        nop
        back .int
        case "a fault: where its handler begins"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        igate 6, CODE0, skip_two, 0x8E
        after again
        guest .ud
        ud2
        nop
        back .ud
        case "an injected interrupt: behind its delivery"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000021
        put GUEST_RFLAGS, 0x202
        after again
        guest .injected
        nop
        back .injected
        case "an instruction that exits by itself"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        after by_itself
        guest .cpuid
        cpuid
        nop
        back .cpuid
        case "blocking by MOV SS and STI does not hold it back"
        on PRIMARY_CONTROLS, MONITOR_TRAP_FLAG
        after again
        guest .ss
        mov eax, DATA0
        mov ss, eax
        nop
        sti
        nop
        cli
        back .ss
        case "pending MTF injected: an exit before the first instruction"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000700
        after again
        guest .pending
        nop
        back .pending
        case "type 7 with another vector is refused"
        put ENTRY_INTERRUPTION_INFORMATION, 0x80000701
        enter_only
        finish

handler:
        iretd
skip_two:
        add dword [esp], 2
        iretd

again:  mov eax, AGAIN
        ret
by_itself:
        mov eax, AGAIN
        cmp dword [v_reason], REASON_CPUID
        jne .end
        mov eax, SKIP
.end:   ret
