/**
 * Where the VMM lives. Its memory is the first 4 MiB of physical memory and the last 4 MiB of every linear address
 * space; the guest's memory follows it physically, so that a guest-physical address is never the physical one.
 */

/** First linear address of the VMM; guest segments end below it. */
export const VMM_BASE = 0xffc00000;
export const VMM_SIZE = 0x400000;
/** Page-directory index of the VMM's range. */
export const VMM_PDI = VMM_BASE >>> 22;

// Offsets in the VMM's memory: equal to physical addresses; linear ones are VMM_BASE + offset.
/** The real GDT: shadows of the guest's entries by the same index, the VMM's own at the top. */
export const GDT = 0x00000;
/** Shadow of the guest's LDT. */
export const LDT = 0x10000;
export const IDT = 0x20000;
export const TSS = 0x21000;
/** 256 entry stubs of 4 bytes, one for each vector: a gate each. */
export const STUBS = 0x22000;
export const STUB_SIZE = 4;
/** POP GS, POP FS, POP ES, POP DS, IRETD. */
export const RESUME = 0x22400;
/** The IRETD of the resume path, for when no data segment register needs loading. */
export const RESUME_IRET = RESUME + 6;
/** STI, HLT, JMP back: where the VMM waits while its guest is halted. */
export const IDLE = 0x22420;
/** A gate to emulate one instruction after another, while the guest's CS cannot be expressed. */
export const EMULATE = 0x22440;
/** Top of the VMM's ring-0 stack; a frame from the guest takes the 20 bytes below (24 with an error code). */
export const STACK_TOP = 0x28000;
/** Page table of the VMM's own 4 MiB. */
export const VMM_PAGE_TABLE = 0x28000;
/** Copies of the guest's GDT and LDT as last shadowed. */
export const GDT_COPY = 0x30000;
export const LDT_COPY = 0x40000;
/** Frames for shadow page tables and their copies of guest tables. */
export const POOL = 0x50000;
export const POOL_END = VMM_SIZE;

/** The VMM's own selectors. */
export const VMM_CODE = 0xfff8;
export const VMM_DATA = 0xfff0;
export const VMM_TSS = 0xffe8;
export const VMM_LDT = 0xffe0;
/** Slots for descriptors that the guest's tables no longer hold, by segment register number ES to GS. */
export const CACHED_SLOTS = [0xffc8, 0xffd8, 0xffd0, 0xffc0, 0xffb8, 0xffb0] as const;
/** The VMM's stack under a base of its own, for the way to a guest whose stack pointer is SP (see World). */
export const VMM_SMALL_STACK = 0xff98;
/** First index that is not the guest's to use in the shadow GDT; the two below the slots are for translated code. */
export const FIRST_OWN_INDEX = VMM_SMALL_STACK >>> 3;

/** Vector of the host counter, and of the real PIC's first lines. */
export const COUNTER_VECTOR = 0xf0;
export const PIC_VECTOR = 0xe0;
export const GATE_EMULATE = 256;
