; INVEPT and INVVPID in root: types and descriptors.
%include "vmx-common.inc"
%macro inv 6                            ; "name", instruction, type, three dwords of the descriptor
        mov dword [AREA], %4
        mov dword [AREA + 4], %5
        mov dword [AREA + 8], %6
        mov dword [AREA + 12], 0
        mov eax, %3
        vmx %1, %2 eax, [AREA]
%endmacro
cases:  case "invept"
        inv "single context", invept, 1, EPTP_DEFAULT, 0, 0
        inv "global", invept, 2, 0, 0, 0
        inv "type 0", invept, 0, EPTP_DEFAULT, 0, 0
        inv "type 3", invept, 3, EPTP_DEFAULT, 0, 0
        inv "type FFFFFFFF", invept, -1, EPTP_DEFAULT, 0, 0
        inv "a pointer that an entry would refuse", invept, 1, PML4 + 0x1F, 0, 0
        inv "global: the pointer does not count", invept, 2, -1, -1, 0
        case "invvpid"
        inv "address", invvpid, 0, 1, 0, 0x400000
        inv "single context", invvpid, 1, 1, 0, 0
        inv "all contexts", invvpid, 2, 0, 0, 0
        inv "retaining globals", invvpid, 3, 1, 0, 0
        inv "type 4", invvpid, 4, 1, 0, 0
        inv "address, VPID 0", invvpid, 0, 0, 0, 0
        inv "single context, VPID 0", invvpid, 1, 0, 0, 0
        inv "all contexts, VPID 0", invvpid, 2, 0, 0, 0
        inv "retaining globals, VPID 0", invvpid, 3, 0, 0, 0
        inv "reserved bits of the descriptor", invvpid, 1, 0x10001, 0, 0
        inv "reserved bits, all contexts", invvpid, 2, 0, 1, 0
        finish
