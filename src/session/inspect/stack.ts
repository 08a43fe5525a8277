import { disassembleBytes } from "../../asm/disassemble.ts";
import { is8086, isReal } from "../../cpu/real-mode.ts";
import { ATTR_DB, ATTR_UNUSABLE, type CpuState, CS, EBP, ESP, SS, TR } from "../../cpu/state.ts";
import { ROWS, type RowId } from "../../isa/rows.ts";
import { programHere, runningDomain } from "../domains.ts";
import { modeOf } from "../mode.ts";
import type { Inspected } from "./index.ts";
import { type AddressSpace, Spaces } from "./spaces.ts";
import { type FrameField, findTrapFrames, type TrapFrame } from "./stack-frames.ts";
import { lastStepWrites } from "./step-writes.ts";
import { nearestSymbol, type SymbolPlace } from "./symbols.ts";

export type { FrameField, TrapFrame } from "./stack-frames.ts";

/** Whose stack: the one the guest means, or the processor's own, which is the VMM's while a VMM runs. */
export type StackSide = "guest" | "processor";

export interface StackAsk {
  readonly side: StackSide;
  /** Words from the top of the stack on, and below it (what has been popped); at most STACK_MOST each. */
  readonly words: number;
  readonly below: number;
}

/** What a word of the stack is taken for. */
export type StackNote =
  /** The word before it in code is the end of this call. */
  | { readonly kind: "return"; readonly call: string; readonly place: SymbolPlace | null }
  /** The CS above the offset that a far call of real-address or virtual-8086 mode has pushed. */
  | { readonly kind: "return-segment" }
  /** EBP of the caller, in a chain that begins with EBP. `depth` counts from 0. */
  | { readonly kind: "saved-ebp"; readonly depth: number }
  | { readonly kind: "trap"; readonly frame: number; readonly field: FrameField }
  /** The address of a label. */
  | { readonly kind: "label"; readonly name: string };

export interface StackWord {
  /** In the stack segment. */
  readonly offset: number;
  readonly linear: number;
  /** Null where nothing is mapped. */
  readonly value: number | null;
  /** Before the last step, if that wrote it. */
  readonly before: number | null;
  /** Below the stack pointer: free. */
  readonly free: boolean;
  readonly notes: readonly StackNote[];
}

/** A function that is under way. */
export interface CallFrame {
  /** Offset in the stack segment of the saved EBP. */
  readonly base: number;
  readonly returnTo: number;
  /** The function that will be returned to. */
  readonly place: SymbolPlace | null;
}

export interface StackAnswer {
  readonly side: StackSide;
  /** Who runs on that stack now. */
  readonly owner: "guest" | "vmm";
  readonly ring: number;
  readonly selector: number;
  readonly base: number;
  /** ESP, or SP on a 16-bit stack. */
  readonly pointer: number;
  readonly bits: 16 | 32;
  /** Bytes of a word as the code that runs pushes it. */
  readonly width: 2 | 4;
  readonly words: readonly StackWord[];
  readonly traps: readonly TrapFrame[];
  readonly calls: readonly CallFrame[];
}

export const STACK_MOST = 512;
const CALL_DEPTH = 64;
/** The bit of a TSS descriptor's type that tells 32 bits from 16. */
const TSS_32 = 8;
/** Lengths of CALL instructions (SDM Vol. 2A, CALL), with prefixes. */
const SHORTEST_CALL = 2;
const LONGEST_CALL = 8;
/** Rows of calls that push CS too. */
const FAR_CALL = /^call_(ptr|m)16/;

/** Reads one of the two stacks. */
class Reader {
  private readonly at: Inspected;
  private readonly spaces: Spaces;
  private readonly space: AddressSpace;
  readonly state: CpuState;
  readonly mask: number;
  readonly width: 2 | 4;

  constructor(at: Inspected, side: StackSide) {
    this.at = at;
    this.spaces = new Spaces(at.run);
    this.space = side === "guest" ? "linear" : "host-linear";
    this.state = side === "guest" ? at.run.probe.state : at.run.machine.cpu.state;
    this.mask = (this.state.attr[SS]! & ATTR_DB) !== 0 ? 0xffffffff : 0xffff;
    this.width = (this.state.attr[CS]! & ATTR_DB) !== 0 ? 4 : 2;
  }

