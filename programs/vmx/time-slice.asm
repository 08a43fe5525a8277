; title: A small hypervisor
; title-zh: 一个小型虚拟机监控器
; summary: Everything together. Two guests run the same code in turns, parted by the preemption timer; each slice but the first begins with an injected timer interrupt. CPUID, console port and HLT are emulated. EPT lets both read the image, gives each a stack and a data page of its own, and hides the rest: when the second guest writes where it may not, it is ended.
; summary-zh: 把所有东西合在一起。两个客户机运行同一段代码，由抢占定时器轮流切换，除第一个外，每个时间片开始时都注入一次定时器中断。CPUID、控制台端口和 HLT 都由监控器模拟。EPT 让两者都能读映像，各给一页栈和一页数据，其余全部隐藏：第二个客户机写了不该写的地方，就被终止。
; topic: vmx
; order: 10
; outcome: exited 0
; serial: "1: a\n2: a\n1: b\n2: b\n1: c\n2: c\nguest 1 halts\nguest 2 writes to 00100000 and is ended\nslices: 4 and 4\n"
; processor: vt-x
; exits: 10 CPUID, 30 OUT x 5, 52 preemption timer, 10 CPUID, 30 OUT x 5, 52 preemption timer
; exits: 30 OUT x 5, 52 preemption timer, 30 OUT x 5, 52 preemption timer
; exits: 30 OUT x 5, 52 preemption timer, 30 OUT x 5, 52 preemption timer
; exits: 12 HLT, 48 EPT violation
; bare-only: it is the hypervisor itself

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/vmx.inc"
SLICE   equ 20000                       ; ticks of the preemption timer
CONSOLE equ 0xE9                        ; the guests' console
DATA    equ 0x300000                    ; guest-physical: a page for each guest
NUMBER  equ DATA                        ; which guest it is
TICKS   equ DATA + 4                    ; timer interrupts that it has had
STACK   equ STACK_1 - 0x1000            ; and one for its stack
FRAMES  equ 0x3A0000                    ; what is behind them: two pages for each guest
WHO     equ 0x40000000                  ; leaf of CPUID: EBX = number of the guest
VALID   equ 1 << 31
; What the hypervisor keeps of a guest
G_VCPU  equ 0
G_VMCS  equ VCPU_BYTES
G_NUMBER equ VCPU_BYTES + 4
G_SLICES equ VCPU_BYTES + 8
G_RUNS  equ VCPU_BYTES + 12             ; not 0: it has not ended
G_NEXT  equ VCPU_BYTES + 16             ; whose turn is next

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x20, timer_interrupt, INTERRUPT_GATE
        call vmx_init
        call mark_accessed
        mov ebp, guest_1
        mov edi, VMCS_1
        mov esi, EPT_1
        mov ebx, FRAMES
        call make_guest
        mov ebp, guest_2
        mov edi, VMCS_2
        mov esi, EPT_2
        mov ebx, FRAMES + 0x2000
        call make_guest

; The scheduler: in turns, as long as anybody runs.
        mov ebp, guest_1
.turn:  cmp dword [ebp + G_RUNS], 0
        je .other
        call slice
.other: mov ebp, [ebp + G_NEXT]
        mov eax, [guest_1 + G_RUNS]
        or eax, [guest_2 + G_RUNS]
        jnz .turn
        vmxoff
        print "slices: "
        mov eax, [guest_1 + G_SLICES]
        call put_decimal
        print " and "
        mov eax, [guest_2 + G_SLICES]
        call put_decimal
        print 10
        exit 0

; Guests cannot write to the page tables, where the processor would set accessed and dirty bits: all are set here.
mark_accessed:
        mov ecx, 1024
.next:  or dword [PAGE_TABLE - 4 + ecx * 4], A + D
        loop .next
        or dword [PAGE_DIRECTORY], A
        ret

; EBP = guest, EDI = its VMCS, ESI = its EPT tables, EBX = its two frames.
make_guest:
        mov [ebp + G_VMCS], edi
        push esi
        call vmcs_init
        pop edi
        call ept_init
        mov ecx, 1023                   ; below 3 MiB: read and execute; above: nothing
