; Entry checks: alignment and width of the addresses in the control area.
%include "vmx-common.inc"
%macro address 5                        ; "name", control field, control, address field, low bits
        case %1
        on %2, %3
        put %4, VMCS_2 + %5
        enter_only
%endmacro
%macro list 4                           ; "name", count field, address field, address
        case %1
        put %2, 1
        put %3, %4
        enter_only
%endmacro
cases:  address "I/O bitmap A", PRIMARY_CONTROLS, USE_IO_BITMAPS, IO_BITMAP_A, 0
        address "I/O bitmap A, not aligned", PRIMARY_CONTROLS, USE_IO_BITMAPS, IO_BITMAP_A, 0x800
        address "I/O bitmap B, not aligned", PRIMARY_CONTROLS, USE_IO_BITMAPS, IO_BITMAP_B, 1
        address "MSR bitmap, not aligned", PRIMARY_CONTROLS, USE_MSR_BITMAPS, MSR_BITMAP, 0x10
        check "not aligned, not used", IO_BITMAP_A, 0x123
        case "I/O bitmap A beyond the width"
        on PRIMARY_CONTROLS, USE_IO_BITMAPS
        put IO_BITMAP_A + 1, 0x80000000
        enter_only
        case "MSR bitmap beyond the width"
        on PRIMARY_CONTROLS, USE_MSR_BITMAPS
        put MSR_BITMAP + 1, 0x80000000
        enter_only
        list "exit MSR-store list, not aligned", EXIT_MSR_STORE_COUNT, EXIT_MSR_STORE_ADDRESS, MSR_LIST + 8
        list "exit MSR-load list, not aligned", EXIT_MSR_LOAD_COUNT, EXIT_MSR_LOAD_ADDRESS, MSR_LIST + 8
        list "entry MSR-load list, not aligned", ENTRY_MSR_LOAD_COUNT, ENTRY_MSR_LOAD_ADDRESS, MSR_LIST + 4
        check "a list that is empty may be anywhere", ENTRY_MSR_LOAD_ADDRESS, 3
        case "a list beyond the width"
        put EXIT_MSR_STORE_COUNT, 1
        put EXIT_MSR_STORE_ADDRESS, MSR_LIST
        put EXIT_MSR_STORE_ADDRESS + 1, 0x80000000
        enter_only
        finish
