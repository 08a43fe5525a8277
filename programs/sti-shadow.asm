; title: The shadows of STI and MOV SS
; title-zh: STI 与 MOV SS 的阴影
; summary: With an interrupt already waiting, STI still lets one more instruction through before it. A load of SS holds back even the single-step trap, so that ESP can follow undisturbed.
; summary-zh: 即使已有中断在等待，STI 之后仍先放行一条指令。装载 SS 连单步陷阱也会推迟，好让 ESP 随后不受打扰地装载。
; topic: interrupts
; order: 4
; outcome: exited 0
; serial: "after STI: 1 instruction\nSTI, CLI: none taken\nsteps over NOP, MOV SS, NOP, NOP: 3\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 1, debug, INTERRUPT_GATE
        gate 0x20, timer, INTERRUPT_GATE
        call pic_init
        mov ecx, 20
        call timer_start

        call wait_for_request
        xor ebx, ebx
        sti
        inc ebx                         ; in the shadow
        inc ebx
        inc ebx
        cli
        cmp dword [seen], 1
        jne .wrong
        print "after STI: 1 instruction", 10

        call wait_for_request
        mov dword [seen], 9
        mov ecx, 100
.pair:  sti
        cli                             ; always in the shadow: the window never opens
        loop .pair
        cmp dword [seen], 9
        jne .wrong
        print "STI, CLI: none taken", 10

        mov edx, KERNEL_DATA
        xor ebx, ebx
        push dword RESERVED_FLAG + TF
        popfd                           ; single steps from the next instruction on
.stepped:
        nop                             ; one byte, and a stop behind it
        mov ss, edx                     ; two bytes, no stop
        nop
        nop
.stepped_end:
        push dword RESERVED_FLAG
        popfd
        print "steps over NOP, MOV SS, NOP, NOP: "
        mov eax, ebx
        call put_decimal
        print 10
        cmp ebx, 3
        jne .wrong
        exit 0
.wrong: exit 1

; Returns when the controller has a timer request that the processor has not taken.
wait_for_request:
        mov al, 0x0A                    ; OCW3: the next read gives the request register
        out PIC1, al
.look:  in al, PIC1
        test al, 1
        jz .look
        ret

; Counts the stops behind the four instructions.
debug:  cmp dword [esp], start.stepped
        jbe .other
        cmp dword [esp], start.stepped_end
        ja .other
        inc ebx
.other: iretd

; EBX says how far the program got.
timer:  push eax
        mov [seen], ebx
        mov al, 0x20
        out PIC1, al
        pop eax
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
        align 4
seen:   dd 0
