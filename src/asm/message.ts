import type { Words } from "../isa/types.ts";

/** What is wrong, and what would be accepted, in both languages. */
export interface Message {
  readonly message: Words;
  readonly hint: Words | null;
}

/** A message in English and Chinese, with what would be accepted if there is something to say about it. */
export function say(en: string, zh: string, hintEn = "", hintZh = ""): Message {
  return { message: { en, zh }, hint: hintEn === "" ? null : { en: hintEn, zh: hintZh } };
}

/** The hint that a near name makes. */
export const didYouMean = (near: string | null): [string, string] =>
  near === null ? ["", ""] : [`did you mean \`${near}\`?`, `是不是想写 \`${near}\`？`];