  linear(offset: number): number {
    return (this.state.base[SS]! + offset) >>> 0;
  }

  physical(linear: number): number | null {
    return this.spaces.toPhysical(this.space, linear);
  }

  /** A word of the stack, or null where nothing is mapped. */
  word(offset: number): number | null {
    return this.read(this.linear(offset), this.width);
  }

  private read(linear: number, size: number): number | null {
    let mapped = true;
    const bytes = this.spaces.read(this.space, linear, size, ({ physical }) => {
      if (physical === null) mapped = false;
    });
    return mapped ? bytes.reduce((value, byte, i) => value + byte * 256 ** i, 0) : null;
  }

  /**
   * Where the ring's stack begins as the TSS has it (its ESP or SP field), or null: what lies beyond is none of this stack.
   * Ring 3 has no such field.
   */
  bottom(): number | null {
    const { state } = this;
    const unusable = (state.attr[TR]! & ATTR_UNUSABLE) !== 0;
    // Real-address mode has no rings, whatever TR still holds.
    if (unusable || state.cpl === 3 || isReal(state)) return null;
    const wide = (state.attr[TR]! & TSS_32) !== 0;
    return this.read((state.base[TR]! + (wide ? 4 + 8 * state.cpl : 2 + 4 * state.cpl)) >>> 0, wide ? 4 : 2);
  }

  /** The call that ends where `target` (an offset in CS) begins, as text; null if none does. */
  callBefore(target: number): string | null {
    return this.callEndingAt((this.state.base[CS]! + target) >>> 0, () => true);
  }

  /**
   * The far call that ends at an offset in a paragraph, where such are pushed: in real-address and virtual-8086 mode. The
   * two numbers are words that lie above each other.
   */
  farCallBefore(target: number, paragraph: number | null): string | null {
    if (paragraph === null || paragraph > 0xffff || !is8086(this.state)) return null;
    return this.callEndingAt(paragraph * 16 + target, (row) => FAR_CALL.test(row));
  }

  private callEndingAt(linear: number, fits: (row: string) => boolean): string | null {
    if (this.physical(linear) === null) return null;
    const first = (linear - LONGEST_CALL) >>> 0;
    const bytes = this.spaces.read(this.space, first, LONGEST_CALL);
    for (let length = SHORTEST_CALL; length <= LONGEST_CALL; length++) {
      const start = LONGEST_CALL - length;
      const line = disassembleBytes(bytes, start, (first + start) >>> 0, this.width === 4 ? 32 : 16);
      const id = line.insn?.row.id;
      if (id && line.length === length && ROWS[id as RowId].mnemonic === "call" && fits(id)) return line.text;
    }
    return null;
  }

  placeOf(target: number, base = this.state.base[CS]!): SymbolPlace | null {
    return nearestSymbol(programHere(this.at), (base + target) >>> 0);
  }
}

/** The words about a stack pointer and what they are taken for. */
export function inspectStack(at: Inspected, ask: StackAsk): StackAnswer {
  const { run } = at;
  const writes = lastStepWrites(run);
  const reader = new Reader(at, ask.side);
  const { state, mask, width } = reader;
  const pointer = (state.gpr[ESP]! & mask) >>> 0;
  const below = Math.min(Math.max(0, ask.below), STACK_MOST);
  const count = Math.min(Math.max(1, ask.words), STACK_MOST);
  const bottom = reader.bottom();
  const end = bottom !== null && bottom > pointer ? bottom : (mask >>> 0) + 1;
  const offsets: number[] = [];
  for (let i = -below; i < count; i++) {
    const offset = pointer + i * width;
    if (offset >= 0 && offset + width <= end) offsets.push(offset);
  }
  const values = offsets.map((offset) => reader.word(offset));
  const first = offsets.findIndex((offset) => offset >= pointer);
  const live = first < 0 ? [] : values.slice(first);
  const traps = findTrapFrames(run, live, width === 4 ? 32 : 16, {
    kind: modeOf(state).kind,
    cpl: state.cpl,
  });
  const calls = callFrames(reader, pointer);
  const notes = new Notes(reader, offsets.slice(Math.max(0, first)), live, traps, calls);
  return {
    side: ask.side,
    owner: ask.side === "guest" || runningDomain(run.computer) !== null ? "guest" : "vmm",
    ring: state.cpl,
    selector: state.selector[SS]!,
    base: state.base[SS]! >>> 0,
    pointer,
    bits: mask === 0xffff ? 16 : 32,
    width,
    words: offsets.map((offset, i) => {
      const linear = reader.linear(offset);
      const free = offset < pointer;
      return {
        offset,
        linear,
        value: values[i]!,
        before: wordBefore(reader, linear, values[i]!, writes.before),
        free,
        notes: free ? [] : notes.of(i - first),
      };
    }),
    traps,
    calls,
  };
}

