; title: The driver domain
; title-zh: 驱动域
; summary: A Xen guest that has the real devices: it empties another domain's console ring to the UART, puts what comes in and the keys pressed into rings, and serves a disk. It sleeps when nothing is to be done.
; summary-zh: 拥有真实设备的 Xen 客户机：把另一个域的控制台环中的字送往 UART，把输入和按键放进环，并提供一块磁盘。无事时睡眠。
; companion: yes
; topic: devices
; order: 30

; It serves one domain, the first that its module names. Of the UART and the keyboard controller it uses the ports: each
; IN and OUT traps, and Xen does it for a privileged domain. Their interrupts arrive as events.

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
%include "include/rings.inc"
        xen_guest "driver domain", start

; The module: what a toolstack would tell. Entries end with a domain id of -1.
FRONT_DOMAIN    equ 0
FRONT_CONSOLE_PORT equ 8
FRONT_STORE_PORT equ 16
; Xen's builder grants these pages to domain 0.
CONSOLE_GRANT   equ 0
STORE_GRANT_REF equ 1
; Where pages of the front end are mapped, and the disk
CONSOLE_WINDOW  equ 0x300000
STORE_WINDOW    equ 0x301000
DISK_WINDOW     equ 0x302000
KBD_WINDOW      equ 0x303000
DATA_WINDOW     equ 0x304000
DISK            equ 0x320000
DISK_SECTORS    equ 64
BREAK_CODE      equ 0x80                ; set in the scan code when a key comes up
EXTENDED        equ 0xE0                ; before the scan codes of keys outside the main block

start:  mov esp, KERNEL_STACK
        call domain_init
        mov eax, callback
        call events_init
        push dword 1                    ; IOPL 1: ring 1 may use ports, or rather, Xen carries out what traps
        hypercall physdev_op, PHYSDEVOP_SET_IOPL, esp
        check
        pop eax
        mov eax, [start_info]
        mov ebp, [eax + SI_MOD_START]
        mov eax, [ebp + FRONT_DOMAIN]
        mov [front], eax

        mov ebx, CONSOLE_WINDOW
        mov ecx, CONSOLE_GRANT
        call map_grant
        jc refused
        mov edx, [ebp + FRONT_CONSOLE_PORT]
        call bind_front
        jc refused
        mov [console_port], eax
        mov ebx, STORE_WINDOW
        mov ecx, STORE_GRANT_REF
        mov eax, [front]
        call map_grant
        jc refused
        mov edx, [ebp + FRONT_STORE_PORT]
        call bind_front
        jc refused
        mov [store_port], eax

        mov eax, PIRQ_KEYBOARD
        call bind_pirq
        mov [keyboard_port], eax
        mov eax, PIRQ_SERIAL
        call bind_pirq
        mov [serial_port], eax
        mov edx, COM1 + 4
        mov al, 0x0B
        out dx, al                      ; OUT2 connects the UART to its interrupt line
        mov edx, COM1 + 1
        mov al, 1
        out dx, al                      ; interrupt when a byte has come in
        sti
.idle:  hlt
        jmp .idle

refused:
        print "driver domain: Xen refused a page or a port", 10
        exit 1

; EDX = port of the front end's, gives EAX = the port here, or CF set. Changes EBX, ECX.
bind_front:
        mov eax, [front]
        jmp bind_interdomain

; Events are masked in here. What comes meanwhile calls again when it is left.
callback:
        pushad
.next:  call take_event
        test eax, eax
        jz .rings
        cmp eax, [keyboard_port]
        je .key
        cmp eax, [serial_port]
        jne .next                       ; a ring's: all of them are looked at below
        call serial_in
        jmp .next
.key:   call keyboard_in
        jmp .next
.rings: call console_out
        call connect
        call disk_work
        popad
        iretd

; EAX = IRQ: it may interrupt again.
end_of_interrupt:
        push eax
        hypercall physdev_op, PHYSDEVOP_EOI, esp
        pop eax
        ret

; ---- console

; Writes what the ring holds to the UART.
console_out:
        mov ebx, CONSOLE_WINDOW
        mov ecx, [ebx + OUT_CONS]
        mov esi, [ebx + OUT_PROD]
        mov eax, esi
        sub eax, ecx
        jz .done
        cmp eax, CONSOLE_OUT_SIZE
        ja .done                        ; indices that cannot be: nothing that another domain writes is to be trusted
