import type { VmxNote } from "./vmx/note.ts";

/** What the processor sees of the rest of the computer. It does not know which devices there are. */

/** Bits of the flag byte that physical memory keeps for every 4 KiB page; 0 is plain memory, written directly. */
/** Unchanged since the last keyframe: the first write must be noted. */
export const PAGE_SHARED = 1;
/** Holds instructions that a decoder has cached: a write must drop them. */
export const PAGE_CODE = 2;
/** Somebody (a VMM's trace, the equivalence check) wants to know of the next write. */
export const PAGE_WATCHED = 4;
/** Every write is reported with its address, for an inspector that looks for who writes; it stays until taken off. */
export const PAGE_OBSERVED = 8;

/**
 * Physical memory as the processor uses it. Addresses are physical, unsigned. A read beyond the end gives all ones,
 * a write there is lost. The arrays are for the fast path: a reader that knows `address < size` may use them as they
 * are; a writer must first see `flags[address >>> 12] === 0`, or call `noteWrite`.
 */
export interface PhysicalMemory {
  /** In bytes, a multiple of 4096. */
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly words16: Uint16Array;
  readonly words32: Int32Array;
  /** PAGE_* bits by page number. */
  readonly flags: Uint8Array;
  /** Decoded instructions by page number, then by offset in the page; dropped by `noteWrite`. Owned by the decoder. */
  readonly code: (unknown[] | undefined)[];
  /**
   * Called before a write to a page whose flags are not 0; afterwards the write may go on directly. `keepCode`: the
   * bytes to be written are under no decoded instruction. `address` and `size`: what is to be written, for observers.
   */
  noteWrite(page: number, keepCode?: boolean, address?: number, size?: number): void;
  read8(address: number): number;
  read16(address: number): number;
  /** Signed. */
  read32(address: number): number;
  write8(address: number, value: number): void;
  write16(address: number, value: number): void;
  write32(address: number, value: number): void;
}

export interface Bus {
  readonly memory: PhysicalMemory;
  /** Reads a port: size in bytes (1, 2, 4), result unsigned for 1 and 2 and signed for 4. An absent port gives all ones. */
  portIn(port: number, size: 1 | 2 | 4): number;
  portOut(port: number, size: 1 | 2 | 4, value: number): void;
  /** The time-stamp counter before the processor's own offset, in cycles (an exact integer below 2^53). */
  cycles(): number;
  /** Whether a host gate of the machine stands at this physical address (decision 6). */
  isHostGate(address: number): boolean;
  /**
   * An instruction that is silently sensitive has just run at CPL > 0 (`row` is its id). For the record only: it
   * changes nothing.
   */
  noteSilent(rowId: string): void;
  /** For the record only, as `noteSilent`. Absent where nobody keeps one. */
  noteVmx?(note: VmxNote): void;
  /**
   * What the VMX-preemption timer counts: cycles as the machine has counted them, with the time slept in HLT (an exact
   * integer below 2^53). Needed where the processor has VT-x.
   */
  timerCycles?(): number;
}
