; title: The domain that answers
; title-zh: 作答的域
; summary: Maps the page that xen/two-domains.asm has granted, binds its event channel, and squares a number at each event. Between events it sleeps.
; summary-zh: 映射 xen/two-domains.asm 授权的一页，绑定它的事件通道，每来一个事件就求一个平方。事件之间睡眠。
; companion: yes
; topic: tasks
; order: 30

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
%include "include/squares.inc"
        xen_guest "peer", start
ASKING_DOMAIN equ 1
PORTS   equ 32                          ; where the other's unbound port may be
WINDOW  equ 0x300000                    ; the granted page

start:  mov esp, KERNEL_STACK
        call domain_init
        mov eax, event
        call events_init
.map:   mov ebx, WINDOW
        mov eax, ASKING_DOMAIN
        mov ecx, SQUARES_GRANT
        call map_grant
        jnc .bind
        hypercall sched_op, SCHEDOP_YIELD, 0    ; not yet granted
        jmp .map

; XenStore would tell which port it is. Without it: the one that lets itself be bound.
.bind:  mov edx, 1
.port:  mov eax, ASKING_DOMAIN
        call bind_interdomain
        jnc .bound
        inc edx
        cmp edx, PORTS
        jb .port
        hypercall sched_op, SCHEDOP_YIELD, 0
        jmp .bind
.bound: mov [port], eax
        mov dword [WINDOW + READY], 1
        sti
.idle:  hlt
        jmp .idle

event:  pushad
        call take_events
        mov ecx, [WINDOW + ASKED]
        cmp ecx, [WINDOW + ANSWERED]
        je .done
        mov eax, [WINDOW + QUESTION]
        mul eax
        mov [WINDOW + ANSWER], eax
        mov [WINDOW + ANSWERED], ecx    ; after the answer
        mov eax, [port]
        call notify
.done:  popad
        iretd

%include "lib/console.inc"
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/events.inc"
%include "include/map-grant.inc"
        align 4
port:   dd 0
%else
start:  hlt                             ; without Xen there is nobody to answer
%endif
