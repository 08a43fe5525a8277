; title: SGDT in user code finds the real table
; title-zh: 用户代码里的 SGDT 找到真实的表
; summary: User code runs directly under binary translation, as it is written; so there SGDT still tells where the VMM has put its own descriptor table. To translate user code as well closes the leak, at a price.
; summary-zh: 在二进制翻译下，用户代码按原样直接执行；所以那里的 SGDT 仍会说出 VMM 把自己的描述符表放在哪里。把用户代码也翻译就能堵住泄露，但要付出代价。
; topic: sensitive
; order: 20
; outcome: exited 0
; serial: "the GDT is where the kernel put it\n"
; trap-and-emulate: differs at SGDT property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "the GDT is elsewhere\n"
; binary-translation: differs at SGDT property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "the GDT is elsewhere\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

SEEN    equ USER_PAGE

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; What the user program has seen is in EBX.
told:   cmp ebx, gdt
        jne .other
        print "the GDT is where the kernel put it", 10
        exit 0
.other: print "the GDT is elsewhere", 10
        exit 1

user:   sgdt [SEEN]
        mov ebx, [SEEN + 2]             ; base
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