.page:  lea edx, [edi + EPT_PAGE_TABLE + ecx * 8]
        and dword [edx], ~EPT_WRITE
        cmp ecx, DATA >> 12
        jb .next
        mov dword [edx], 0
.next:  dec ecx
        jns .page
        lea eax, [ebx + EPT_READ + EPT_WRITE + EPT_WRITE_BACK]
        mov [edi + EPT_PAGE_TABLE + (DATA >> 12) * 8], eax
        add eax, 0x1000
        mov [edi + EPT_PAGE_TABLE + (STACK >> 12) * 8], eax
        vmcs_write GUEST_RIP, guest
        vmcs_set PIN_BASED_CONTROLS, ACTIVATE_PREEMPTION_TIMER
        vmcs_set EXIT_CONTROLS, SAVE_PREEMPTION_TIMER
        vmcs_set PRIMARY_CONTROLS, HLT_EXITING + UNCONDITIONAL_IO_EXITING
        mov dword [ebp + G_RUNS], 1
        ret

; EBP = guest. Runs it until its time is up or it ends.
slice:  mov eax, [ebp + G_VMCS]
        mov [vmx_pointer], eax
        vmptrld [vmx_pointer]
        vmcs_write PREEMPTION_TIMER_VALUE, SLICE ; saved by each exit, so that the slice goes on behind it
        cmp dword [ebp + G_SLICES], 0
        je .first
        vmcs_read GUEST_RFLAGS
        test eax, IF                    ; where it is 0, the injection would fail the entry checks
        jz .first
        vmcs_write ENTRY_INTERRUPTION_INFORMATION, VALID + 0x20
.first: inc dword [ebp + G_SLICES]
.enter: lea edi, [ebp + G_VCPU]
        call vm_run
        jc .wrong
        cmp eax, REASON_PREEMPTION_TIMER
        je .over
        cmp eax, REASON_IO_INSTRUCTION
        je .io
        cmp eax, REASON_CPUID
        je .cpuid
        cmp eax, REASON_HLT
        je .hlt
        cmp eax, REASON_EPT_VIOLATION
        je .violation
.wrong: exit 1
.over:  ret
.cpuid: cmp dword [edi + VCPU_EAX], WHO
        jne .skip
        mov eax, [ebp + G_NUMBER]
        mov [edi + VCPU_EBX], eax
        jmp .skip
.io:    vmcs_read EXIT_QUALIFICATION
        cmp eax, CONSOLE << 16 | 1 << 6 ; OUT of a byte to a port named by the instruction
        jne .wrong
        mov al, [edi + VCPU_EAX]
        call put_char
.skip:  call vm_skip
        jmp .enter
.hlt:   call who
        print " halts", 10
        jmp .end
.violation:
        call who
        print " writes to "
        vmcs_read GUEST_PHYSICAL_ADDRESS
        call put_hex
        print " and is ended", 10
.end:   mov dword [ebp + G_RUNS], 0
        ret

who:    print "guest "
        mov eax, [ebp + G_NUMBER]
        jmp put_decimal

; The guests, both of them.
guest:  mov eax, WHO
        cpuid
        mov [NUMBER], ebx
        sti
        mov ecx, 'a'
.round: mov eax, [NUMBER]
        add al, '0'
        out CONSOLE, al
        mov al, ':'
        out CONSOLE, al
        mov al, ' '
        out CONSOLE, al
        mov al, cl
        out CONSOLE, al
        mov al, 10
        out CONSOLE, al
        mov eax, [TICKS]
.wait:  cmp eax, [TICKS]                ; till the slice is over, and the next one brings the interrupt
        je .wait
        inc ecx
        cmp ecx, 'd'
        jb .round
        cli
        cmp dword [NUMBER], 1
        je .halt
        mov [start], eax                ; the image is everybody's: not to be written
.halt:  hlt

timer_interrupt:
        inc dword [TICKS]
        iretd

%include "include/hypervisor.inc"
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
        align 64
guest_1:
        times VCPU_BYTES db 0
        dd 0, 1, 0, 0, guest_2
        align 64
guest_2:
        times VCPU_BYTES db 0
        dd 0, 2, 0, 0, guest_1
