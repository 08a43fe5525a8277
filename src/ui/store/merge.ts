import type { DraftText } from "./state.ts";
import { freshId, freshName, isOwnText } from "./texts.ts";

export type Drafts = Readonly<Record<string, DraftText>>;

/** What two pages of one browser have made of the reader's texts, as one. */
export interface Merged {
  readonly drafts: Drafts;
  /** Texts of which both pages changed the same file: this page's went to a text beside the other's. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Brings together the texts of two pages that began with the same ones, file by file. Whatever either has changed or
 * begun is in the result: where both changed the same file, both texts are kept, this page's under a name of its own.
 * What one has deleted is gone unless the other has changed it or has it open.
 * @param base the texts that both pages had
 * @param open the text that this page has open, or null
 */
export function mergeDrafts(base: Drafts, mine: Drafts, theirs: Drafts, open: string | null): Merged {
  const drafts: Record<string, DraftText> = {};
  const beside: string[] = [];
  for (const id of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, own, other] = [base[id], mine[id], theirs[id]];
    const one = mergeDraft(was, own, other, id === open);
    if (one === "both") beside.push(id);
    const kept = one === "both" ? other : one;
    if (kept !== undefined) drafts[id] = kept;
  }
  const moved = beside.map((from) => {
    const to = freshId({ ...mine, ...drafts }, isOwnText(from) ? "mine" : "copy");
    const taken = Object.entries(drafts).map(([id, { name }]) => name ?? fileName(id));
    drafts[to] = { ...mine[from]!, name: freshName(mine[from]!.name ?? fileName(from), taken) };
    return { from, to };
  });
  return { drafts, moved };
}

/** The name of a text's main file, where the reader gave it none. */
const fileName = (id: string): string => `${id.split("/").at(-1)}.asm`;

type Kept = DraftText | undefined;

/** One text; `both` where the pages cannot be brought together. */
function mergeDraft(was: Kept, own: Kept, other: Kept, isOpen: boolean): Kept | "both" {
  if (sameDraft(own, other)) return own;
  if (sameDraft(own, was)) return other ?? (isOpen ? own : undefined);
  if (sameDraft(other, was)) return own;
  if (own === undefined || other === undefined) return own ?? other;
  if (own.binary !== undefined || other.binary !== undefined) return "both";
  const text = mergeValue(was?.text, own.text, other.text);
  if (text === undefined) return "both";
  const includes: Record<string, string> = {};
  for (const name of new Set([...Object.keys(own.includes ?? {}), ...Object.keys(other.includes ?? {})])) {
    const [mine, theirs] = [own.includes?.[name], other.includes?.[name]];
    const before = was?.includes?.[name];
    if (mine === undefined || theirs === undefined) {
      // Added, changed or deleted by one alone: what is there stays, unless it was there before and has not changed.
      const left = mine ?? theirs;
      if (left !== before) includes[name] = left!;
      continue;
    }
    const file = mergeValue(before, mine, theirs);
    if (file === undefined) return "both";
    includes[name] = file;
  }
  const name = own.name === was?.name ? other.name : own.name;
  return {
    text,
    includes: Object.keys(includes).length === 0 ? null : includes,
    ...(name === undefined ? {} : { name }),
  };
}

/** The value that one of the two changed; undefined where both did. */
function mergeValue(was: string | undefined, own: string, other: string): string | undefined {
  if (own === other || other === was) return own;
  return own === was ? other : undefined;
}

function sameDraft(a: Kept, b: Kept): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return (
    a.text === b.text &&
    a.name === b.name &&
    sameFiles(a.includes ?? {}, b.includes ?? {}) &&
    JSON.stringify(a.binary) === JSON.stringify(b.binary)
  );
}

function sameFiles(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Whether two pages have the same texts. */
export function sameDrafts(a: Drafts, b: Drafts): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => sameDraft(a[id], b[id]));
}
