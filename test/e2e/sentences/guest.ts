/**
 * A guest of some forty lines that meets what the sentences speak of: memory, ports, calls, paging, a trap, an instruction
 * that is silent, a macro and an included file.
 */
export const GUEST = `        org 0x100000
%include "lib/machine.inc"
%macro twice 1
        add %1, %1
%endmacro
start:  mov esp, KERNEL_STACK
        mov ecx, 4
again:  inc dword [counter]
        dec ecx
        jnz again
        twice ecx
        mov al, 'A'
        out DEBUG_PORT, al
        call outer
        mov dword [PAGE_DIRECTORY], P | W | LARGE
        mov eax, cr4
        or eax, 0x10
        mov cr4, eax
        mov eax, PAGE_DIRECTORY
        mov cr3, eax
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        pushfd
        popfd
        mov al, 'z'
        call put_char
        exit 0
outer:  push ebp
        mov ebp, esp
        call inner
back:   leave
        ret
inner:  push ebp
        mov ebp, esp
here:   cli
        leave
        ret
counter: dd 7                   ; times round
text:   db "needle in memory", 0
%include "lib/console.inc"
`;
