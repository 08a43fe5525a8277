; title: SMSW in user code reads the real CR0
; title-zh: 用户代码里的 SMSW 读出真实的 CR0
; summary: MOV from CR0 needs ring 0, SMSW does not. This kernel has left CR0.NE clear, the VMM's CR0 has it set, and the user program sees the VMM's.
; summary-zh: 从 CR0 读取的 MOV 需要环 0，SMSW 不需要。这个内核没有置 CR0.NE，VMM 的 CR0 却置了它，用户程序看到的正是 VMM 的。
; topic: sensitive
; order: 24
; outcome: exited 0
; serial: "CR0.NE is 0\n"
; trap-and-emulate: differs at SMSW property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "CR0.NE is 1\n"
; binary-translation: differs at SMSW property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "CR0.NE is 1\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

NE      equ 0x20                        ; of CR0: native reporting of floating-point errors

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; What the user program has seen is in EBX.
told:   test ebx, NE
        jnz .set
        print "CR0.NE is 0", 10
        exit 0
.set:   print "CR0.NE is 1", 10
        exit 1

user:   xor ebx, ebx
        smsw bx
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
