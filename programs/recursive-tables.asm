; title: Page tables that map themselves
; title-zh: 映射自身的页表
; summary: The last directory entry points to the directory itself, so that all page tables appear at FFC00000 and the directory at FFFFF000: the top of the address space, just where a VMM would like to hide.
; summary-zh: 最后一个目录项指向目录自身，于是所有页表出现在 FFC00000，目录出现在 FFFFF000：地址空间的最顶端，恰好是 VMM 想藏身之处。
; topic: paging
; order: 3
; outcome: exited 0
; serial: "directory entry 1023 seen at FFFFFFFC: 00200\nentry of page 100 seen at FFC00400: 00100\nmapped 50000000 through the window: works\nentry seen at FFD40000: 00300\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
TABLES    equ 0xFFC00000                ; the entry of linear page n is at TABLES + n * 4
DIRECTORY equ 0xFFFFF000
NEW       equ 0x50000000

start:  mov esp, KERNEL_STACK
        mov dword [PAGE_DIRECTORY + 1023 * 4], PAGE_DIRECTORY + P + W
        mov eax, P + W
        call paging_init

        print "directory entry 1023 seen at FFFFFFFC: "
        mov eax, [DIRECTORY + 1023 * 4]
        call show_frame
        print "entry of page 100 seen at FFC00400: "
        mov eax, [TABLES + 0x100 * 4]
        call show_frame

        print "mapped 50000000 through the window: "
        mov dword [DIRECTORY + (NEW >> 22) * 4], 0x202000 + P + W       ; a new page table ...
        mov dword [TABLES + (NEW >> 12) * 4], USER_PAGE + P + W         ; ... and at once an entry in it
        mov dword [NEW], 12345678
        cmp dword [USER_PAGE], 12345678
        jne .wrong
        print "works", 10
        print "entry seen at FFD40000: "
        mov eax, [TABLES + (NEW >> 12) * 4]
        call show_frame
        exit 0
.wrong: print "does not", 10
        exit 1

; EAX = an entry: prints its frame number, five digits.
show_frame:
        push ecx
        mov ecx, 5
        call put_digits
        pop ecx
        print 10
        ret

%include "lib/console.inc"
%include "lib/paging.inc"
