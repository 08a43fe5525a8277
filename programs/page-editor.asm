; title: A page table editor
; title-zh: 页表编辑器
; summary: Maps a window, reads through it, moves it to another frame, tells the processor with INVLPG, makes it read-only, unmaps it. Each edit of the table is a write that a VMM with shadow page tables must notice.
; summary-zh: 映射一个窗口，透过它读，把它移到另一帧，用 INVLPG 告知处理器，改成只读，再取消映射。每次改表都是使用影子页表的 VMM 必须察觉的写。
; topic: paging
; order: 2
; outcome: exited 0
; serial: "window on frame 300: AAAA\nwindow on frame 301: BBBB\nwritten through it: CCBB\nread-only: error code 3\nunmapped: error code 0\nback on frame 300: AAAA\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
WINDOW  equ 0x3F0000                    ; a page of the first 4 MiB
ENTRY   equ PAGE_TABLE + (WINDOW >> 12) * 4
FRAME_A equ USER_PAGE
FRAME_B equ USER_PAGE + 0x1000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        mov eax, P + W
        call paging_init
        mov eax, cr0
        or eax, 0x10000                 ; CR0.WP: read-only holds for the kernel too
        mov cr0, eax
        mov dword [FRAME_A], 'AAAA'
        mov dword [FRAME_B], 'BBBB'

        print "window on frame 300: "
        mov eax, FRAME_A + P + W
        call map
        call show
        print "window on frame 301: "
        mov eax, FRAME_B + P + W
        call map
        call show
        print "written through it: "
        mov word [WINDOW], 'CC'
        mov eax, [FRAME_B]
        mov [WINDOW], eax
        call show
        print "read-only: "
        mov eax, FRAME_B + P
        call map
        mov [WINDOW], dl                ; six bytes of code
        print "unmapped: "
        mov eax, 0
        call map
        mov dl, [WINDOW]                ; six bytes
        print "back on frame 300: "
        mov eax, FRAME_A + P + W
        call map
        call show
        exit 0

; EAX = the window's new page table entry.
map:    mov [ENTRY], eax
        invlpg [WINDOW]                 ; the processor may still hold the old translation
        ret

show:   mov ecx, 4
        mov esi, WINDOW
.next:  lodsb
        call put_char
        loop .next
        print 10
        ret

page_fault:
        print "error code "
        pop eax
        call put_decimal
        print 10
        add dword [esp], 6              ; step over the instruction
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
