; title: A disk, through a ring
; title-zh: 经环访问的磁盘
; summary: User code writes a sector, reads it back, and reads one that does not exist. On bare metal the disk is memory of the kernel; under Xen it is the driver domain's, reached by requests in a shared ring and a granted page.
; summary-zh: 用户代码写一个扇区，再读回，然后读一个不存在的扇区。裸机上磁盘是内核的一块内存；在 Xen 下它归驱动域，靠共享环中的请求和一页授权内存来访问。
; topic: devices
; order: 23
; outcome: exited 0
; serial: "read back: kept on disk\nsector 64: error\n"
; domain 0: xen/driver-domain.asm
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
BUFFER  equ USER_PAGE                   ; a page of the user's: sectors go to it and come from it
; System calls by EAX
DISK_READ  equ 0                        ; EBX = sector; gives EAX = 0, or -1
DISK_WRITE equ 1
SHOW       equ 2                        ; writes the text at ESI
END        equ 3

; The user's page.
user:   push ss
        pop ds
        push ss
        pop es
        mov esi, text
        mov edi, BUFFER
        mov ecx, text_end - text
        rep movsb
        mov eax, DISK_WRITE
        mov ebx, 5
        int 0x80
        mov byte [BUFFER], '?'
        mov eax, DISK_READ
        int 0x80
        mov esi, read_back
        mov eax, SHOW
        int 0x80
        mov esi, BUFFER
        int 0x80
        mov esi, sector_64
        int 0x80
        mov eax, DISK_READ
        mov ebx, 64
        int 0x80
        mov esi, good
        cmp eax, 0
        je .tell
        mov esi, bad
.tell:  mov eax, SHOW
        int 0x80
        mov eax, END
        int 0x80
text:   db "kept on disk", 10, 0
text_end:
read_back:
        db "read back: ", 0
sector_64:
        db "sector 64: ", 0
good:   db "good", 10, 0
bad:    db "error", 10, 0

        align 4096
%ifdef XEN
%include "include/xen.inc"
%include "include/rings.inc"
        xen_guest "disk", start
RING         equ USER_PAGE + 0x1000
RING_GRANT   equ GNTTAB_RESERVED
BUFFER_GRANT equ GNTTAB_RESERVED + 1
%else
SECTOR  equ 512
SECTORS equ 64
DISK    equ 0x310000
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
        mov ebx, BUFFER
        mov ecx, 1
        call user_pages
        call grants_init
        mov eax, event
        call events_init
        sti
        mov edi, BUFFER
        mov edx, DOMID_0
        mov ecx, BUFFER_GRANT
        call grant_page
        mov edx, 'vbd'
        mov edi, RING
        mov ecx, RING_GRANT
        call offer
        mov [disk_port], eax
%else
        call segments_init
        call interrupts_init
        gate 0x80, system_call, USER_TRAP_GATE
%endif
        mov eax, user
        mov ecx, STACK_1
        xor ebx, ebx
        jmp enter_task

system_call:
        cmp eax, SHOW
        ja .end
        je .show
        pushad
        call disk
        mov [esp + 28], eax             ; EAX among the registers of PUSHAD
        popad
        iretd
.show:  call put_text
        iretd
.end:   exit 0

; EAX = operation, EBX = sector: between the disk and BUFFER. Gives EAX = 0, or -1. Changes other registers.
%ifdef XEN
disk:   mov edx, [RING + REQ_PROD]      ; one request at a time, so the slot is free
        mov edi, edx
        and edi, RING_ENTRIES - 1
        imul edi, BLKIF_SLOT
        add edi, RING + RING_SLOTS
        mov [edi + REQ_OPERATION], al
        mov byte [edi + REQ_SEGMENTS], 1
        mov word [edi + REQ_HANDLE], 0
        mov [edi + REQ_ID], edx
        mov dword [edi + REQ_ID + 4], 0
        mov [edi + REQ_SECTOR], ebx
        mov dword [edi + REQ_SECTOR + 4], 0
        mov dword [edi + REQ_SEGMENT], BUFFER_GRANT
        mov dword [edi + REQ_SEGMENT + 4], 0    ; from sector 0 of the page to sector 0
        inc edx
        mov [RING + RSP_EVENT], edx
        mov [RING + REQ_PROD], edx
        mov eax, [disk_port]
        call notify
.wait:  cli
        cmp edx, [RING + RSP_PROD]
        je .done
        hlt
        jmp .wait
.done:  sti
        movsx eax, word [edi + RSP_STATUS]      ; the response stands where the request stood
        ret

; The driver domain has answered; whoever waits looks again.
event:  pushad
        call take_events
        popad
        iretd
%else
disk:   cmp ebx, SECTORS
        jae .bad
        mov esi, BUFFER
        mov edi, ebx
        imul edi, SECTOR
        add edi, DISK
        cmp eax, DISK_WRITE
        je .copy
        xchg esi, edi
.copy:  mov ecx, SECTOR / 4
        rep movsd
        xor eax, eax
        ret
.bad:   mov eax, -1
        ret
%endif

%include "lib/console.inc"
%include "include/user.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
%include "include/events.inc"
%include "include/grants.inc"
traps:  trap 0x80, TI_USER, system_call
        trap_end
        align 4
disk_port:
        dd 0
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%endif
