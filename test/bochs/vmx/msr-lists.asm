; MSR lists of entries and exits: what is loaded and stored, and reason 34.
%include "vmx-common.inc"
SYSENTER_CS equ 0x174
SYSENTER_ESP equ 0x175
%macro entry 4                          ; number, MSR, low, high
        mov dword [MSR_LIST + %1 * 16], %2
        mov dword [MSR_LIST + %1 * 16 + 4], 0
        mov dword [MSR_LIST + %1 * 16 + 8], %3
        mov dword [MSR_LIST + %1 * 16 + 12], %4
%endmacro
cases:  case "loaded at entry, behind the guest's own"
        put GUEST_SYSENTER_ESP, 0x1111
        entry 0, SYSENTER_ESP, 0x2222, 0
        put ENTRY_MSR_LOAD_ADDRESS, MSR_LIST
        put ENTRY_MSR_LOAD_COUNT, 1
        on PRIMARY_CONTROLS, USE_MSR_BITMAPS
        guest .entry
        mov ecx, SYSENTER_ESP
        rdmsr
        show "guest reads", eax
        back .entry
        show_field "saved", GUEST_SYSENTER_ESP
        case "stored at exit"
        put GUEST_SYSENTER_ESP, 0x3333
        entry 0, SYSENTER_ESP, 0, 0
        entry 1, SYSENTER_CS, 0x99, 0x99
        put EXIT_MSR_STORE_ADDRESS, MSR_LIST
        put EXIT_MSR_STORE_COUNT, 2
        put GUEST_SYSENTER_CS, 0x44
        go nop
        mov eax, [MSR_LIST + 8]
        show "ESP", eax
        mov eax, [MSR_LIST + 24]
        show "CS", eax
        case "loaded at exit, behind the host's own"
        put HOST_SYSENTER_ESP, 0x5555
        entry 0, SYSENTER_ESP, 0x6666, 0
        put EXIT_MSR_LOAD_ADDRESS, MSR_LIST
        put EXIT_MSR_LOAD_COUNT, 1
        go nop
        mov ecx, SYSENTER_ESP
        rdmsr
        show "host reads", eax
        case "an MSR that may not be in a list"
        entry 0, SYSENTER_ESP, 0x7777, 0
        entry 1, 0xC0000100, 0, 0       ; FS.base
        put ENTRY_MSR_LOAD_ADDRESS, MSR_LIST
        put ENTRY_MSR_LOAD_COUNT, 2
        enter_only
        case "an MSR that there is not"
        entry 0, 0x12345678, 0, 0
        put ENTRY_MSR_LOAD_ADDRESS, MSR_LIST
        put ENTRY_MSR_LOAD_COUNT, 1
        enter_only
        case "reserved bits of an entry"
        entry 0, SYSENTER_ESP, 0, 0
        mov dword [MSR_LIST + 4], 1
        put ENTRY_MSR_LOAD_ADDRESS, MSR_LIST
        put ENTRY_MSR_LOAD_COUNT, 1
        enter_only
        case "behind a failed load the VMCS is still clear"
        entry 0, SYSENTER_ESP, 0, 0
        put ENTRY_MSR_LOAD_COUNT, 0
        enter_only
        finish
