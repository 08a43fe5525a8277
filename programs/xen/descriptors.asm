; title: Descriptor tables, as a port
; title-zh: 描述符表（移植版）
; summary: User code looks at memory through small segments, one of the GDT and one of an LDT that the kernel changes. Under Xen the tables are pages that only Xen writes: it checks each descriptor, and its own segments stay where they are.
; summary-zh: 用户代码透过小段观察内存：一个段在 GDT 中，一个在内核会更换的 LDT 中。在 Xen 下描述符表是只有 Xen 能写的页：它检查每个描述符，自己的段则原封不动。
; topic: protection
; order: 22
; outcome: exited 0
; serial: "LDT 1: one \nLDT 2: two \nwindow: one \nmoved: two \nbeyond it: general protection\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
OWN     equ 0x07                        ; entry 0 of the current LDT, with RPL 3
WINDOW  equ FREE + 3                    ; an entry of the GDT
; System calls by EAX
PRINT   equ 0                           ; the character in BL
NEXT    equ 1                           ; the other LDT
MOVE    equ 2                           ; the window onto the second word

; A segment of four bytes of the user's page, DPL 3.
%macro segment_of 1
        dw 3, (%1 - user + 0x100000) & 0xFFFF
        db (%1 - user + 0x100000) >> 16, 0xF2, 0x40, 0
%endmacro

; The user's page.
user:   push ss
        pop ds
        push ss
        pop es
        mov esi, ldt_1
        mov edx, OWN
        call show
        mov eax, NEXT
        int 0x80
        mov esi, ldt_2
        call show
        mov esi, window
        mov edx, WINDOW
        call show
        mov eax, MOVE
        int 0x80
        mov esi, moved
        call show
        mov esi, beyond
        call print_text
        mov al, [fs:4]                  ; the segment has four bytes, 0 to 3

; Prints the text at ESI, and what is seen through the selector EDX.
show:   call print_text
        mov fs, edx                     ; the hidden part is filled from the table
        xor esi, esi
        mov eax, PRINT
.next:  mov bl, [fs:esi]
        int 0x80
        inc esi
        cmp esi, 4
        jb .next
        mov bl, 10
        int 0x80
        ret

print_text:
        mov eax, PRINT
.next:  mov bl, [esi]
        cmp bl, 0
        je .done
        int 0x80
        inc esi
        jmp .next
.done:  ret

ldt_1:  db "LDT 1: ", 0
ldt_2:  db "LDT 2: ", 0
window: db "window: ", 0
moved:  db "moved: ", 0
beyond: db "beyond it: ", 0
word_1: db "one "
word_2: db "two "

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "descriptors", start
GDT_PAGE equ 0x210000
LDT_PAGES equ 0x211000                  ; a page for each of the two
%else
LDT_DESCRIPTORS equ FREE + 8            ; descriptors of the two LDTs in the GDT
%endif

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        hypercall set_trap_table, traps
        mov ebx, user
        mov ecx, 1
        call user_pages
        mov ebx, STACK_1 - 0x1000
        mov ecx, 1
        call user_pages

        mov esi, segment_1
        mov edi, GDT_PAGE + FREE
        movsd
        movsd
        mov edi, LDT_PAGES + 0x1000
        movsd
        movsd
        mov esi, segment_1
        mov edi, LDT_PAGES
        movsd
        movsd
        mov edi, LDT_PAGES
        call protect_page
        mov edi, LDT_PAGES + 0x1000
        call protect_page
        mov edi, GDT_PAGE
        call protect_page
        mov eax, GDT_PAGE
        call machine_address
        shr eax, 12
        push eax                        ; a list of one frame
        hypercall set_gdt, esp, 512
        check
        pop eax
%else
        mov esi, segment_1
        mov edi, gdt + FREE
        movsd
        movsd
        mov eax, segment_1
        mov edi, gdt + LDT_DESCRIPTORS
        call describe_table
        mov eax, segment_2
        mov edi, gdt + LDT_DESCRIPTORS + 8
        call describe_table
        call segments_init
        call interrupts_init
        gate 13, general_protection, INTERRUPT_GATE
        gate 0x80, system_call, USER_TRAP_GATE
%endif
        mov eax, 0
        call use_table
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

system_call:
        pushad
        cmp eax, NEXT
        je .next
        ja .move
        mov al, bl
        call put_char
        popad
        iretd
.next:  mov eax, 1
        call use_table
        popad
        iretd
.move:
%ifdef XEN
        mov eax, GDT_PAGE + FREE
        call machine_address
        hypercall update_descriptor, eax, 0, [segment_2], [segment_2 + 4]
        check
%else
        mov esi, segment_2
        mov edi, gdt + FREE
        movsd
        movsd
%endif
        popad
        iretd

; EAX = 0 or 1: the LDT that is used from now on.
use_table:
%ifdef XEN
        shl eax, 12
        add eax, LDT_PAGES
        push dword 1                    ; entries
        push eax
        push dword MMUEXT_SET_LDT
        hypercall mmuext_op, esp, 1, 0, DOMID_SELF
        check
        add esp, 12
        ret
%else
        shl eax, 3
        add eax, LDT_DESCRIPTORS
        lldt ax
        ret

; EAX = address of an LDT of one entry, EDI = its descriptor.
describe_table:
        mov dword [edi], 7
        mov dword [edi + 4], 0x00008200
        jmp set_base
%endif

general_protection:
        print "general protection", 10
        exit 0

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 13, TI_MASK, general_protection
        trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%endif
        align 8
segment_1:
        segment_of word_1
segment_2:
        segment_of word_2
