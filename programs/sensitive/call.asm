; title: A far CALL leaves the ring on the stack
; title-zh: 远 CALL 把环留在栈上
; summary: A far call pushes CS with the real ring in its low bits. Whoever looks at the return address sees ring 1.
; summary-zh: 远调用压入 CS，其低位是真实的环。谁看一眼返回地址，谁就看到环 1。
; topic: sensitive
; order: 14
; outcome: exited 0
; serial: "return address in 0008, ring 0\n"
; trap-and-emulate: differs at CALL property=equivalence
; trap-and-emulate outcome: exited 1
; trap-and-emulate serial: "return address in 0009, ring 1\n"
; what-if: call-far-traps

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call KERNEL_CODE:procedure
procedure:
        pop eax                         ; offset of the return address
        pop ebx                         ; its CS

        print "return address in "
        mov eax, ebx
        and eax, 0xFFFF
        call put_hex16
        print ", ring "
        and eax, 3
        call put_decimal
        print 10
        jmp exit_run                    ; AL = ring

%include "lib/console.inc"
%include "lib/segments.inc"
