; title: Ports and the I/O privilege level
; title-zh: 端口与 I/O 特权级
; summary: A user program may use ports, CLI and STI when its IOPL says so: first the kernel lets it, then not. Only the kernel can change IOPL.
; summary-zh: IOPL 允许时，用户程序可以使用端口、CLI 和 STI：内核先允许，后禁止。只有内核能改变 IOPL。
; topic: protection
; order: 6
; outcome: exited 0
; debug: "IOPL 3: ring 3 writes to the port\n"
; serial: "IOPL 0: general protection at OUT\nIOPL 0: general protection at CLI\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
        gate 0x80, lower, USER_TRAP_GATE
        push dword USER_DATA
        push dword STACK_1
        push dword RESERVED_FLAG + IOPL_3
        push dword USER_CODE
        push dword user
        mov eax, USER_DATA
        mov ds, eax
        mov es, eax
        iretd

user:   cli                             ; allowed: CPL 3 is not above IOPL 3
        mov esi, text
.next:  mov al, [esi]
        inc esi
        out DEBUG_PORT, al
        cmp al, 10
        jne .next
        sti
        int 0x80                        ; the kernel takes the privilege away
try_out:
        out DEBUG_PORT, al              ; two bytes
try_cli:
        cli                             ; one byte
        mov eax, 0
        int 0x80

text:   db "IOPL 3: ring 3 writes to the port", 10

; First call: IOPL := 0 in the caller's flags. Second call: the end.
lower:  test dword [esp + 8], IOPL_3
        jz .end
        and dword [esp + 8], ~IOPL_3
        iretd
.end:   cmp dword [faults], 2
        jne .wrong
        exit 0
.wrong: exit 1

; Names the instruction and skips it.
general_protection:
        add esp, 4                      ; the error code, 0
        inc dword [faults]
        cmp dword [esp], try_out
        jne .cli
        print "IOPL 0: general protection at OUT", 10
        add dword [esp], 2
        iretd
.cli:   print "IOPL 0: general protection at CLI", 10
        inc dword [esp]
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
        align 4
faults: dd 0
