; title: SMSW reads the real CR0
; title-zh: SMSW 读到真实的 CR0
; summary: MOV from CR0 traps and gives the guest's CR0; SMSW, its unprivileged ancestor from the 286, gives the processor's, with paging on although the guest never turned it on.
; summary-zh: 从 CR0 的 MOV 会陷入并给出客户机的 CR0；它在 286 上的祖先 SMSW 非特权，给出处理器的 CR0：客户机从未打开分页，那里却是开着的。
; topic: sensitive
; order: 4
; outcome: exited 0
; serial: "MOV and SMSW agree\n"
; trap-and-emulate: differs at SMSW property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "MOV and SMSW disagree\n"
; what-if: smsw-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        mov ebx, cr0
        smsw ecx                        ; with a 32-bit register: all of CR0

        cmp ecx, ebx
        jne .other
        print "MOV and SMSW agree", 10
        exit 0
.other: print "MOV and SMSW disagree", 10
        exit 1

%include "lib/console.inc"
