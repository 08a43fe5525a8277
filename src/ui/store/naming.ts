import type { Words } from "../../isa/types.ts";
import type { Position, Reference } from "../../session/language/types.ts";

/** What the reader asked of the names in the text. */
export interface NamingState {
  /** A name that is being renamed, as it is written; the dialog shows. */
  readonly renaming: { readonly position: Position; readonly written: string; readonly places: number } | null;
  /** The places of a name, listed below the text. */
  readonly references: { readonly name: string; readonly places: readonly Reference[] } | null;
  /** Why what was asked for last did not happen. */
  readonly note: Words | null;
}

export const initialNaming: NamingState = { renaming: null, references: null, note: null };
