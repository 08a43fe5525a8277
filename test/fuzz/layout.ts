/** Where a generated guest has its things: guest-physical addresses, mapped one to one as long as it does not edit. */
export const GUEST_BYTES = 0x100000;
export const GDT = 0x1000;
export const GDT_ENTRIES = 64;
export const OTHER_GDT = 0x1800;
export const LDT = 0x2000;
export const LDT_ENTRIES = 16;
export const IDT = 0x3000;
export const TSS = 0x4000;
/** Operands of LGDT and LIDT: the usual table, then another. */
export const TABLE_OPERANDS = 0x4800;
/** Tops of the stacks of rings 0 to 3. */
export const STACKS = [0x8000, 0x9000, 0xa000, 0xb000] as const;
export const SETUP = 0x10000;
export const HANDLERS = 0x12000;
/** What the handlers count, and the table of blocks that they go on at. */
export const COUNT = 0x13800;
export const BLOCK_TABLE = 0x13900;
export const BLOCKS = 0x14000;
export const BLOCK_COUNT = 32;
export const BLOCK_SIZE = 256;
export const DATA = 0x20000;
export const DATA_BYTES = 0x8000;
export const DIRECTORIES = [0x30000, 0x31000] as const;
/** Maps the first 4 MiB. */
export const TABLE_LOW = 0x32000;
/** Maps another 4 MiB, at OTHER_LINEAR. */
export const TABLE_OTHER = 0x33000;
export const OTHER_LINEAR = 0x40000000;
/** Maps the 4 MiB at the top, where the VMM is. */
export const TABLE_TOP = 0x34000;

export const KERNEL_CODE = 0x08;
export const KERNEL_DATA = 0x10;
export const USER_CODE = 0x1b;
export const USER_DATA = 0x23;
export const TASK = 0x28;
export const LOCAL = 0x30;
export const RING1_CODE = 0x39;
export const RING1_DATA = 0x41;
export const RING2_CODE = 0x4a;
export const RING2_DATA = 0x52;
export const CONFORMING = 0x58;
export const CALL_GATE = 0x63;
/** First entry of the GDT that is generated. */
export const FREE_ENTRY = 13;

/** Code and stack selector of each ring. */
export const RING_SELECTORS = [
  [KERNEL_CODE, KERNEL_DATA],
  [RING1_CODE, RING1_DATA],
  [RING2_CODE, RING2_DATA],
  [USER_CODE, USER_DATA],
] as const;

export const blockAt = (index: number): number => BLOCKS + (index % BLOCK_COUNT) * BLOCK_SIZE;
