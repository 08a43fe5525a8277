import { AsmError } from "./diagnostics.ts";
import type { Expr } from "./expression.ts";
import { LIMITS } from "./limits.ts";
import { messages } from "./messages.ts";
import type { Token } from "./source.ts";
import type { SectionAttribute } from "./statement.ts";

/** A section of the flat image, or a stretch of ABSOLUTE space. */
export class Section {
  readonly name: string;
  /** How values name its base address. */
  readonly key: string;
  /** ABSOLUTE: addresses are plain numbers and nothing is stored. */
  readonly absolute: bigint | null;
  nobits: boolean;
  /** Boundary of its first byte; a power of two. */
  align: number;
  /** `align` was asked for. */
  aligned = false;
  /** Where it was told to lie; null means behind its predecessor. */
  start: bigint | null = null;
  /** Where its labels pretend it lies; null means where it is. */
  virtualStart: bigint | null = null;
  follows: string | null = null;
  /** Bytes so far in this pass. */
  offset = 0;
  /** Address of the first byte; known after the layout. */
  base = 0;
  virtualBase = 0;
  private bytes = new Uint8Array(0);

  constructor(name: string, index: number, nobits: boolean, align: number, absolute: bigint | null = null) {
    this.name = name;
    this.key = `@${index}`;
    this.nobits = nobits;
    this.align = align;
    this.absolute = absolute;
  }

  /** Nothing is stored here. */
  get empty(): boolean {
    return this.nobits || this.absolute !== null;
  }

  /** Moves on by so many bytes. Raises an error past the limits. */
  advance(count: number, at: Token): void {
    const limit = this.empty ? LIMITS.reservedBytes : LIMITS.outputBytes;
    if (!(this.offset + count <= limit)) throw new AsmError(messages.tooBig(limit), at);
    this.offset += count;
  }

  /** Stores bytes, so many times over, at the current offset, and moves on. */
  write(bytes: ArrayLike<number>, times: number, at: Token): void {
    const from = this.offset;
    this.advance(bytes.length * times, at);
    if (this.empty) return;
    this.reserve(this.offset);
    if (bytes.length === 1) this.bytes.fill(bytes[0]!, from, this.offset);
    else for (let i = 0; i < times; i++) this.bytes.set(bytes, from + i * bytes.length);
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(size, this.bytes.length * 2, 256));
    grown.set(this.bytes);
    this.bytes = grown;
  }

  /** The stored bytes, as long as the section is. */
  contents(): Uint8Array {
    this.reserve(this.offset);
    return this.bytes.subarray(0, this.offset);
  }
}

/** An alignment: the value itself if it is a power of two up to 1 GiB, else an error. */
export function alignment(value: bigint, at: Token): number {
  if (value <= 0n || (value & (value - 1n)) !== 0n || value > 0x40000000n) {
    throw new AsmError(messages.badAlignment(value), at);
  }
  return Number(value);
}

/** Gives a section what its SECTION line says. `number` evaluates an expression that has to be known. */
export function applyAttributes(
  section: Section,
  attributes: readonly SectionAttribute[],
  number: (expr: Expr) => bigint,
): void {
  for (const { name, value, token } of attributes) {
    const amount = (): bigint => {
      if (value === null || typeof value === "string") throw new AsmError(messages.expected("a value", null), token);
      return number(value);
    };
    switch (name) {
      case "progbits":
      case "nobits":
        section.nobits = name === "nobits";
        break;
      case "align":
        // The first one may be lower than the default of 4.
        section.align = Math.max(section.aligned ? section.align : 1, alignment(amount(), token));
        section.aligned = true;
        break;
      case "start":
        section.start = amount();
        break;
      case "vstart":
        section.virtualStart = amount();
        break;
      case "follows":
        section.follows = value as string;
        break;
      default:
        throw new AsmError(messages.badAttribute(token.text), token);
    }
  }
}

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Where the layout goes wrong. */
export interface LayoutError {
  readonly section: string;
  readonly kind: "overlap" | "follows" | "wrap" | "before-origin";
}

/**
 * Gives every section its addresses, as NASM's flat format does: .text at the origin, the other progbits sections behind
 * it in the order of their appearance, .bss behind all of them. Another section without contents lies behind the one that
 * was opened before it, whatever else is there.
 */
export function layout(sections: readonly Section[], origin: number): LayoutError | null {
  const progbits = inOrder(sections.filter((s) => !s.nobits));
  if (progbits === null) return { section: "", kind: "follows" };
  let next = origin;
  progbits.forEach((section, i) => {
    place(section, i === 0 ? origin : alignUp(next, section.align));
    next = section.base + section.offset;
  });
  const end = progbits.reduce((max, s) => Math.max(max, s.base + s.offset), origin);
  for (const section of sections.filter((s) => s.name === ".bss" && s.nobits))
    place(section, alignUp(end, section.align));
  sections.forEach((section, i) => {
    if (!section.nobits || section.name === ".bss") return;
    const before = sections.find((s) => s.name === section.follows) ?? sections[i - 1]!;
    place(section, alignUp(before.base + before.offset, section.align));
  });
  for (const { name, base, offset } of sections) {
    if (base < origin) return { section: name, kind: "before-origin" };
    if (base + offset > 0x1_0000_0000) return { section: name, kind: "wrap" };
  }
  const stored = progbits.filter((s) => s.offset > 0).sort((a, b) => a.base - b.base);
  for (let i = 1; i < stored.length; i++) {
    const before = stored[i - 1]!;
    if (before.base + before.offset > stored[i]!.base) return { section: stored[i]!.name, kind: "overlap" };
  }
  return null;
}

function place(section: Section, base: number): void {
  section.base = section.start !== null ? Number(section.start) : base;
  section.virtualBase = section.virtualStart !== null ? Number(section.virtualStart) : section.base;
}

/** Sections with `follows=` go behind the one they name. Null when that one does not exist. */
function inOrder(sections: readonly Section[]): Section[] | null {
  const order = sections.filter((s) => s.follows === null);
  let waiting = sections.filter((s) => s.follows !== null);
  while (waiting.length > 0) {
    const ready = waiting.filter((s) => order.some((o) => o.name === s.follows));
    if (ready.length === 0) return null;
    for (const section of ready) order.splice(order.findIndex((o) => o.name === section.follows) + 1, 0, section);
    waiting = waiting.filter((s) => !ready.includes(s));
  }
  return order;
}

/** The image from the lowest byte stored to the highest, with zeros in the gaps. Null when it is too big. */
export function flatImage(sections: readonly Section[], origin: number): Uint8Array | null {
  const stored = sections.filter((s) => !s.nobits && s.offset > 0);
  const end = stored.reduce((max, s) => Math.max(max, s.base + s.offset), origin);
  if (end - origin > LIMITS.outputBytes) return null;
  const image = new Uint8Array(end - origin);
  for (const section of stored) image.set(section.contents(), section.base - origin);
  return image;
}
