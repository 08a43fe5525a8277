; title: A tour of the four rings
; title-zh: 四环之旅
; summary: From ring 3 through call gates to ring 2, ring 1 and ring 0, and back by far returns. Each ring has its own code segment and its own stack, which the processor takes from the task state segment on the way in.
; summary-zh: 从环 3 经调用门到环 2、环 1、环 0，再用远返回一路退回。每个环有自己的代码段和自己的栈，进入时处理器从任务状态段取得栈。
; topic: protection
; order: 11
; outcome: exited 0
; serial: "down to ring 3\nup to ring 2\nup to ring 1\nup to ring 0\nback in ring 1\nback in ring 2\nback in ring 3\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
CODE_1  equ FREE + 1                    ; a code and a data segment for ring 1 and for ring 2
DATA_1  equ FREE + 8 + 1
CODE_2  equ FREE + 16 + 2
DATA_2  equ FREE + 24 + 2
LDT     equ FREE + 32                   ; the gates stand in a local table
GATE_2  equ 0x04                        ; for ring 3, into ring 2
GATE_1  equ 0x0C                        ; for ring 2, into ring 1
GATE_0  equ 0x14                        ; for ring 1, into ring 0

start:  mov esp, KERNEL_STACK
        mov esi, descriptors
        mov edi, gdt + FREE
        mov ecx, 2 * 5
        rep movsd
        mov eax, gates
        mov edi, gdt + LDT
        call set_base
        mov edi, gates
        mov eax, ring_2
        call set_offset
        mov eax, ring_1
        call set_offset
        mov eax, ring_0
        call set_offset
        mov dword [tss + 12], STACK_1   ; ESP1, SS1
        mov dword [tss + 16], DATA_1
        mov dword [tss + 20], STACK_2   ; ESP2, SS2
        mov dword [tss + 24], DATA_2
        call segments_init
        mov eax, LDT
        lldt ax
        call interrupts_init

        mov eax, USER_DATA
        mov ds, eax
        mov es, eax
        push eax
        push dword STACK_3
        push dword RESERVED_FLAG + IOPL_3               ; so that every ring may print
        push dword USER_CODE
        push dword ring_3
        iretd

ring_3: print "down to ring 3", 10
        call GATE_2:0
        print "back in ring 3", 10
        exit 0
ring_2: print "up to ring 2", 10
        call GATE_1:0
        print "back in ring 2", 10
        retf
ring_1: print "up to ring 1", 10
        call GATE_0:0
        print "back in ring 1", 10
        retf
ring_0: print "up to ring 0", 10
        retf

; EAX = offset for the gate at EDI; moves EDI to the next.
set_offset:
        mov [edi], ax
        shr eax, 16
        mov [edi + 6], ax
        add edi, 8
        ret

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
        align 8
descriptors:
        dq 0x00CFBA000000FFFF           ; code, DPL 1
        dq 0x00CFB2000000FFFF           ; data, DPL 1
        dq 0x00CFDA000000FFFF           ; code, DPL 2
        dq 0x00CFD2000000FFFF           ; data, DPL 2
        dq 0x0000820000000017           ; the local table: three entries
gates:  dq 0x0000EC0000400000           ; to CODE_2, for callers at CPL 3
        dq 0x0000CC0000300000           ; to CODE_1, for callers at CPL 2
        dq 0x0000AC0000080000           ; to KERNEL_CODE, for callers at CPL 1
