; #AC: only at CPL 3, with CR0.AM and EFLAGS.AC.
%include "common.inc"
main:   mov eax, cr0
        or eax, 0x40000
        mov cr0, eax
        push dword 0x40002
        popfd
        try "at 0", mov eax, [AREA + 1]
        ring 1
        try "at 1", mov eax, [AREA + 1]
        ring 3
        try "at 3: dword at 1", mov eax, [AREA + 1]
        try "at 3: dword at 2", mov [AREA + 2], eax
        try "at 3: dword at 4", mov eax, [AREA + 4]
        try "at 3: word at 1", mov ax, [AREA + 1]
        try "at 3: word at 3", add [AREA + 3], ax
        try "at 3: word at 2", mov ax, [AREA + 2]
        try "at 3: byte", mov al, [AREA + 3]
        try "at 3: qword at 4", cmpxchg8b [AREA + 4]
        begin .push, "at 3: push"
        mov ebx, esp
        sub esp, 2
        push eax
        done .push
        mov esi, AREA + 1
        try "at 3: lodsd", lodsd
        push dword 2
        popfd
        try "at 3: flag off", mov eax, [AREA + 1]
        ring 0
        mov eax, 0x11
        mov cr0, eax
        push dword 0x40002
        popfd
        ring 3
        try "at 3: am off", mov eax, [AREA + 1]
        ring 0
        push dword 2
        popfd
        finish
