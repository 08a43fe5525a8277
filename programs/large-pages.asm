; title: Pages of 4 MiB
; title-zh: 4 MiB 大页
; summary: With CR4.PSE a directory entry maps 4 MiB at once, without a page table. The program maps the first 4 MiB twice, low and high, and reads its own code from the other end.
; summary-zh: 置位 CR4.PSE 后，一个目录项一次映射 4 MiB，不需要页表。程序把最低 4 MiB 映射两遍，一低一高，再从另一端读自己的代码。
; topic: paging
; order: 7
; outcome: exited 0
; serial: "same bytes at 00100000 and C0100000\nnow running at C0, the low mapping is gone\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
HIGH_HALF equ 0xC0000000

start:  mov esp, KERNEL_STACK
        mov eax, cr4
        or eax, 0x10                    ; CR4.PSE
        mov cr4, eax
        mov dword [PAGE_DIRECTORY], P + W + LARGE
        mov dword [PAGE_DIRECTORY + (HIGH_HALF >> 22) * 4], P + W + LARGE
        mov eax, PAGE_DIRECTORY
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax

        mov esi, start
        mov edi, start + HIGH_HALF
        mov ecx, 64
        repe cmpsb
        jne .wrong
        print "same bytes at 00100000 and C0100000", 10
        mov eax, .high + HIGH_HALF
        add esp, HIGH_HALF              ; the stack moves as well
        jmp eax
.high:  mov dword [PAGE_DIRECTORY + HIGH_HALF], 0
        mov eax, PAGE_DIRECTORY
        mov cr3, eax                    ; calls are relative, so the same code works up here
        print "now running at C0, the low mapping is gone", 10
        exit 0
.wrong: exit 1

%include "lib/console.inc"
