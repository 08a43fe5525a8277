import type { Words } from "../isa/types.ts";

/** One thing that somebody holds, for those who show it. */
export interface Fact {
  /** Stable within its group: what a value before and a value now are matched by. */
  readonly key: string;
  readonly name: Words;
  /** As people of the field write it: hex for addresses and registers, decimal for counts, 0 and 1 for flags. */
  readonly value: string;
  /** What the value means. */
  readonly words?: Words;
}

/** Facts that belong together: a device, or one concern of a VMM. */
export interface FactGroup {
  readonly key: string;
  readonly title: Words;
  readonly rows: readonly Fact[];
}

/** A fact, with what its value means where there is something to say. */
export function fact(key: string, name: Words, value: string, meaning?: Words | null): Fact {
  return meaning == null ? { key, name, value } : { key, name, value, words: meaning };
}

/** Eight hex digits, or as many as asked for. */
export function hexDigits(value: number, digits = 8): string {
  return (value >>> 0).toString(16).padStart(digits, "0");
}
