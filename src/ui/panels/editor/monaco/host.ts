import type { editor, IPosition } from "monaco-editor/editor/editor.api.js";
import type { Words } from "../../../../isa/types.ts";
import type {
  LanguageAnswer,
  LanguageKind,
  LanguageQuestion,
  Position,
  ProgramText,
} from "../../../../session/language/types.ts";

/** What Monaco's providers need of the page. */
export interface LanguageHost {
  ask<K extends LanguageKind>(question: LanguageQuestion<K>): Promise<LanguageAnswer<K> | undefined>;
  /** The text that is open; null for a binary. */
  program(): ProgramText | null;
  chosen(): { readonly strategy: string; readonly whatIf: readonly string[] };
  /** Whether the reader may change the text. */
  editable(): boolean;
  /** Picks the reader's language. */
  pick(words: Words): string;
  /** A phrase of the area `language`. */
  phrase(key: string, values?: Readonly<Record<string, string | number>>): string;
}

let host: LanguageHost | null = null;

/** Says what page Monaco is on. */
export function setLanguageHost(next: LanguageHost): void {
  host = next;
}

/** The page, with the text that is open and the place in it; null where there is none. */
export function questionAt(
  model: editor.ITextModel,
  at: IPosition,
  fileOf: (model: editor.ITextModel) => string | null,
) {
  const program = host?.program() ?? null;
  const file = fileOf(model);
  if (host === null || program === null || file === null) return null;
  const position: Position = { file, line: at.lineNumber, column: at.column };
  return { host, program, position, file };
}
