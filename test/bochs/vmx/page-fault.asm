; #PF: the bitmap's bit 14, with the error code's mask and match; CR2 keeps what it was.
%include "vmx-common.inc"
MISSING equ 0x404000
cases:  mov dword [PT1 + 4 * 4], 0
        mov dword [PT1 + 5 * 4], PAGES + 0x5005 ; read-only
        mov dword [PT1 + 6 * 4], PAGES + 0x6003 ; supervisor
        case "bit 1, mask 0, match 0: every one exits"
        on EXCEPTION_BITMAP, 1 << 14
        call writes_and_reads
        case "bit 1, mask 0, match FFFFFFFF: none"
        on EXCEPTION_BITMAP, 1 << 14
        put PAGE_FAULT_ERROR_CODE_MATCH, -1
        guest .none
        try "write", mov [MISSING], eax
        try "read", mov eax, [MISSING]
        back .none
        case "bit 0, mask 0, match 0: none"
        guest .zero
        try "write", mov [MISSING], eax
        back .zero
        case "bit 0, mask 0, match FFFFFFFF: every one"
        put PAGE_FAULT_ERROR_CODE_MATCH, -1
        call writes_and_reads
        case "bit 1, mask 2, match 2: writes only"
        on EXCEPTION_BITMAP, 1 << 14
        put PAGE_FAULT_ERROR_CODE_MASK, 2
        put PAGE_FAULT_ERROR_CODE_MATCH, 2
        guest .writes
        try "read", mov eax, [MISSING]
        mov [MISSING + 8], eax
        back .writes
        case "bit 0, mask 2, match 2: all but writes"
        put PAGE_FAULT_ERROR_CODE_MASK, 2
        put PAGE_FAULT_ERROR_CODE_MATCH, 2
        guest .reads
        try "write", mov [MISSING], eax
        mov eax, [MISSING + 8]
        back .reads
        case "bit 1, mask 5, match 5: user's protection violations"
        on EXCEPTION_BITMAP, 1 << 14
        put PAGE_FAULT_ERROR_CODE_MASK, 5
        put PAGE_FAULT_ERROR_CODE_MATCH, 5
        guest .user
        ring 3
        try "missing", mov eax, [MISSING]
        mov [0x405678], al
        back .user
        case "a supervisor page"
        on EXCEPTION_BITMAP, 1 << 14
        guest .supervisor
        ring 3
        mov eax, [0x406010]
        back .supervisor
        case "a fetch"
        on EXCEPTION_BITMAP, 1 << 14
        go jmp MISSING + 0x123
        case "CR2 is not written by an exit"
        on EXCEPTION_BITMAP, 1 << 14
        mov eax, 0x1234
        mov cr2, eax
        guest .cr2
        mov eax, cr2
        mov [MISSING + 0x40], al
        back .cr2
        mov eax, cr2
        show "CR2", eax
        finish

; The handler skips what faulted, six bytes each.
writes_and_reads:
        after skip_6
        guest .all
        mov [MISSING + 0x10], ecx
        mov ecx, [MISSING + 0x14]
        inc dword [MISSING + 0x18]
        mov ecx, [0x405000]
        back .all
        ret

skip_6: mov ecx, GUEST_RIP
        vmread eax, ecx
        add eax, 6
        vmwrite ecx, eax
        mov eax, AGAIN
        ret
