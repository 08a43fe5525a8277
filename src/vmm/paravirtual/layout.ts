/**
 * Where the hypervisor keeps what. Its memory is the first 4 MiB of physical memory, as under the other strategies
 * (`../deprivileged/layout.ts` has tables, stubs and stack); domains' frames follow. In every address space, linear
 * FC000000 shows the machine-to-physical table, read-only, as 32-bit Xen without PAE had it
 * (xen/include/public/arch-x86/xen-x86_32.h); the hypervisor's own tables stand at the very top.
 */

export const FRAME_SIZE = 4096;
/** Frames of the hypervisor's memory: the first 4 MiB. */
export const XEN_FRAMES = 1024;
/** First linear address that is not the guest's (HYPERVISOR_VIRT_START): from here on page-table slots are reserved. */
export const HOLE = 0xfc000000;
/** Where guest segments end: the machine-to-physical table is still within them, Xen is not. */
export const GUEST_END = 0xfc400000;
/** First page-directory slot that is not the guest's. */
export const FIRST_RESERVED_SLOT = HOLE >>> 22;
/** Domains at most, and their ids 0 to 7. */
export const MAX_DOMAINS = 8;

// Offsets in the hypervisor's memory, which are physical addresses. Below 30000 they are those of the shared layout.
/** Page table of the machine-to-physical table, in every address space. */
export const M2P_PAGE_TABLE = 0x29000;
/** Mapped wherever a guest has registered no frame for its descriptor table. */
export const ZERO_PAGE = 0x2a000;
/** Stands in for a page table while a guest's write to it is emulated. */
export const SCRATCH_PAGE = 0x2b000;
/** By domain: 1024 event channels of 8 bytes. */
export const EVENT_CHANNELS = 0x40000;
export const EVENT_CHANNELS_SIZE = 0x2000;
/** By domain: 256 trap-table entries of 8 bytes. */
export const TRAP_TABLES = 0x50000;
export const TRAP_TABLE_SIZE = 0x800;
/** By domain: the shared_info frame. */
export const SHARED_INFO = 0x60000;
/** By domain: the frames of its grant table. */
export const GRANT_TABLES = 0x70000;
export const GRANT_FRAMES = 4;
export const GRANT_TABLE_SIZE = GRANT_FRAMES * FRAME_SIZE;
/** By domain: what it has mapped of others' grants, records of 16 bytes. */
export const GRANT_MAPS = 0x90000;
export const GRANT_MAPS_SIZE = 0x1000;
/** By domain: 4 bytes for each of its grants, who uses it now. */
export const GRANT_USES = 0xa0000;
export const GRANT_USES_SIZE = 0x2000;
/** The machine-to-physical table: 4 bytes a frame. */
export const M2P = 0x100000;
/** The frame table: 16 bytes a frame. */
export const FRAME_TABLE = 0x200000;
export const FRAME_RECORD = 16;
/** Frames that the two tables have room for. */
export const MAX_FRAMES = 0x14000;
/** The last hypercalls: `LOG_RECORDS` records of `LOG_RECORD` bytes, used in turn. */
export const HYPERCALL_LOG = 0x340000;
export const LOG_RECORD = 256;
export const LOG_RECORDS = 1024;

/** Linear addresses, in the hypervisor's range, of the pages of the guest's GDT (14 of them) and LDT (16). */
export const GDT_PAGES = 14;
export const LDT_PAGES = 16;

/** Selectors that Xen gives every guest (arch-x86/xen-x86_32.h). */
export const FLAT_RING1_CS = 0xe019;
export const FLAT_RING1_DS = 0xe021;
export const FLAT_RING3_CS = 0xe02b;
export const FLAT_RING3_DS = 0xe033;
/** First entry of the GDT that is not the guest's. */
export const FIRST_RESERVED_GDT_ENTRY = GDT_PAGES * 512;

export const HYPERCALL_VECTOR = 0x82;
