; The smallest segment, and operands of 6 and 8 bytes at a limit.
%include "common.inc"
main:   desc T0, AREA, 0, 0x93, 4
        mov ax, T0
        mov fs, ax
        try "byte at 0", mov al, [fs:0]
        try "word at 0", mov ax, [fs:0]
        try "byte at 1", mov al, [fs:1]
        desc T1, AREA, 7, 0x93, 4
        mov ax, T1
        mov gs, ax
        try "qword at 0", cmpxchg8b [gs:0]
        try "qword at 1", cmpxchg8b [gs:1]
        try "sgdt at 2", sgdt [gs:2]
        try "sgdt at 3", sgdt [gs:3]
        try "sidt at 2", sidt [gs:2]
        try "sidt at 4", sidt [gs:4]
        try "lgdt at 3", lgdt [gs:3]
        try "lidt at 6", lidt [gs:6]
        try "bound at 1", bound eax, [gs:1]
        try "les at 2", les eax, [gs:2]
        try "les at 3", les eax, [gs:3]
        try "jmp far at 3", jmp far [gs:3]
        try "call far at 7", call far [gs:7]
        try "jmp near at 5", jmp [gs:5]
        try "mov to word of ds at 7", mov [gs:7], ds
        try "mov to word of ds at 6", mov [gs:6], ds
        try "str at 7", str [gs:7]
        try "smsw at 7", smsw [gs:7]
        try "bt far bit", bt dword [gs:0], 31
        mov eax, 64
        try "bt index beyond", bt [gs:0], eax
        mov eax, 63
        try "bt last bit", bt [gs:0], eax
        mov eax, -1
        try "bt negative bit", bt [gs:0], eax
        finish
