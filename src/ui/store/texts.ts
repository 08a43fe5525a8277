import type { DraftText } from "./state.ts";

/** Texts of the reader's own have names like no program of the library has. */
export function isOwnText(programId: string): boolean {
  return /^(mine|copy)-\d+$/.test(programId);
}

/** A name for a text of the reader's own that is not taken yet. */
export function freshId(drafts: Readonly<Record<string, DraftText>>, stem: "mine" | "copy"): string {
  for (let n = 1; ; n++) if (!(`${stem}-${n}` in drafts)) return `${stem}-${n}`;
}

/** A file name that none of `taken` is, made of a wanted one: `boot.asm`, `boot-2.asm`. */
export function freshName(wanted: string, taken: readonly string[]): string {
  const dot = wanted.lastIndexOf(".");
  const [stem, ending] = dot <= 0 ? [wanted, ""] : [wanted.slice(0, dot), wanted.slice(dot)];
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${stem}-${n}${ending}`;
    if (!taken.includes(name)) return name;
  }
}

export type NameFault = "empty" | "long" | "characters" | "taken";

/** Why a name is none for a file of a program, or null: a relative path with forward slashes, as links carry it. */
export function nameFault(name: string, taken: readonly string[]): NameFault | null {
  if (name.trim() === "") return "empty";
  if (name.length > 200) return "long";
  const parts = name.split("/");
  const bad = (part: string): boolean =>
    part.trim() !== part || part === "" || /^\.{1,2}$/.test(part) || /[\\:"'<>|?*\p{Cc}]/u.test(part);
  if (parts.some(bad) || parts.some((part) => ["__proto__", "prototype", "constructor"].includes(part))) {
    return "characters";
  }
  return taken.includes(name) ? "taken" : null;
}
