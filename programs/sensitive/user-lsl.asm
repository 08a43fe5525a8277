; title: LSL in user code sees where the VMM begins
; title-zh: 用户代码里的 LSL 看到 VMM 从哪里开始
; summary: The user's data segment is flat, 4 GiB. The VMM lives in the last 4 MiB of it and so has made the real segment end below; LSL says where.
; summary-zh: 用户数据段是平坦的 4 GiB。VMM 住在最后 4 MiB，因此让真实的段在它之下结束；LSL 说出了在哪里。
; topic: sensitive
; order: 26
; outcome: exited 0
; serial: "limit FFFFFFFF\n"
; trap-and-emulate: differs at LSL property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "limit FFBFFFFF\n"
; binary-translation: differs at LSL property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "limit FFBFFFFF\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

; What the user program has seen is in EBX.
told:   print "limit "
        mov eax, ebx
        call put_hex
        print 10
        xor eax, eax
        cmp ebx, -1
        je exit_run
        inc eax
        jmp exit_run

user:   mov ecx, USER_DATA
        lsl ebx, ecx
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
