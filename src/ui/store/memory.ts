import type { Words } from "../../isa/types.ts";
import type { AddressSpace } from "../../session/inspect/spaces.ts";

export type MemoryMode = "hex" | "text" | "code";

/** Where the memory panel looks, kept while it is closed. */
export interface MemoryState {
  readonly space: AddressSpace;
  readonly mode: MemoryMode;
  /** The byte that the cursor is on. */
  readonly address: number;
  /** Grows whenever the listing is to bring that byte into view. */
  readonly jump: number;
  /** The register that the panel follows, by its name in expressions; null for none. */
  readonly follow: string | null;
  /** What became of the last edit or search for a writer, if that is to be said. */
  readonly notice: Words | null;
  /** The guest has been edited by hand since the page was opened. */
  readonly edited: boolean;
}

export const initialMemory: MemoryState = {
  space: "linear",
  mode: "hex",
  address: 0x100000,
  jump: 0,
  follow: null,
  notice: null,
  edited: false,
};
