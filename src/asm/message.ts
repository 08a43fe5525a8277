import type { Words } from "../isa/types.ts";

/** What is wrong, and what would be accepted, in both languages. */
export interface Message {
  readonly message: Words;
  readonly hint: Words | null;
  /** What would mend it for certain, or one of few things that would. */
  readonly remedies?: readonly Remedy[];
}

/** What would mend the place that a message is about. */
export type Remedy =
  /** Another text in its stead. */
  | { readonly kind: "replace"; readonly text: string }
  | { readonly kind: "before" | "behind"; readonly text: string }
  /** The first of these words on the line left out. */
  | { readonly kind: "without"; readonly words: readonly string[] }
  /** A line at the end of the file. */
  | { readonly kind: "end"; readonly text: string };

/** A message in English and Chinese, with what would be accepted if there is something to say about it. */
export function say(en: string, zh: string, hintEn = "", hintZh = ""): Message {
  return { message: { en, zh }, hint: hintEn === "" ? null : { en: hintEn, zh: hintZh } };
}

/** The hint that a near name makes. */
export const didYouMean = (near: string | null): [string, string] =>
  near === null ? ["", ""] : [`did you mean \`${near}\`?`, `是不是想写 \`${near}\`？`];

/** A message with what would mend it. */
export const mended = (message: Message, ...remedies: readonly Remedy[]): Message => ({ ...message, remedies });

/** The remedy that a near name makes. */
export const replaceBy = (near: string | null): readonly Remedy[] =>
  near === null ? [] : [{ kind: "replace", text: near }];
