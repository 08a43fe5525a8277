import type { Language } from "../../store/state.ts";

/** The field's words that are explained where they are first used. Their definitions are `terms.ID` of the catalogues. */
export const TERM_IDS = [
  "trapAndEmulate",
  "vmm",
  "privileged",
  "sensitive",
  "silent",
  "ring",
  "interruptFlag",
  "iopl",
  "trap",
  "vmcs",
  "vmExit",
  "vmEntry",
  "nonRoot",
  "ept",
] as const;
export type TermId = (typeof TERM_IDS)[number];

/** How each is written. A word can be part of a longer term: of those that begin at one place, the first listed wins. */
const WRITTEN: Readonly<Record<Language, Readonly<Record<TermId, RegExp>>>> = {
  en: {
    trapAndEmulate: /trap[- ]and[- ]emulate/i,
    vmm: /\bVMM\b/,
    privileged: /\bprivileged\b/i,
    sensitive: /\bsensitive\b/i,
    silent: /\bsilent(ly)?\b/i,
    ring: /\brings? \d|\bCPL \d/i,
    interruptFlag: /\binterrupt flag\b|\bIF\b/,
    iopl: /\bIOPL\b/,
    trap: /\btrap(s|ped|ping)?\b/i,
    vmcs: /\bVMCS\b/,
    vmExit: /\bVM exits?\b/,
    vmEntry: /\bVM entr(y|ies)\b/,
    nonRoot: /\bnon-root\b/,
    ept: /\bEPT\b/,
  },
  zh: {
    trapAndEmulate: /陷入(并|-|—)模拟/,
    vmm: /VMM/,
    privileged: /特权(指令)?/,
    sensitive: /敏感(指令)?/,
    silent: /不陷入|悄悄|不声不响/,
    ring: /环 \d|CPL \d/,
    interruptFlag: /中断标志|IF(?![A-Za-z])/,
    iopl: /IOPL/,
    trap: /陷入/,
    vmcs: /VMCS/,
    vmExit: /VM 退出/,
    vmEntry: /VM 进入/,
    nonRoot: /非根模式/,
    ept: /EPT|扩展页表/,
  },
};

/** A piece of a text: as it stands, in a `<code>` or `<strong>`, and the term that it is, if it is one. */
export interface Piece {
  readonly text: string;
  readonly tag: "code" | "strong" | null;
  readonly term: TermId | null;
}

/**
 * Cuts texts that are read one after the other (with `<code>` and `<strong>` in them) into pieces, so that every term is
 * found where it first stands.
 */
export function findTerms(texts: readonly string[], language: Language): readonly (readonly Piece[])[] {
  const left = new Set<TermId>(TERM_IDS);
  return texts.map((text) =>
    text.split(/(<(?:code|strong)>.*?<\/\w+>)/).flatMap((part) => {
      const [, tag = null, inner = part] = /^<(code|strong)>(.*)<\/\w+>$/.exec(part) ?? [];
      return cut(inner, tag as Piece["tag"], left, language);
    }),
  );
}

function cut(text: string, tag: Piece["tag"], left: Set<TermId>, language: Language): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== "") {
    const found = tag === "code" ? null : firstTerm(rest, left, language);
    if (found === null) break;
    left.delete(found.term);
    if (found.at > 0) pieces.push({ text: rest.slice(0, found.at), tag, term: null });
    pieces.push({ text: found.text, tag, term: found.term });
    rest = rest.slice(found.at + found.text.length);
  }
  if (rest !== "") pieces.push({ text: rest, tag, term: null });
  return pieces;
}

function firstTerm(text: string, left: ReadonlySet<TermId>, language: Language) {
  let best: { term: TermId; at: number; text: string } | null = null;
  for (const term of TERM_IDS) {
    if (!left.has(term)) continue;
    const match = WRITTEN[language][term].exec(text);
    if (match && (best === null || match.index < best.at)) best = { term, at: match.index, text: match[0] };
  }
  return best;
}
