; title: A burst of page-table updates
; title-zh: 一连串页表更新
; summary: As fork() does, makes 256 entries of a page table read-only and copies them to the child's table. The port gives each entry to Xen by a hypercall of its own. Then the parent reads its pages again. Count the entries into the hypervisor from measure to updated, and on to measured: a VMM with shadow page tables pays later.
; summary-zh: 像 fork() 那样，把一张页表的 256 个表项改为只读，并复制到子进程的表中。移植版对每个表项各做一次超级调用。随后父进程再次读取各页。请数从 measure 到 updated、再到 measured 进入虚拟机监控器的次数：使用影子页表的 VMM 把代价推迟到后面。
; topic: paging
; order: 24
; outcome: exited 0
; serial: "256 entries are read-only, and the child has them\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
        xen_guest "burst", start
%endif
ARRAY        equ 0x40000000
PARENT_TABLE equ 0x202000
CHILD_TABLE  equ 0x203000
ENTRIES      equ 256
BATCH        equ 0x210000               ; where the port collects calls

start:  mov esp, KERNEL_STACK
%ifdef XEN
        call domain_init
        mov edi, PARENT_TABLE           ; while it is no page table, the kernel may write to it
        mov ebx, USER_PAGE
.fill:  mov eax, ebx
        call machine_address
        or eax, P + W + U
        stosd
        add ebx, 0x1000
        cmp edi, PARENT_TABLE + ENTRIES * 4
        jb .fill
        mov edi, PARENT_TABLE
        mov eax, MMUEXT_PIN_L1_TABLE
        call make_table
        mov eax, edi
        call machine_address
        or eax, P + W + U
        mov ebx, ARRAY
        call directory_entry
        call set_entry
%else
        call segments_init
        call interrupts_init
        mov dword [PAGE_DIRECTORY + (ARRAY >> 22) * 4], PARENT_TABLE + P + W + U
        mov edi, PARENT_TABLE
        mov eax, USER_PAGE + P + W + U
.fill:  stosd
        add eax, 0x1000
        cmp edi, PARENT_TABLE + ENTRIES * 4
        jb .fill
        mov eax, P + W
        call paging_init
%endif
        mov ecx, ENTRIES                ; every page has been used
        mov edi, ARRAY
.use:   mov [edi], edi
        add edi, 0x1000
        loop .use

measure:
        mov esi, PARENT_TABLE
        mov edi, CHILD_TABLE
.next:  mov eax, [esi]
        and al, ~(W + A + D) & 0xFF
        mov [edi], eax                  ; the child's table is not yet one: plain memory
%ifdef XEN
        call protect
%else
        mov [esi], eax
%endif
        add esi, 4
        add edi, 4
        cmp esi, PARENT_TABLE + ENTRIES * 4
        jb .next
%ifdef XEN
        call finish
%else
        mov eax, cr3
        mov cr3, eax                    ; flush
%endif
updated:
        mov ecx, ENTRIES                ; the parent goes on, and uses its memory
        mov esi, ARRAY
.read:  mov eax, [esi]
        add esi, 0x1000
        loop .read
measured:
        xor ecx, ecx
        mov esi, PARENT_TABLE
.count: mov eax, [esi]
        and al, ~(A + D)
        cmp eax, [esi + CHILD_TABLE - PARENT_TABLE]
        jne .bad
        test al, W
        jnz .bad
        inc ecx
        add esi, 4
        cmp esi, PARENT_TABLE + ENTRIES * 4
        jb .count
        mov eax, ecx
        call put_decimal
        print " entries are read-only, and the child has them", 10
        exit 0
.bad:   print "an entry is wrong", 10
        exit 1

%ifdef XEN
; ESI = entry of PARENT_TABLE, EAX = its new value. Keeps registers.
protect:
        pushad
        sub esi, PARENT_TABLE
        shl esi, 10                     ; from 4 bytes to 4 KiB
        add esi, ARRAY                  ; what the entry maps
%ifdef MULTICALL
        mov edi, [batch_end]
        mov dword [edi], __HYPERVISOR_update_va_mapping
        mov [edi + 8], esi              ; the arguments; the result at 4 is Xen's to write
        mov [edi + 12], eax
        mov dword [edi + 16], 0
        mov dword [edi + 20], UVMF_NONE
        add edi, MULTICALL_SIZE
        mov [batch_end], edi
%else
        hypercall update_va_mapping, esi, eax, 0, UVMF_NONE
        check
%endif
        popad
        ret

; The processor forgets what it knew, and the child's table is one from now on.
finish:
%ifdef MULTICALL
        mov ecx, [batch_end]
        sub ecx, BATCH
        shr ecx, 5
        hypercall multicall, BATCH, ecx
        check
        mov ebx, BATCH
.next:  mov eax, [ebx + 4]
        check
        add ebx, MULTICALL_SIZE
        cmp ebx, [batch_end]
        jb .next
%endif
        mov edi, CHILD_TABLE
        mov eax, MMUEXT_PIN_L1_TABLE
        call make_table
        mov eax, MMUEXT_TLB_FLUSH_LOCAL
        jmp extended_op
%ifdef MULTICALL
        align 4
batch_end:
        dd BATCH
%endif
%endif

%include "lib/console.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%include "include/direct-paging.inc"
%else
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/paging.inc"
%endif
