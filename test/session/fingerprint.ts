import { canonicalise } from "../../src/cpu/flags.ts";
import { CpuState } from "../../src/cpu/state.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { type HeldPage, wordsOf } from "../../src/recorder/page-image.ts";
import { forEachPage, type PageTable } from "../../src/recorder/page-store.ts";

/** Everything that makes up a computer at a step, in a form that can be compared and read. */
export interface Fingerprint {
  readonly steps: number;
  readonly ticks: number;
  readonly cycles: number;
  readonly outcome: string;
  /** The processor's words, arithmetic flags computed. */
  readonly cpu: string;
  readonly tlb: string;
  /** Counters, devices, tenants. */
  readonly rest: string;
  readonly memory: string;
}

function hash(words: Int32Array): string {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (const word of words) {
    low = Math.imul(low ^ word, 0x01000193);
    low ^= low >>> 13;
    high = Math.imul(high ^ word, 0x5bd1e995) ^ (high >>> 15);
  }
  return `${(low >>> 0).toString(16)}:${(high >>> 0).toString(16)}`;
}

const known = new WeakMap<HeldPage, string>();

function pageText(image: HeldPage): string {
  let text = known.get(image);
  if (text === undefined) {
    const words = wordsOf(image);
    text = words.some((word) => word !== 0) ? hash(words) : "";
    known.set(image, text);
  }
  return text;
}

/** Content of all pages that are not zero. */
export function memoryText(pages: PageTable): string {
  const parts: string[] = [];
  forEachPage(pages, (page, image) => {
    const text = pageText(image);
    if (text !== "") parts.push(`${page.toString(16)}=${text}`);
  });
  return parts.join(" ");
}

/** `pages`: an image of memory as it is now. */
export function fingerprint(machine: Machine, pages: PageTable): Fingerprint {
  // Devices are brought up to the present when somebody looks: so look first.
  for (const owner of [machine, ...machine.tenants]) {
    if ("platform" in owner) (owner as Machine).platform.advanceTo(machine.time);
  }
  const { words, tlb, tenants, ...rest } = machine.save();
  const state = new CpuState();
  state.words.set(words);
  canonicalise(state);
  const plain = (_key: string, value: unknown) => (ArrayBuffer.isView(value) ? hash(value as Int32Array) : value);
  return {
    steps: machine.steps,
    ticks: machine.ticks,
    cycles: machine.cycles,
    outcome: machine.outcome,
    cpu: [...state.words].join(),
    tlb: hash(tlb),
    rest: JSON.stringify({ ...rest, tenants }, plain),
    memory: memoryText(pages),
  };
}
