; title: SLDT in user code reads the real LDTR
; title-zh: 用户代码里的 SLDT 读出真实的 LDTR
; summary: The kernel has loaded its LDT by selector 0030. The processor has the VMM's shadow of it, by a selector of the VMM's, which SLDT gives to anybody who asks at ring 3.
; summary-zh: 内核用选择子 0030 装载了自己的 LDT。处理器里却是 VMM 的影子 LDT，用的是 VMM 的选择子；环 3 的任何程序问 SLDT，都会得到它。
; topic: sensitive
; order: 22
; outcome: exited 0
; serial: "LDTR is 0030\n"
; trap-and-emulate: differs at SLDT property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "LDTR is not what the kernel loaded\n"
; binary-translation: differs at SLDT property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "LDTR is not what the kernel loaded\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        mov dword [gdt + FREE], 7       ; limit: one descriptor
        mov dword [gdt + FREE + 4], 0x8200
        mov eax, local
        mov edi, gdt + FREE
        call set_base
        mov eax, FREE
        lldt ax
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; What the user program has seen is in EBX.
told:   cmp ebx, FREE
        jne .other
        print "LDTR is 0030", 10
        exit 0
.other: print "LDTR is not what the kernel loaded", 10
        exit 1

user:   sldt ebx
        int 0x80

        align 8
local:  dq 0x00CFF2000000FFFF           ; user data

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
