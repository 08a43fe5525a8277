import { EPT_LARGE, EPT_RIGHTS } from "../../cpu/vmx/ept.ts";
import { MEMORY_WB } from "../../isa/vmx-capabilities.ts";
import { type Memory, PAGE_SIZE } from "../../machine/memory.ts";
import { EPT_DIRECTORY, EPT_LEVEL_3, EPT_LEVEL_4, EPT_TABLES, VMM_SIZE } from "./layout.ts";

const WRITE_BACK = MEMORY_WB << 3;
/** Walk length 4, tables in write-back memory (SDM Vol. 3C, 25.6.11). */
export const EPT_POINTER = EPT_LEVEL_4 | MEMORY_WB | (3 << 3);
const LARGE = 0x200000;
const ENTRY = 8;
const NO_ENTRIES = new Uint8Array(PAGE_SIZE);

/**
 * The guest's extended page tables, in the VMM's memory. Nothing is mapped until the guest touches it. All state is in
 * simulated memory.
 */
export class ExtendedPageTables {
  private readonly memory: Memory;
  private readonly guestBytes: number;
  /** What is mapped from now on is mapped by 2 MiB, where memory is whole. */
  large = false;

  /** `guestBytes`: guest memory from guest-physical 0 on. */
  constructor(memory: Memory, guestBytes: number) {
    this.memory = memory;
    this.guestBytes = guestBytes;
  }

  /** Links the tables of the levels 4 to 2, with nothing mapped. */
  start(): void {
    this.memory.write32(EPT_LEVEL_4, EPT_LEVEL_3 | EPT_RIGHTS);
    this.memory.write32(EPT_LEVEL_3, EPT_DIRECTORY | EPT_RIGHTS);
  }

  /** Takes every page out again. The caller sees to the TLB. */
  clear(): void {
    for (let first = 0, i = 0; first < this.guestBytes; first += LARGE, i++) {
      this.memory.write32(EPT_DIRECTORY + i * ENTRY, 0);
      this.memory.writeBytes(EPT_TABLES + i * PAGE_SIZE, NO_ENTRIES);
    }
  }

  /** Maps the page of a guest-physical address; false where the guest has no memory. Nothing to do: it was mapped. */
  map(guestPhysical: number): boolean {
    if (guestPhysical >= this.guestBytes) return false;
    const index = Math.floor(guestPhysical / LARGE);
    const directory = EPT_DIRECTORY + index * ENTRY;
    const first = index * LARGE;
    if (this.large && first + LARGE <= this.guestBytes) {
      this.memory.write32(directory, (VMM_SIZE + first) | EPT_RIGHTS | WRITE_BACK | EPT_LARGE);
      return true;
    }
    const table = EPT_TABLES + index * PAGE_SIZE;
    if (this.memory.read32(directory) === 0) this.memory.write32(directory, table | EPT_RIGHTS);
    const page = Math.floor((guestPhysical - first) / PAGE_SIZE);
    const frame = VMM_SIZE + first + page * PAGE_SIZE;
    this.memory.write32(table + page * ENTRY, frame | EPT_RIGHTS | WRITE_BACK);
    return true;
  }

  /** How many pages are mapped, of 4 KiB and of 2 MiB. */
  usage(): { readonly pages: number; readonly large: number } {
    const words = this.memory.words32;
    let pages = 0;
    let large = 0;
    for (let first = 0, i = 0; first < this.guestBytes; first += LARGE, i++) {
      const entry = words[(EPT_DIRECTORY + i * ENTRY) >>> 2]!;
      if (entry === 0) continue;
      if ((entry & EPT_LARGE) !== 0) large++;
      else {
        const table = (entry & -PAGE_SIZE) >>> 2;
        for (let page = 0; page < PAGE_SIZE / ENTRY; page++) if (words[table + page * 2] !== 0) pages++;
      }
    }
    return { pages, large };
  }
}
