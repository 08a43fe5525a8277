import { decodeDescriptor, descriptorTypeWords } from "../../isa/descriptors.ts";
import type { Words } from "../../isa/types.ts";
import { programOf } from "../domains.ts";
import type { Inspected } from "./index.ts";
import { physicalOf, type Side } from "./side.ts";
import { symbolAt } from "./symbols.ts";

/** Where a gate leads. */
export interface GateTarget {
  readonly selector: number;
  /** 0 for a task gate. */
  readonly offset: number;
  /** Linear address, by the segment that the selector names now; null where it names none (or for a task gate). */
  readonly linear: number | null;
  /** The label there, or the one before it with the distance. */
  readonly symbol: string | null;
  /** A VMM's host gate is there. */
  readonly hostGate: boolean;
}

/** A descriptor, decoded. Numbers unsigned. */
export interface DescriptorView {
  /** The two dwords as they lie in the table. */
  readonly low: number;
  readonly high: number;
  /** `vector`: a far pointer of real-address mode's vector table, in `low` alone. */
  readonly form: "empty" | "segment" | "system" | "gate" | "vector";
  /** `code, readable, accessed`, `interrupt gate`, ... */
  readonly type: Words;
  readonly present: boolean;
  readonly dpl: number;
  /** Of a segment, LDT or TSS; 0 else. */
  readonly base: number;
  /** In bytes, granularity applied; 0 for a gate. */
  readonly limit: number;
  /** G, D or B, AVL. */
  readonly flags: readonly string[];
  readonly target: GateTarget | null;
  /** Dwords (words of a 16-bit gate) that a call gate copies. */
  readonly parameters: number;
}

const EMPTY: Words = { en: "empty", zh: "空" };
const VECTOR: Words = { en: "far pointer of real mode", zh: "实模式的远指针" };
const TASK_GATE = 5;

/** Base of a code segment by its selector, as the side's GDT has it now; for naming what a gate leads to. */
export type BaseOf = (selector: number) => number | null;

/** Names addresses: the labels of the program, and the host gates of VMMs. */
export interface Namer {
  target(side: Side, selector: number, offset: number, base: number | null): GateTarget;
}

/** How targets are named at this moment. */
export function namerOf({ run, program }: Inspected): Namer {
  const { machine, guest } = run;
  const own = programOf(program, run.domain.id);
  return {
    target(side, selector, offset, base) {
      if (base === null) return { selector, offset, linear: null, symbol: null, hostGate: false };
      const linear = (base + offset) >>> 0;
      const physical = physicalOf(side, linear);
      const hostGate = side.name === "physical" && physical !== null && machine.cpu.bus.isHostGate(physical);
      // Labels are addresses of the guest's own memory; elsewhere in physical memory they mean nothing.
      const named = side.name === "guest" || side.memory === guest.memory;
      return { selector, offset, linear, symbol: named ? symbolAt(own, linear) : null, hostGate };
    },
  };
}

/** Decodes a descriptor of a side's table (SDM Vol. 3A, 3.4.5 and 6.11). */
export function viewDescriptor(side: Side, namer: Namer, baseOf: BaseOf, low: number, high: number): DescriptorView {
  const descriptor = decodeDescriptor(low, high);
  const codeOrData = descriptor.form === "segment" && descriptor.codeOrData;
  const common = {
    low: low >>> 0,
    high: high >>> 0,
    type: low === 0 && high === 0 ? EMPTY : descriptorTypeWords(codeOrData, descriptor.type),
    present: descriptor.present,
    dpl: descriptor.dpl,
  };
  if (descriptor.form === "gate") {
    const { selector, type } = descriptor;
    const task = type === TASK_GATE;
    const offset = task ? 0 : descriptor.offset;
    const target = namer.target(side, selector, offset, task ? null : baseOf(selector));
    return { ...common, form: "gate", base: 0, limit: 0, flags: [], target, parameters: descriptor.parameters };
  }
  const flags: string[] = [];
  if (descriptor.granular) flags.push("G");
  if (descriptor.big) flags.push((descriptor.type & 8) !== 0 && codeOrData ? "D" : "B");
  if (descriptor.available) flags.push("AVL");
  return {
    ...common,
    form: low === 0 && high === 0 ? "empty" : codeOrData ? "segment" : "system",
    base: descriptor.base,
    limit: descriptor.limit,
    flags,
    target: null,
    parameters: 0,
  };
}

/** An entry of real-address mode's vector table: offset and paragraph of a handler (SDM Vol. 3B, 21.1.4). */
export function viewVector(side: Side, namer: Namer, pointer: number): DescriptorView {
  const paragraph = pointer >>> 16;
  const target = namer.target(side, paragraph, pointer & 0xffff, paragraph * 16);
  return {
    low: pointer >>> 0,
    high: 0,
    form: pointer === 0 ? "empty" : "vector",
    type: pointer === 0 ? EMPTY : VECTOR,
    present: true,
    dpl: 0,
    base: 0,
    limit: 0,
    flags: [],
    target,
    parameters: 0,
  };
}
