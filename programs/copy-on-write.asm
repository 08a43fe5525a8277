; title: Copy on write
; title-zh: 写时复制
; summary: Two address spaces share one page, read-only in both. The first write of each faults, and the handler gives the writer a copy of its own: how fork() is cheap.
; summary-zh: 两个地址空间共享一页，在两边都只读。任一方首次写入都会出错，处理程序给写者一份自己的副本：fork() 便宜的原因。
; topic: paging
; order: 4
; outcome: exited 0
; serial: "parent reads: shared\nchild reads: shared\ncopied for the writer\nchild reads: sHared\nparent reads: shared\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
DATA_PAGE   equ 0x40000000
PARENT      equ PAGE_DIRECTORY          ; the two address spaces: their directories
CHILD       equ 0x204000
PARENT_DATA equ 0x202000                ; and their page tables for DATA_PAGE
CHILD_DATA  equ 0x203000
SHARED      equ USER_PAGE
COPY        equ USER_PAGE + 0x1000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        mov esi, text
        mov edi, SHARED
        mov ecx, text_end - text
        rep movsb
        mov dword [PARENT + (DATA_PAGE >> 22) * 4], PARENT_DATA + P + W
        mov dword [CHILD + (DATA_PAGE >> 22) * 4], CHILD_DATA + P + W
        mov dword [CHILD], PAGE_TABLE + P + W           ; the first 4 MiB are common
        mov dword [PARENT_DATA], SHARED + P             ; read-only in both
        mov dword [CHILD_DATA], SHARED + P
        mov eax, P + W
        call paging_init
        mov eax, cr0
        or eax, 0x10000                 ; CR0.WP, or the kernel would write straight into the shared page
        mov cr0, eax

        print "parent reads: "
        call show
        mov eax, CHILD
        mov cr3, eax
        print "child reads: "
        call show
        mov byte [DATA_PAGE + 1], 'H'
        print "child reads: "
        call show
        mov eax, PARENT
        mov cr3, eax
        print "parent reads: "
        call show
        exit 0

show:   mov esi, DATA_PAGE
        jmp put_text

; Copies the page for the child, the only writer here, and lets it write.
page_fault:
        cmp dword [esp], 3              ; a write to a page that is present
        jne unexpected
        print "copied for the writer", 10
        pushad
        mov esi, SHARED
        mov edi, COPY
        mov ecx, 1024
        rep movsd
        mov dword [CHILD_DATA], COPY + P + W
        invlpg [DATA_PAGE]
        popad
        add esp, 4
        iretd

text:   db "shared", 10, 0
text_end:

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
