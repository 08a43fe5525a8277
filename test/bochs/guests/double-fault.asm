; Pairs of exceptions: contributory after contributory, page fault after page fault, and the pairs that are not.
%include "common.inc"
%macro gate_bad 2
        mov byte [idt + %1 * 8 + 5], %2
%endmacro
main:   try "plain #gp", int 0x20 + 0x60
        gate_bad 13, 0x0E
        mov ax, 0xFFF8
        try "#gp, its gate not present: #np in #gp", mov fs, ax
        gate_bad 11, 0x0E
        try "#gp, its gate not present, nor #np's", mov fs, ax
        gate_bad 13, 0x8E
        gate_bad 11, 0x8E
        gate_bad 0, 0x0E
        xor ecx, ecx
        try "#de, its gate not present", div ecx
        gate_bad 0, 0x85
        try "#de, its gate a task gate without a task", div ecx
        gate_bad 0, 0x8E
        gate_bad 6, 0x0E
        try "#ud is benign: #np", ud2
        gate_bad 6, 0x8C
        try "#ud, gate of a wrong type: #gp", ud2
        gate_bad 6, 0x8E
        gate_bad 5, 0x0E
        mov dword [AREA], 10
        mov dword [AREA + 4], 20
        try "#br is benign: #np", bound eax, [AREA]
        gate_bad 5, 0x8E
        gate_bad 11, 0x0E
        desc T0, AREA, 0xFF, 0x13, 4
        mov ax, T0
        try "#np, its gate not present", mov fs, ax
        gate_bad 11, 0x8E
        gate_bad 12, 0x0E
        try "#ss, its gate not present", mov ss, ax
        gate_bad 12, 0x8E
        call paging_on
        mov dword [PT1], 0
        mov eax, cr3
        mov cr3, eax
        try "plain #pf", mov eax, [0x400000]
        gate_bad 14, 0x0E
        try "#pf, its gate not present: #np in #pf", mov eax, [0x400004]
        gate_bad 14, 0x8C
        try "#pf, its gate of a wrong type", mov eax, [0x400008]
        gate_bad 14, 0x8E
        mov word [idt + 14 * 8 + 2], 0
        try "#pf, its selector null", mov eax, [0x40000C]
        mov word [idt + 14 * 8 + 2], CODE0
        finish
