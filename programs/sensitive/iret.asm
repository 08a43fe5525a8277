; title: IRET drops the interrupt flag silently
; title-zh: IRET 悄悄丢掉中断标志
; summary: Not on the list of Robin and Irvine, but as bad as POPF. A driver in ring 3 with IOPL 3 turns interrupts off with IRET; the VMM must keep the real IOPL at 0, so the real IRET ignores IF and does not fault.
; summary-zh: 它不在 Robin 与 Irvine 的名单上，却与 POPF 一样糟。IOPL 为 3 的环 3 驱动用 IRET 关中断；VMM 必须让真实 IOPL 保持 0，所以真实的 IRET 忽略 IF，而且不出错。
; topic: sensitive
; order: 19
; outcome: exited 0
; serial: "interrupts while they were off: none\n"
; trap-and-emulate: differs at IRETD property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "interrupts while they were off: some\n"
; what-if: iret-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov ecx, 100
        call timer_start
        mov edx, USER_DATA
        mov ds, edx
        mov es, edx
        push edx
        push dword STACK_1
        push dword RESERVED_FLAG + IF + IOPL_3
        push dword USER_CODE
        push dword driver
        iretd

driver: push dword RESERVED_FLAG        ; IF = 0; IOPL cannot be changed from here
        push dword USER_CODE
        push dword .off
        iretd                           ; ring 3 to ring 3, with IF := 0
.off:   mov dword [ticks], 0
        mov ecx, 2000                   ; longer than two periods of the timer
        loop $
        mov ebx, [ticks]
        cli                             ; IOPL 3 allows it, and the port accesses below

        print "interrupts while they were off: "
        test ebx, ebx
        jnz .some
        print "none", 10
        exit 0
.some:  print "some", 10
        exit 1

timer:  push eax
        inc dword [ticks]
        mov al, 0x20
        out PIC1, al
        pop eax
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
ticks:  dd 0
