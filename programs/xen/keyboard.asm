; title: The keyboard through a ring
; title-zh: 经环的键盘
; summary: Letters are echoed; Enter ends. On bare metal a key is IRQ 1 and a scan code at port 60; under Xen the driver domain has both, and puts events into a page that this domain has granted to it.
; summary-zh: 回显字母，回车结束。裸机上一次按键是 IRQ 1 加端口 60 的扫描码；在 Xen 下二者归驱动域，它把事件放进本域授权给它的一页。
; topic: devices
; order: 22
; input: tick 60000 key KeyR
; input: tick 70000 key KeyI
; input: tick 80000 key KeyN
; input: tick 90000 key KeyG
; input: tick 100000 key Enter
; outcome: exited 0
; serial: "ring\n"
; domain 0: xen/driver-domain.asm
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
%include "include/rings.inc"
        xen_guest "keyboard", start
KEYS    equ USER_PAGE                   ; the ring's page, which is granted by this reference
KEYS_GRANT equ GNTTAB_RESERVED
%endif
ENTER_KEY equ 0x1C

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        call grants_init
        mov eax, keyboard
        call events_init
        sti
        mov edx, 'vkbd'
        mov edi, KEYS
        mov ecx, KEYS_GRANT
        call offer
%else
        call segments_init
        call interrupts_init
        gate 0x21, keyboard, INTERRUPT_GATE
        call pic_init
        in al, KEYBOARD                 ; drop what the firmware may have left
        mov al, 0xFD
        out PIC1 + 1, al                ; IRQ 1 alone
        sti
%endif
.sleep: hlt
        jmp .sleep

keyboard:
        pushad
%ifdef XEN
        call take_events                ; of the store and of the ring
.next:  mov ecx, [KEYS + KBD_IN_CONS]
        cmp ecx, [KEYS + KBD_IN_PROD]
        je .done
        mov eax, ecx
        xor edx, edx
        mov ebx, KBD_ENTRIES
        div ebx
        imul edx, KBD_EVENT
        mov eax, [KEYS + KBD_EVENTS + edx + 4]
        mov bl, [KEYS + KBD_EVENTS + edx + 1]
        inc ecx
        mov [KEYS + KBD_IN_CONS], ecx
        cmp bl, 0
        je .next                        ; the key came up
        call key
        jmp .next
.done:
%else
        in al, KEYBOARD                 ; the scan code; bit 7 is set when the key comes up
        movzx eax, al
        call key
        mov al, 0x20
        out PIC1, al
%endif
        popad
        iretd

; EAX = scan code of set 1.
key:    cmp eax, ENTER_KEY
        je .enter
        cmp eax, letters_end - letters
        jae .done
        mov al, [letters + eax]
        cmp al, 0
        je .done
        call put_char
.done:  ret
.enter: print 10
        exit 0

; By scan code, from 0 on; a zero stands for keys that are not letters.
letters:
        times 0x10 db 0
        db "qwertyuiop", 0, 0, 0, 0
        db "asdfghjkl", 0, 0, 0, 0, 0
        db "zxcvbnm"
letters_end:

%include "lib/console.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
%include "include/events.inc"
%include "include/grants.inc"
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
%endif
