; title: VERR in user code finds one of the VMM's descriptors
; title-zh: 用户代码里的 VERR 找到 VMM 的一个描述符
; summary: A data segment outlives its descriptor, which the kernel has deleted. To translate that kernel the VMM borrowed GS, and had to load the segment again from a slot at the top of its own table. The guest's table ends far below, but VERR looks into the real one.
; summary-zh: 内核删掉了描述符，数据段却还在段寄存器里。VMM 翻译内核代码时借用了 GS，只好从自己的表顶端的一个槽位重新装载这个段。客户机的表早已在下方结束，VERR 看的却是真实的表。
; topic: sensitive
; order: 27
; outcome: exited 0
; serial: "beyond the table: nothing\n"
; trap-and-emulate: equivalent
; binary-translation: differs at VERR property=equivalence
; binary-translation outcome: exited 1
; binary-translation serial: "beyond the table: a segment that a user may read\n"

BITS 32
ORG 0x100000
%include "lib/machine.inc"

SLOT    equ 0xFFC3                      ; where this VMM keeps what DS holds and no table says; RPL 3

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x80, told, USER_TRAP_GATE
        gate 0x81, delete, USER_TRAP_GATE
        gate 0x82, return, USER_TRAP_GATE
        mov dword [gdt + FREE], 0x0000FFFF
        mov dword [gdt + FREE + 4], 0x00CFF300  ; flat user data, accessed
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user

delete: mov dword [gdt + FREE + 4], 0
return: iretd

; What the user program has seen is in EBX.
told:   test ebx, ebx
        jnz .found
        print "beyond the table: nothing", 10
        exit 0
.found: print "beyond the table: a segment that a user may read", 10
        exit 1

user:   mov eax, FREE + 3
        mov ds, eax
        int 0x81                        ; its descriptor goes, the segment stays
        mov eax, [USER_PAGE]
        mov eax, USER_DATA
        mov ds, eax                     ; the segment goes, the slot stays
        int 0x82                        ; back from here user code runs directly again
        xor ebx, ebx
        mov ecx, SLOT
        verr cx
        setz bl
        int 0x80

%include "lib/console.inc"
%include "lib/interrupts.inc"
%include "lib/segments.inc"
