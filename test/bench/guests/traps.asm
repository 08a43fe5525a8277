; A user program that does little but call the kernel, fault and be interrupted, for ever.
BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, system_call, USER_TRAP_GATE
        gate 14, page_fault, INTERRUPT_GATE
        mov eax, P + W + U
        call paging_init
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

system_call:
        pushfd
        cli
        inc dword [calls]
        in al, 0x61
        popfd
        iretd

; Gives the page back that the kernel has taken away.
page_fault:
        push eax
        mov eax, cr2
        shr eax, 12
        or dword [PAGE_TABLE + eax * 4], P
        pop eax
        add esp, 4
        iretd

; Every 16th call is followed by a touch of a page; the kernel has no other way to take it away than here.
user:   mov ebx, 16
.call:  int 0x80
        add esi, 7
        dec ebx
        jnz .call
        and dword [PAGE_TABLE + (USER_PAGE >> 12) * 4], ~P
        inc edi
        mov eax, edi
        and eax, 0xFF
        shl eax, 12
        inc dword [eax + USER_PAGE - 0x100000 + 0x10000]
        inc dword [USER_PAGE]
        jmp user

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 4
calls:  dd 0
