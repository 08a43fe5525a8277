; Paging: the first 4 MiB are mapped to themselves, one more page by hand. Touching a page that is not there is a page
; fault, whose handler maps it; then the instruction runs again.

bits 32
org 0x100000
%include "lib/machine.inc"
WINDOW          equ 0x40000000          ; a linear address: directory entry 256
WINDOW_TABLE    equ 0x202000

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 14, page_fault, INTERRUPT_GATE
        mov dword [PAGE_DIRECTORY + (WINDOW >> 22) * 4], WINDOW_TABLE + P + W
        mov dword [WINDOW_TABLE], USER_PAGE + P + W     ; the first page of the window
        mov eax, P + W
        call paging_init                ; maps 0 to 4 MiB, sets CR3 and CR0.PG

        mov dword [WINDOW], 1234        ; through the window ...
        mov eax, [USER_PAGE]            ; ... and directly: the same frame
        call put_decimal
        print 10
        mov dword [WINDOW + 0x1000], 5678       ; not there yet: page fault
        mov eax, [WINDOW + 0x1000]
        call put_decimal
        print 10
        exit 0

; Maps the second page of the window.
page_fault:
        push eax
        print "page fault at "
        mov eax, cr2                    ; the address that was not there
        call put_hex
        print 10
        mov dword [WINDOW_TABLE + 4], USER_PAGE + 0x1000 + P + W
        pop eax
        add esp, 4                      ; the error code
        iretd

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
