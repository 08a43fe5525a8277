; title: A page table editor, as a port
; title-zh: 页表编辑器（移植版）
; summary: Maps a window, moves it, makes it read-only, unmaps it. Xen lets no guest write a page table, so the port edits in three ways in turn: by address, by the machine address of the entry, and by a plain write that Xen catches and checks.
; summary-zh: 映射一个窗口，移动它，改成只读，再取消映射。Xen 不让客户机写页表，移植版便轮流用三种办法：按线性地址，按表项的机器地址，以及直接写入、由 Xen 截获并检查。
; topic: paging
; order: 21
; outcome: exited 0
; serial: "window on frame 300: AAAA\nwindow on frame 301: BBBB\nwritten through it: CCBB\nread-only: error code 3\nunmapped: error code 0\nback on frame 300: AAAA\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
        xen_guest "page editor", start
%endif
WINDOW  equ 0x3F0000                    ; a page of the first 4 MiB
FRAME_A equ USER_PAGE
FRAME_B equ USER_PAGE + 0x1000

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        hypercall set_trap_table, traps
        hypercall vm_assist, VMASST_CMD_ENABLE, VMASST_TYPE_WRITABLE_PAGETABLES
        check
        mov ebx, WINDOW                 ; where is its entry?
        call directory_entry
        mov eax, [edi]
        and eax, ~0xFFF
        call pseudo_physical_address
        add eax, (WINDOW >> 12 & 0x3FF) * 4
        mov [entry], eax
%else
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        mov dword [entry], PAGE_TABLE + (WINDOW >> 12) * 4
        mov eax, P + W
        call paging_init
        mov eax, cr0
        or eax, 0x10000                 ; CR0.WP: read-only holds for the kernel too
        mov cr0, eax
%endif
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

; EAX = the window's new page table entry, with the frame as this kernel numbers it.
%ifdef XEN
map:    test al, P
        jz .edit
        call machine_address
.edit:  inc dword [edits]
        cmp dword [edits], 2
        je .by_entry
        cmp dword [edits], 3
        je .by_write
        mov ebx, WINDOW                 ; update_va_mapping, which can flush as well
        jmp map_page
.by_entry:
        mov edi, [entry]                ; mmu_update
        call set_entry
        jmp .flush
.by_write:
        mov edi, [entry]
        mov [edi], eax                  ; the page is read-only: this faults, and Xen does what it checks
.flush: push dword 0
        push dword WINDOW
        push dword MMUEXT_INVLPG_LOCAL
        hypercall mmuext_op, esp, 1, 0, DOMID_SELF
        check
        add esp, 12
        ret
%else
map:    mov edi, [entry]
        mov [edi], eax
        invlpg [WINDOW]                 ; the processor may still hold the old translation
        ret
%endif

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
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
traps:  trap 14, TI_MASK, page_fault
        trap_end
edits:  dd 0
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
%endif
        align 4
entry:  dd 0                            ; address of the window's page table entry
