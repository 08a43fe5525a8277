import type { PhysicalMemory } from "../../cpu/bus.ts";
import type { Words } from "../../isa/types.ts";

/** A piece of a program: `bytes` go to physical `address`, and `zeroFill` bytes of 0 follow them. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly zeroFill: number;
}

/** A program as a loader puts it into memory. Segments do not overlap, and lie within the memory asked for. */
export interface Image {
  readonly segments: readonly Segment[];
  /** Physical address of the first instruction; it lies in a segment. */
  readonly entry: number;
}

/** Why a file is not loaded. */
export interface LoadError {
  readonly message: Words;
  /** What would be accepted instead. */
  readonly accepted: Words;
}

export type LoadResult =
  | { readonly ok: true; readonly image: Image }
  | { readonly ok: false; readonly error: LoadError };

export function fail(message: Words, accepted: Words): LoadResult {
  return { ok: false, error: { message, accepted } };
}

/** An unsigned 32-bit number as it is written in messages. */
export function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}

/** `bytes` of memory in the unit that reads best. */
export function amount(bytes: number): string {
  if (bytes >= 1 << 20) return `${Math.round((bytes / (1 << 20)) * 100) / 100} MiB`;
  return `${bytes} bytes`;
}

/**
 * Judges segments together: each within `memoryBytes`, none over another, the entry in one of them. What they ask for
 * is only compared here, so a file that asks for gigabytes costs nothing.
 */
export function checkImage(segments: readonly Segment[], entry: number, memoryBytes: number): LoadResult {
  const ordered = [...segments].sort((a, b) => a.address - b.address);
  let previousEnd = 0;
  let previous: Segment | undefined;
  for (const segment of ordered) {
    const end = segment.address + segment.bytes.length + segment.zeroFill;
    if (end > memoryBytes) {
      return fail(
        {
          en: `The program needs memory up to ${hex(end)} (${amount(end)}), but the computer has ${amount(memoryBytes)}.`,
          zh: `程序需要用到 ${hex(end)} 为止的内存(${amount(end)}),而计算机只有 ${amount(memoryBytes)}。`,
        },
        {
          en: "Give the computer more memory (256 MiB at most), or load the program lower.",
          zh: "请加大内存(最多 256 MiB),或把程序装在更低的地址。",
        },
      );
    }
    if (previous !== undefined && segment.address < previousEnd) {
      return fail(
        {
          en: `Two segments of the program overlap: ${hex(previous.address)} to ${hex(previousEnd)}, and from ${hex(segment.address)}.`,
          zh: `程序有两个段重叠:${hex(previous.address)} 到 ${hex(previousEnd)},以及从 ${hex(segment.address)} 开始的段。`,
        },
        { en: "Each segment must have memory of its own.", zh: "每个段必须有自己的内存。" },
      );
    }
    previous = segment;
    previousEnd = end;
  }
  const inside = ordered.some((s) => entry >= s.address && entry < s.address + s.bytes.length + s.zeroFill);
  if (!inside) {
    return fail(
      {
        en: `The entry point ${hex(entry)} lies outside of the program.`,
        zh: `入口点 ${hex(entry)} 不在程序之内。`,
      },
      {
        en:
          segments.length === 0
            ? "A program with at least one loadable segment."
            : `An address in ${ordered.map((s) => `${hex(s.address)}..${hex(s.address + s.bytes.length + s.zeroFill - 1)}`).join(", ")}.`,
        zh:
          segments.length === 0
            ? "至少有一个可装载段的程序。"
            : `应在 ${ordered.map((s) => `${hex(s.address)}..${hex(s.address + s.bytes.length + s.zeroFill - 1)}`).join("、")} 之内。`,
      },
    );
  }
  return { ok: true, image: { segments, entry } };
}

/** Copies an image into memory for which it was checked. */
export function placeImage(image: Image, memory: PhysicalMemory): void {
  for (const { address, bytes, zeroFill } of image.segments) {
    const end = address + bytes.length + zeroFill;
    for (let page = address >>> 12; page << 12 < end; page++) {
      if (memory.flags[page] !== 0) memory.noteWrite(page);
    }
    memory.bytes.set(bytes, address);
    memory.bytes.fill(0, address + bytes.length, end);
  }
}
