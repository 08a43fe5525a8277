; title: SIDT in user code: the red pill
; title-zh: 用户代码里的 SIDT：红药丸
; summary: One unprivileged instruction, and a user program knows whether it runs under a VMM: the base of the IDT lies where no kernel would have put it. Binary translation runs user code directly, and so does not see the instruction.
; summary-zh: 只要一条非特权指令，用户程序就知道自己是否运行在 VMM 之下：IDT 的基址不在任何内核会放的地方。二进制翻译让用户代码直接执行，因此看不到这条指令。
; topic: sensitive
; order: 21
; outcome: exited 0
; serial: "IDT below 2 GiB: a kernel of our own\n"
; trap-and-emulate: differs at SIDT property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "IDT above 2 GiB: somebody else has the machine\n"
; binary-translation: differs at SIDT property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "IDT above 2 GiB: somebody else has the machine\n"

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
told:   test ebx, ebx
        js .other
        print "IDT below 2 GiB: a kernel of our own", 10
        exit 0
.other: print "IDT above 2 GiB: somebody else has the machine", 10
        exit 1

user:   sidt [SEEN]
        mov ebx, [SEEN + 2]             ; base
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
