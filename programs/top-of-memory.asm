; title: A guest attacks the top of the address space
; title-zh: 客户机攻击地址空间顶端
; summary: Tries to read and overwrite everything from FFC00000 up, where a VMM may live: first with paging off, where no memory is, then through mappings of its own. It must find only its own memory, and nothing may break.
; summary-zh: 试图读写 FFC00000 以上的一切，VMM 可能就住在那里：先关分页，那里没有内存；再通过自己的映射。它只应看到自己的内存，并且什么都不能坏。
; topic: paging
; order: 8
; outcome: exited 0
; serial: "paging off: 960 pages read as FF, writes lost\npaging on: 1024 pages are our own frames\nwrites arrive in our frames\nstill alive\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
TOP     equ 0xFFC00000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 3, alive, INTERRUPT_GATE

        mov edi, TOP                    ; one dword of each page
        mov ecx, 960                    ; on a PC the last 256 KiB are the firmware
.absent:
        mov dword [edi], 0xBAADF00D
        cmp dword [edi], 0xFFFFFFFF
        jne .wrong
        add edi, 0x1000
        loop .absent
        print "paging off: 960 pages read as FF, writes lost", 10

        mov edi, 0x202000               ; a page table for the top: every page is the frame at USER_PAGE + n * 4096,
        mov eax, USER_PAGE + P + W      ; 64 frames over and over
        mov ecx, 1024
.map:   mov [edi], eax
        add edi, 4
        add eax, 0x1000
        cmp eax, USER_PAGE + 0x40000 + P + W
        jne .frame
        mov eax, USER_PAGE + P + W
.frame: loop .map
        mov dword [PAGE_DIRECTORY + 1023 * 4], 0x202000 + P + W
        mov edi, USER_PAGE              ; each frame begins with its own address
        mov ecx, 64
.sign:  mov [edi], edi
        add edi, 0x1000
        loop .sign
        mov eax, P + W
        call paging_init

        mov edi, TOP
        xor ecx, ecx
.own:   mov eax, ecx
        and eax, 63
        shl eax, 12
        add eax, USER_PAGE
        cmp [edi], eax
        jne .wrong
        add edi, 0x1000
        inc ecx
        cmp ecx, 1024
        jb .own
        print "paging on: 1024 pages are our own frames", 10

        mov edi, TOP                    ; overwrite the beginning and the end of every page
        mov eax, 0xBAADF00D
        mov ecx, 1024
.write: mov [edi], eax
        mov [edi + 0xFFC], eax
        add edi, 0x1000
        loop .write
        mov edi, USER_PAGE
        mov ecx, 64
.check: cmp [edi], eax
        jne .wrong
        cmp [edi + 0xFFC], eax
        jne .wrong
        add edi, 0x1000
        loop .check
        print "writes arrive in our frames", 10
        int3                            ; whoever serves this has not been overwritten
.wrong: exit 1

alive:  print "still alive", 10
        exit 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
