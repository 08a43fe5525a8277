; What an exit loads into the host, whatever was there: tables, segments, flags, DR7; and what it saves of the guest.
%include "vmx-common.inc"
cases:  case "the host behind an exit"
        put GUEST_RFLAGS, 0x4CD7
        put GUEST_DR7, 0x455
        put GUEST_GDTR_LIMIT, 0x123
        put GUEST_IDTR_LIMIT, 0x45
        put HOST_FS_BASE, 0x12340000
        put HOST_RIP, looks
        put HOST_GS_SELECTOR, 0
        put HOST_SYSENTER_CS, 0x1234
        put HOST_SYSENTER_ESP, 0x56789ABC
        put HOST_SYSENTER_EIP, 0xDEF01234
        guest .look
        cpuid
        back .look
        case "what is saved of the guest"
        guest .saved
        xor eax, eax
        mov gs, ax
        mov ax, DATA0
        mov fs, ax
        lldt [null]
        std
        cpuid
        cld
        back .saved
        show_field "GS", GUEST_GS_SELECTOR
        mov ecx, GUEST_GS_ACCESS_RIGHTS
        vmread eax, ecx
        and eax, 0x10000
        show "unusable", eax
        show_field "FS", GUEST_FS_SELECTOR
        show_field "FS rights", GUEST_FS_ACCESS_RIGHTS
        show_field "FS limit", GUEST_FS_LIMIT
        show_field "CS rights", GUEST_CS_ACCESS_RIGHTS
        show_field "SS rights", GUEST_SS_ACCESS_RIGHTS
        show_field "TR rights", GUEST_TR_ACCESS_RIGHTS
        mov ecx, GUEST_LDTR_ACCESS_RIGHTS
        vmread eax, ecx
        and eax, 0x10000
        show "LDTR unusable", eax
        show_field "DR7", GUEST_DR7
        case "CPL 3: SS.DPL says it"
        guest .user
        ring 3
        cpuid
        back .user
        show_field "CS", GUEST_CS_SELECTOR
        show_field "CS rights", GUEST_CS_ACCESS_RIGHTS
        show_field "SS", GUEST_SS_SELECTOR
        show_field "SS rights", GUEST_SS_ACCESS_RIGHTS
        finish
null:   dw 0

%macro msr 2
        mov ecx, %2
        rdmsr
        show %1, eax
%endmacro
; HOST_RIP of the first case: looks before anything is loaded.
looks:  pushfd
        pop edi
        mov ax, fs
        lea esp, [esp - 8]
        sgdt [esp]
        movzx ebp, word [esp]
        sidt [esp]
        movzx esi, word [esp]
        lea esp, [esp + 8]
        show "flags", edi
        show "GDTR limit", ebp
        show "IDTR limit", esi
        mov eax, dr7
        show "DR7", eax
        mov ax, DATA0
        lsl ebx, eax
        str ax
        movzx eax, ax
        show "TR", eax
        sldt ax
        movzx eax, ax
        show "LDTR", eax
        mov ax, gs
        movzx eax, ax
        show "GS", eax
        mov eax, [HERE]
        mov ebx, [fs:HERE - 0x12340000]
        sub eax, ebx
        show "FS.base", eax
        msr "SYSENTER_CS", 0x174
        msr "SYSENTER_ESP", 0x175
        msr "SYSENTER_EIP", 0x176
        mov al, [tss - gdt + gdt]
        try "a read by GS", mov al, [gs:0]
        jmp case_end
