; title: MOV from CS shows the real ring
; title-zh: 从 CS 的 MOV 显示真实的环
; summary: The shortest test of all: MOV EAX, CS. No memory, no table, no privilege; just the truth, where the VMM needs a lie.
; summary-zh: 最短的测试：MOV EAX, CS。不碰内存、不查表、不要特权；在 VMM 需要谎言之处，它只说真话。
; topic: sensitive
; order: 12
; outcome: exited 0
; serial: "CS is 0008, ring 0\n"
; trap-and-emulate: differs at MOV property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "CS is 0009, ring 1\n"
; what-if: mov-sreg-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        mov ebx, cs

        print "CS is "
        mov eax, ebx
        call put_hex16
        print ", ring "
        and eax, 3
        call put_decimal
        print 10
        jmp exit_run                    ; AL = ring

%include "lib/console.inc"
%include "lib/segments.inc"
