/**
 * Where the VMM lives: the first 4 MiB of physical memory, mapped one to one in its own address space, which is not the
 * guest's. The guest's memory follows it. No guest-physical address leads here: EPT, or the shadow, maps the guest's only.
 */

/** The VMM's memory in bytes; guest-physical 0 is the physical address behind it. */
export const VMM_SIZE = 0x400000;

// Physical addresses, and linear ones of the VMM.
/** The VMM's GDT, IDT and TSS. */
export const GDT = 0x0000;
export const IDT = 0x1000;
export const TSS = 0x1800;
/** 256 entry stubs of 4 bytes, one for each vector, for what interrupts the VMM while it waits: a gate each. */
export const STUBS = 0x2000;
export const STUB_SIZE = 4;
/** Start-up code: VMXON, VMCLEAR, VMPTRLD, and a gate at which the VMCS is filled in; then LAUNCH. */
export const BOOT = 0x2400;
/** The two operands of the start-up code: physical addresses of the VMXON region and of the VMCS. */
export const BOOT_VMXON = 0x24e0;
export const BOOT_VMCS = 0x24e8;
/** VMLAUNCH, and behind it the gate of an entry that failed. */
export const LAUNCH = 0x2500;
/** Where the processor stands after a VM exit (HOST_RIP): a gate, VMRESUME, and the gate of an entry that failed. */
export const EXIT = 0x2520;
export const RESUME = EXIT + 2;
/** STI, HLT, JMP back: where the VMM waits while its guest is halted. */
export const IDLE = 0x2540;
/** A gate to emulate one instruction after another, while the guest's state is none that an entry would take. */
export const EMULATE = 0x2560;
/** Where an instruction of VT-x leads that failed. */
export const FAILED = 0x2580;

export const VMXON_REGION = 0x3000;
export const VMCS = 0x4000;
export const MSR_BITMAP = 0x5000;
export const IO_BITMAP_A = 0x6000;
export const IO_BITMAP_B = 0x7000;
/** The VMM's page directory: one 4 MiB page. */
export const HOST_DIRECTORY = 0x8000;
export const STACK_TOP = 0xa000;
/** EPT: the tables of levels 4 and 3, the page directory (1 GiB), and a table for each of its entries. */
export const EPT_LEVEL_4 = 0xb000;
export const EPT_LEVEL_3 = 0xc000;
export const EPT_DIRECTORY = 0xd000;
export const EPT_TABLES = 0x10000;
/** Frames for shadow page tables and their copies of guest tables. */
export const POOL = 0x100000;
export const POOL_END = VMM_SIZE;

/** The VMM's selectors. */
export const VMM_CODE = 0x08;
export const VMM_DATA = 0x10;
export const VMM_TSS = 0x18;

/** Vector of the host counter, and of the real PIC's first lines. */
export const COUNTER_VECTOR = 0xf0;
export const PIC_VECTOR = 0xe0;
/** Gates beside those of the vectors. */
export const GATE_SETUP = 256;
export const GATE_EXIT = 257;
export const GATE_EMULATE = 258;
export const GATE_FAILED = 259;