.next:  mov edx, COM1 + 5
.wait:  in al, dx
        test al, 0x20
        jz .wait
        mov edi, ecx
        and edi, CONSOLE_OUT_SIZE - 1
        mov al, [ebx + CONSOLE_OUT + edi]
        mov edx, COM1
        out dx, al
        inc ecx
        cmp ecx, esi
        jne .next
        mov [ebx + OUT_CONS], ecx
        mov eax, [console_port]
        call notify
.done:  ret

; Takes what has come in on the serial line into the ring. What finds no room is lost.
serial_in:
        mov ebx, CONSOLE_WINDOW
.next:  mov edx, COM1 + 5
        in al, dx
        test al, 1
        jz .done
        mov edx, COM1
        in al, dx
        mov ecx, [ebx + IN_PROD]
        mov edx, ecx
        sub edx, [ebx + IN_CONS]
        cmp edx, CONSOLE_IN_SIZE
        jae .next
        mov edi, ecx
        and edi, CONSOLE_IN_SIZE - 1
        mov [ebx + CONSOLE_IN + edi], al
        inc ecx
        mov [ebx + IN_PROD], ecx
        jmp .next
.done:  mov eax, [console_port]
        call notify
        mov eax, PIRQ_SERIAL
        jmp end_of_interrupt

; ---- devices that the front end offers

; Connects what is offered in the store page.
connect:
        mov ebp, STORE_WINDOW
.next:  cmp dword [ebp + STORE_STATE], STORE_OFFERED
        jne .skip
        mov ebx, DISK_WINDOW
        mov esi, disk_port
        cmp dword [ebp + STORE_DEVICE], 'vbd'
        je .known
        mov ebx, KBD_WINDOW
        mov esi, kbd_port
        cmp dword [ebp + STORE_DEVICE], 'vkbd'
        jne .skip
.known: cmp dword [esi], 0
        jne .skip                       ; there is one already
        mov dword [ebp + STORE_STATE], STORE_FREE       ; what cannot be connected is not tried again
        mov eax, [front]
        mov ecx, [ebp + STORE_GRANT]
        call map_grant
        jc .skip
        mov edi, eax
        mov edx, [ebp + STORE_PORT]
        push ebx
        call bind_front
        pop ebx
        jc .unmap
        mov [esi], eax
        mov dword [ebp + STORE_STATE], STORE_CONNECTED
        mov eax, [store_port]
        call notify
        jmp .skip
.unmap: mov eax, edi
        call unmap_grant
.skip:  add ebp, STORE_ENTRY
        cmp ebp, STORE_WINDOW + STORE_ENTRIES * STORE_ENTRY
        jb .next
        ret

; ---- keyboard

keyboard_in:
        in al, KEYBOARD
        movzx edx, al
        xchg dl, [last_code]            ; DL = the one before
        cmp dword [kbd_port], 0
        je .done
        cmp al, EXTENDED
        je .done
        cmp dl, EXTENDED
        je .done                        ; a key outside the main block
        mov ebx, KBD_WINDOW
        mov ecx, [ebx + KBD_IN_PROD]
        mov edx, ecx
        sub edx, [ebx + KBD_IN_CONS]
        cmp edx, KBD_ENTRIES
        jae .done                       ; no room
        push eax
        mov eax, ecx
        xor edx, edx
        mov esi, KBD_ENTRIES
        div esi
        imul edi, edx, KBD_EVENT
        pop eax
        lea edi, [ebx + KBD_EVENTS + edi]
        mov byte [edi], XENKBD_TYPE_KEY
        test al, BREAK_CODE
        setz [edi + 1]                  ; pressed?
        and eax, 0x7F
        mov [edi + 4], eax
        inc ecx
        mov [ebx + KBD_IN_PROD], ecx
        mov eax, [kbd_port]
        call notify
.done:  mov eax, PIRQ_KEYBOARD
        jmp end_of_interrupt

; ---- disk

; Serves the requests in the disk's ring.
disk_work:
        cmp dword [disk_port], 0
        je .none
        mov ebx, DISK_WINDOW
