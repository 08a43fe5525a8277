; RDTSC, RDPMC and model-specific registers: who may.
%include "common.inc"
main:   try "rdtsc", rdtsc
        rdtsc
        mov ebx, eax
        rdtsc
        sub eax, ebx
        sbb ecx, ecx
        show "later is not less", ecx
        ring 3
        try "at 3: rdtsc", rdtsc
        ring 0
        mov eax, 4
        mov cr4, eax
        try "tsd: rdtsc at 0", rdtsc
        ring 1
        try "tsd: rdtsc at 1", rdtsc
        ring 3
        try "tsd: rdtsc at 3", rdtsc
        ring 0
        xor eax, eax
        mov cr4, eax
        mov ecx, 0x174
        mov eax, 0x1234
        xor edx, edx
        wrmsr
        xor eax, eax
        rdmsr
        show "sysenter cs", eax
        mov ecx, 0x175
        mov eax, 0x55667788
        wrmsr
        xor eax, eax
        rdmsr
        show "sysenter esp", eax
        mov ecx, 0x176
        mov eax, 0x99AABBCC
        wrmsr
        xor eax, eax
        rdmsr
        show "sysenter eip", eax
        mov ecx, 0x12345678
        try "rdmsr of none", rdmsr
        try "wrmsr of none", wrmsr
        finish
