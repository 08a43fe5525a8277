import type { Words } from "../../isa/types.ts";
import type { Place } from "./state.ts";

/** Whether what the reader wrote is in the browser's storage: `full` and `off` say that it is not, and why. */
export type Saving = "saved" | "pending" | "full" | "off";

/** What has just been done, and mostly can be undone; the words are under `files.offer`. */
export interface Offer {
  /** Another one for each offer. */
  readonly id: number;
  readonly key:
    | "left"
    | "restarted"
    | "undone"
    | "deletedText"
    | "deletedFile"
    | "revertedFile"
    | "renamedFile"
    | "replacedFiles"
    | "written"
    | "downloaded"
    | "elsewhere"
    | "keptBoth";
  readonly values: Readonly<Record<string, string | number>>;
  /** There is something to undo. */
  readonly undo: boolean;
}

/** What would be lost by leaving a run, in numbers: keys and bytes that the reader gave, registers that they changed. */
export interface Loss {
  readonly keys: number;
  readonly bytes: number;
  readonly others: number;
}

/** A local file that was not opened, and why. */
export interface Refusal {
  readonly name: string;
  readonly why: Words;
}

/** A local binary that waits for the reader to say how it is loaded. */
export interface WaitingBinary {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What its contents look like. */
  readonly looks: "multiboot" | "flat";
  /** It ends its first sector like a boot sector, which would start in real mode. */
  readonly bootSector: boolean;
}

/** What a dialog about a file or a text of the reader's own is about. */
export type FileDialog =
  | { readonly kind: "add" }
  | { readonly kind: "rename-file"; readonly file: string }
  | { readonly kind: "rename-text"; readonly programId: string };

/** The documents on the desk, beside the one that is open. */
export interface DocumentsState {
  readonly saving: Saving;
  /** The editor shows the text that the run was assembled from, not the reader's newer one. */
  readonly showsRun: boolean;
  /** Where the editor is to go; another object for each wish. */
  readonly reveal: (Place & { readonly column?: number }) | null;
  readonly offer: Offer | null;
  /** What leaving the run would lose, while the reader is asked. */
  readonly loss: Loss | null;
  readonly refusals: readonly Refusal[];
  readonly binary: WaitingBinary | null;
  readonly about: FileDialog | null;
}

export const initialDocuments: DocumentsState = {
  saving: "saved",
  showsRun: false,
  reveal: null,
  offer: null,
  loss: null,
  refusals: [],
  binary: null,
  about: null,
};
