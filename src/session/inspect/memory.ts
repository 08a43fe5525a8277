import { programHere } from "../domains.ts";
import type { Inspected } from "./index.ts";
import { type AddressSpace, type MappedPart, Spaces } from "./spaces.ts";
import { lastStepWrites, type StepActor } from "./step-writes.ts";
import { nearestSymbol, type SymbolPlace } from "./symbols.ts";

/** Bytes that one question may be about. */
export const MEMORY_MOST = 0x10000;

export interface MemoryAsk {
  readonly space: AddressSpace;
  /** Below the size of the space. */
  readonly address: number;
  /** At most MEMORY_MOST bytes; what lies beyond the end of the space is cut off. */
  readonly length: number;
  /** Whether to say what the last step wrote; that takes a replay of it. */
  readonly changes: boolean;
}

/** A byte that the last step wrote, and what it was before. */
export interface WrittenByte {
  readonly address: number;
  readonly before: number;
  /** By hand, at the end of the step. */
  readonly edited: boolean;
}

export interface MemoryAnswer {
  readonly space: AddressSpace;
  readonly address: number;
  /** Bytes that the space has: addresses beyond do not exist. */
  readonly size: number;
  /** 0 where nothing is mapped. */
  readonly bytes: Uint8Array;
  readonly parts: readonly MappedPart[];
  readonly written: readonly WrittenByte[];
  /** Who made the last step; null at the start, or if not asked for. */
  readonly actor: StepActor | null;
  /** The label at or before the first address, as the program names it. */
  readonly symbol: SymbolPlace | null;
}

/** Bytes of an address space with where they lie and what the last step did to them. */
export function inspectMemory(at: Inspected, { space, address, length, changes }: MemoryAsk): MemoryAnswer {
  const spaces = new Spaces(at.run);
  const size = spaces.size(space);
  const first = Math.min(Math.max(0, address), size);
  const wanted = Math.min(length, MEMORY_MOST, size - first);
  // Before anything is read: looking at the last step travels, and comes back.
  const writes = changes ? lastStepWrites(at.run) : null;
  const parts: MappedPart[] = [];
  const bytes = spaces.read(space, first, wanted, (part) => parts.push(part));
  const written: WrittenByte[] = [];
  if (writes && writes.before.size > 0) {
    for (const part of parts) {
      if (part.physical === null) continue;
      for (let i = 0; i < part.length; i++) {
        const before = writes.before.get(part.physical + i);
        if (before === undefined) continue;
        written.push({ address: part.address + i, before, edited: writes.edited.has(part.physical + i) });
      }
    }
  }
  return {
    space,
    address: first,
    size,
    bytes,
    parts,
    written,
    actor: writes?.actor ?? null,
    symbol: nearestSymbol(programHere(at), first),
  };
}
