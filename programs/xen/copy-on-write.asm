; title: Copy on write, as a port
; title-zh: 写时复制（移植版）
; summary: Two address spaces share a page until one of them writes. Under Xen a new page directory must be checked and pinned before it may be used, and CR3 is loaded by a hypercall.
; summary-zh: 两个地址空间共享一页，直到其中一个写入。在 Xen 下，新的页目录须先经检查并固定（pin）才能使用，CR3 由超级调用装载。
; topic: paging
; order: 22
; outcome: exited 0
; serial: "parent reads: shared\nchild reads: shared\ncopied for the writer\nchild reads: sHared\nparent reads: shared\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
DATA_PAGE   equ 0x40000000
CHILD       equ 0x204000                ; page directory of the child
PARENT_DATA equ 0x202000                ; page tables for DATA_PAGE
CHILD_DATA  equ 0x203000
SHARED      equ USER_PAGE
COPY        equ USER_PAGE + 0x1000
; System calls by EAX
SHOW        equ 1                       ; writes the text at DATA_PAGE
SWITCH      equ 2                       ; to the other address space
END         equ 3

; The user's page: both processes, one after the other.
user:   push ss
        pop ds
        push ss
        pop es
        mov eax, SHOW
        int 0x80
        mov eax, SWITCH
        int 0x80
        mov eax, SHOW
        int 0x80
        mov byte [DATA_PAGE + 1], 'H'
        mov eax, SHOW
        int 0x80
        mov eax, SWITCH
        int 0x80
        mov eax, SHOW
        int 0x80
        mov eax, END
        int 0x80

        align 4096
%ifdef XEN
%include "include/xen.inc"
        xen_guest "copy on write", start
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

        mov eax, SHARED                 ; two page tables with one entry each, read-only
        call machine_address
        or eax, P + U
        mov [PARENT_DATA], eax
        mov [CHILD_DATA], eax
        mov eax, MMUEXT_PIN_L1_TABLE
        mov edi, PARENT_DATA
        call make_table
        mov edi, CHILD_DATA
        call make_table
        mov eax, PARENT_DATA
        call machine_address
        or eax, P + W + U
        mov ebx, DATA_PAGE
        call directory_entry
        call set_entry

        mov eax, [start_info]           ; the child's directory: a copy but for DATA_PAGE; Xen adds its own slots
        mov esi, [eax + SI_PT_BASE]
        mov [parent], esi
        mov edi, CHILD
        mov ecx, M2P >> 22
        rep movsd
        mov eax, CHILD_DATA
        call machine_address
        or eax, P + W + U
        mov [CHILD + (DATA_PAGE >> 22) * 4], eax
        mov edi, CHILD
        mov eax, MMUEXT_PIN_L2_TABLE
        call make_table
%else
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        gate 0x80, system_call, USER_TRAP_GATE
        mov dword [parent], PAGE_DIRECTORY
        mov dword [PAGE_DIRECTORY + (DATA_PAGE >> 22) * 4], PARENT_DATA + P + W + U
        mov dword [CHILD + (DATA_PAGE >> 22) * 4], CHILD_DATA + P + W + U
        mov dword [CHILD], PAGE_TABLE + P + W + U       ; the first 4 MiB are common
        mov dword [PARENT_DATA], SHARED + P + U         ; read-only in both
        mov dword [CHILD_DATA], SHARED + P + U
        mov eax, P + W + U
        call paging_init
%endif
        mov esi, text
        mov edi, SHARED
        mov ecx, text_end - text
        rep movsb
        mov eax, [parent]
        mov [space], eax
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

system_call:
        pushad
        cmp eax, SWITCH
        je .switch
        ja .end
        mov esi, name_parent
        mov eax, [space]
        cmp eax, [parent]
        je .named
        mov esi, name_child
.named: call put_text
        print " reads: "
        mov esi, DATA_PAGE
        call put_text
        popad
        iretd
.switch:
        mov edi, [parent]
        cmp [space], edi
        jne .to
        mov edi, CHILD
.to:    mov [space], edi
%ifdef XEN
        call switch_space
%else
        mov cr3, edi
%endif
        popad
        iretd
.end:   exit 0

; Copies the page for the child, the only writer here, and lets it write.
page_fault:
        cmp dword [esp], 7              ; user code wrote to a page that is present
        jne unforeseen
        print "copied for the writer", 10
        pushad
        mov esi, SHARED
        mov edi, COPY
        mov ecx, 1024
        rep movsd
%ifdef XEN
        mov eax, COPY
        call machine_address
        or eax, P + W + U
        mov ebx, DATA_PAGE
        call map_page
%else
        mov dword [CHILD_DATA], COPY + P + W + U
        invlpg [DATA_PAGE]
%endif
        popad
        add esp, 4
        iretd
unforeseen:
        exit 99

text:   db "shared", 10, 0
text_end:
name_parent:
        db "parent", 0
name_child:
        db "child", 0

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 14, TI_MASK, page_fault
        trap 0x80, TI_USER, system_call
        trap_end
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
%endif
        align 4
parent: dd 0                            ; the parent's page directory
space:  dd 0                            ; the one in use
