; title: A segment that wraps round
; title-zh: 绕回的段
; summary: Segments based high up reach over the top of the address space and come out at the bottom. The program looks for a VMM with such a window, an expand-down one too, and must find nothing but absent memory and itself.
; summary-zh: 基址很高的段越过地址空间顶端，从底部绕出来。程序用这样的窗口（还有一个向下扩展的）寻找 VMM，只应找到不存在的内存和它自己。
; topic: protection
; order: 12
; outcome: exited 0
; serial: "through the window: Wrapped!\nthe top reads as FFFFFFFF, even after a write\nexpand-down: Wrapped!\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
WINDOW  equ FREE                        ; base F0000000, 4 GiB: offset 10000000 is linear 0
TOP     equ FREE + 8                    ; base FFC00000, 2 MiB
DOWN    equ FREE + 16                   ; expand-down, base F0000000, valid from offset 10000000 up
LOW     equ 0x10000000

start:  mov esp, KERNEL_STACK
        mov esi, descriptors
        mov edi, gdt + FREE
        mov ecx, 6
        rep movsd
        call segments_init
        call interrupts_init

        mov eax, WINDOW
        mov fs, eax
        print "through the window: "
        call show
        mov eax, TOP
        mov gs, eax
        print "the top reads as "
        mov edi, 0
.touch: mov dword [gs:edi], 0xBAADF00D
        mov eax, [gs:edi]
        cmp eax, 0xFFFFFFFF
        jne .wrong
        add edi, 0x8000
        cmp edi, 0x200000
        jb .touch
        call put_hex
        print ", even after a write", 10
        mov eax, DOWN
        mov fs, eax
        print "expand-down: "
        call show
        exit 0
.wrong: exit 1

; Prints the text below through FS.
show:   mov esi, text + LOW
.next:  mov al, [fs:esi]
        inc esi
        test al, al
        jz .done
        call put_char
        jmp .next
.done:  print 10
        ret

text:   db "Wrapped!", 0

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
        align 8
descriptors:
        dq 0xF0CF92000000FFFF
        dq 0xFFC092C0000001FF
        dq 0xF0C096000000FFFF