/** The value that a word had before the last step, or null if that did not write it. */
function wordBefore(
  reader: Reader,
  linear: number,
  value: number | null,
  before: ReadonlyMap<number, number>,
): number | null {
  if (value === null || before.size === 0) return null;
  let old = 0;
  let written = false;
  for (let i = 0; i < reader.width; i++) {
    const physical = reader.physical((linear + i) >>> 0);
    const byte = physical === null ? undefined : before.get(physical);
    if (byte !== undefined) written = true;
    old += (byte ?? Math.floor(value / 256 ** i) % 256) * 256 ** i;
  }
  return written ? old : null;
}

/** The chain of saved EBPs: each leads to the one of its caller, with the return address above it. */
function callFrames(reader: Reader, pointer: number): CallFrame[] {
  const frames: CallFrame[] = [];
  let base = (reader.state.gpr[EBP]! & reader.mask) >>> 0;
  let least = pointer;
  while (frames.length < CALL_DEPTH && base >= least) {
    const returnTo = reader.word(base + reader.width);
    const saved = reader.word(base);
    if (returnTo === null || saved === null) break;
    if (reader.callBefore(returnTo) !== null) frames.push({ base, returnTo, place: reader.placeOf(returnTo) });
    else {
      const paragraph = reader.word(base + 2 * reader.width);
      if (reader.farCallBefore(returnTo, paragraph) === null) break;
      frames.push({ base, returnTo, place: reader.placeOf(returnTo, paragraph! * 16) });
    }
    least = base + 1;
    base = (saved & reader.mask) >>> 0;
  }
  return frames;
}

/** What each word is taken for. */
class Notes {
  private readonly notes: StackNote[][];

  constructor(
    reader: Reader,
    offsets: readonly number[],
    words: readonly (number | null)[],
    traps: readonly TrapFrame[],
    calls: readonly CallFrame[],
  ) {
    this.notes = words.map(() => []);
    traps.forEach((trap, frame) => {
      trap.fields.forEach((field, i) => {
        this.notes[trap.first + i]?.push({ kind: "trap", frame, field });
      });
    });
    const bases = new Map(calls.map(({ base }, depth) => [base, depth]));
    words.forEach((word, i) => {
      if (word === null || this.notes[i]!.length > 0) return;
      const depth = bases.get(offsets[i]!);
      const above = words[i + 1] ?? null;
      const far = depth === undefined ? reader.farCallBefore(word, above) : null;
      if (far !== null) {
        this.notes[i]!.push({ kind: "return", call: far, place: reader.placeOf(word, above! * 16) });
        this.notes[i + 1]!.push({ kind: "return-segment" });
        return;
      }
      const call = depth === undefined ? reader.callBefore(word) : null;
      const place = reader.placeOf(word);
      if (depth !== undefined) this.notes[i]!.push({ kind: "saved-ebp", depth });
      else if (call !== null) this.notes[i]!.push({ kind: "return", call, place });
      else if (place?.offset === 0) this.notes[i]!.push({ kind: "label", name: place.name });
    });
  }

  of(index: number): readonly StackNote[] {
    return this.notes[index] ?? [];
  }
}
