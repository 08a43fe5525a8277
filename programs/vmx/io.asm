; title: A device that is not there
; title-zh: 并不存在的设备
; summary: Trap and emulate, done by the processor. The I/O bitmaps make two ports exit; all others are the guest's own. The exit qualification tells port, size and direction, and the hypervisor plays a device that turns letters into capitals and counts them.
; summary-zh: 由处理器完成的陷入并模拟。I/O 位图让两个端口引起退出，其余端口归客户机直接使用。退出限定给出端口、大小和方向，监控器扮演一个把字母变成大写并计数的设备。
; topic: vmx
; order: 4
; outcome: exited 0
; serial: "HELLO, DEVICE\nletters: 11\n"
; processor: vt-x
; exits: 30 OUT x 14, 30 IN, 18 VMCALL
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
WRITER  equ 0x500                       ; the device: a byte written is printed
COUNTER equ 0x501                       ; a byte read is the number of letters so far

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        call vmx_init
        mov edi, VMCS_1
        call vmcs_init
        vmcs_write GUEST_RIP, guest
        vmcs_write IO_BITMAP_A, IO_BITMAP_1
        vmcs_write IO_BITMAP_B, IO_BITMAP_1 + 0x1000
        mov byte [IO_BITMAP_1 + WRITER / 8], 3 ; a bit for each port: these two exit
        vmcs_set PRIMARY_CONTROLS, USE_IO_BITMAPS
        mov edi, vcpu
.enter: call vm_run
        jc .wrong
        cmp eax, REASON_VMCALL
        je .done
        cmp eax, REASON_IO_INSTRUCTION
        jne .wrong
        vmcs_read EXIT_QUALIFICATION
        mov ebx, eax
        test bl, 7                      ; bits 2:0: bytes less one
        jnz .wrong
        shr eax, 16                     ; bits 31:16: the port
        test bl, 1 << 3                 ; bit 3: IN
        jnz .in
        cmp eax, WRITER
        jne .wrong
        mov al, [edi + VCPU_EAX]        ; AL of the guest
        cmp al, 'a'                     ; below: no letter
        jb .print
        inc dword [letters]
        and al, ~0x20
.print: call put_char
        jmp .next
.in:    cmp eax, COUNTER
        jne .wrong
        mov al, [letters]
        mov [edi + VCPU_EAX], al        ; the other three bytes of EAX stay
.next:  call vm_skip
        jmp .enter
.done:  exit 0
.wrong: exit 1

guest:  mov esi, text
        mov edx, WRITER
.next:  lodsb
        test al, al
        jz .end
        out dx, al
        jmp .next
.end:   mov edx, COUNTER
        xor eax, eax
        in al, dx
        print "letters: "
        call put_decimal                ; COM1 is the guest's own: no exits
        print 10
        vmcall

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
text:   db "hello, device", 10, 0
        align 4
letters: dd 0
vcpu:   times VCPU_BYTES db 0
