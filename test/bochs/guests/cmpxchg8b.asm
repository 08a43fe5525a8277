; CMPXCHG8B, CMPXCHG and XADD: results and faults.
%include "common.inc"
%macro flags 1
        pushfd
        pop edi
        and edi, 0x8D5
        show %1, edi
%endmacro
main:   desc T0, AREA, 7, 0x91, 4
        mov ax, T0
        mov fs, ax
        mov dword [AREA], 0x1111
        mov dword [AREA + 4], 0x2222
        mov eax, 0x1111
        mov edx, 0x2222
        mov ebx, 0x3333
        mov ecx, 0x4444
        cmpxchg8b [AREA]
        flags "equal, flags"
        show "low", [AREA]
        show "high", [AREA + 4]
        show "eax", eax
        cmpxchg8b [AREA]
        flags "different, flags"
        show "eax", eax
        show "edx", edx
        lock cmpxchg8b [AREA]
        flags "locked, equal"
        try "read-only segment", cmpxchg8b [fs:0]
        try "beyond the limit", cmpxchg8b [fs:4]
        try "of a register", db 0x0F, 0xC7, 0xC8
        try "lock of a register", db 0xF0, 0x0F, 0xC7, 0xC8
        mov dword [AREA], 5
        mov eax, 6
        mov ecx, 7
        cmpxchg [AREA], ecx
        flags "cmpxchg different"
        show "eax", eax
        show "memory", [AREA]
        cmpxchg [AREA], ecx
        flags "cmpxchg equal"
        show "memory", [AREA]
        mov eax, 0x12345678
        mov ebx, 0xAABBCC78
        mov ecx, 0x55
        cmpxchg bl, cl
        show "byte, equal", ebx
        mov bl, 0x10
        cmpxchg bl, cl
        show "byte, different: al", eax
        mov eax, 0x70000000
        mov ebx, 0x10000000
        xadd eax, ebx
        flags "xadd"
        show "sum", eax
        show "old", ebx
        xadd eax, eax
        show "xadd of itself", eax
        finish