.next:  mov eax, [request_index]
        mov ecx, [ebx + REQ_PROD]
        sub ecx, eax
        jz .empty
        cmp ecx, RING_ENTRIES
        ja .none                        ; more than there is room for: an index that cannot be
        inc dword [request_index]
        and eax, RING_ENTRIES - 1
        imul eax, BLKIF_SLOT
        lea esi, [ebx + RING_SLOTS + eax]
        mov edi, request                ; a copy of our own: the front end could change its one after it was checked
        mov ecx, BLKIF_SLOT / 4
        rep movsd
        call disk_request               ; AX = status
        mov ecx, [ebx + RSP_PROD]
        mov edi, ecx
        and edi, RING_ENTRIES - 1
        imul edi, BLKIF_SLOT
        lea edi, [ebx + RING_SLOTS + edi]
        mov [edi + RSP_STATUS], ax
        mov al, [request + REQ_OPERATION]
        mov [edi + RSP_OPERATION], al
        mov eax, [request + REQ_ID]
        mov [edi + RSP_ID], eax
        mov eax, [request + REQ_ID + 4]
        mov [edi + RSP_ID + 4], eax
        inc ecx
        mov [ebx + RSP_PROD], ecx
        mov eax, [disk_port]
        call notify
        jmp .next
.empty: inc eax
        mov [ebx + REQ_EVENT], eax      ; an event for the next request, please
        dec eax
        cmp eax, [ebx + REQ_PROD]
        jne .next                       ; it came before we had said so
.none:  ret

; Does the request. Gives AX = status. Keeps EBX.
disk_request:
        cmp byte [request + REQ_OPERATION], BLKIF_OP_WRITE
        mov eax, BLKIF_RSP_EOPNOTSUPP
        ja .done
        mov eax, BLKIF_RSP_ERROR
        cmp dword [request + REQ_SECTOR + 4], 0
        jne .done
        movzx edx, byte [request + REQ_SEGMENTS]
        cmp edx, 11
        ja .done
        mov ebp, request + REQ_SEGMENT
.segment:
        dec edx
        js .all
        movzx ecx, byte [ebp + 4]       ; first and last sector within the page
        movzx eax, byte [ebp + 5]
        cmp eax, 7
        ja .bad
        sub eax, ecx
        jb .bad
        inc eax                         ; so many sectors
        mov esi, [request + REQ_SECTOR]
        cmp esi, DISK_SECTORS
        ja .bad
        add eax, esi
        cmp eax, DISK_SECTORS
        ja .bad
        mov [request + REQ_SECTOR], eax         ; where the next segment goes on
        sub eax, esi
        call disk_segment
        jc .bad
        add ebp, 8
        jmp .segment
.bad:   mov eax, BLKIF_RSP_ERROR
        ret
.all:   mov eax, BLKIF_RSP_OKAY
.done:  ret

; EAX = sectors, ESI = first sector on the disk, ECX = first sector in the page, EBP = segment. CF set when the page
; cannot be mapped. Changes EAX, ECX, ESI, EDI.
disk_segment:
        push ebx
        push eax
        push ecx
        mov eax, [front]
        mov ebx, DATA_WINDOW
        mov ecx, [ebp]
        call map_grant
        pop edi
        pop ecx
        jc .done
        shl edi, 9
        add edi, DATA_WINDOW
        shl esi, 9
        add esi, DISK
        cmp byte [request + REQ_OPERATION], BLKIF_OP_READ
        je .copy
        xchg esi, edi
.copy:  shl ecx, 7                      ; dwords
        rep movsd
        call unmap_grant
        clc
.done:  pop ebx
        ret

%include "lib/console.inc"
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/events.inc"
%include "include/map-grant.inc"
        align 4
front:  dd 0                            ; domain served
console_port:
        dd 0
store_port:
        dd 0
keyboard_port:
        dd 0
serial_port:
        dd 0
disk_port:
        dd 0                            ; 0: not connected
kbd_port:
        dd 0
request_index:
        dd 0
request:
        times BLKIF_SLOT db 0
last_code:
        db 0
%else
start:  hlt                             ; without Xen there is nothing to drive for
%endif
