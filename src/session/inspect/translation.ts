import { disassembleBytes } from "../../asm/disassemble.ts";
import { decodeBytes, TOO_LONG } from "../../cpu/decode.ts";
import { CS } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type {
  TranslatedPlace,
  TranslatedUnit,
  TranslationContext,
  TranslationCounts,
  TranslationView,
  TreatmentView,
  UnitSuccessor,
} from "../../machine/translation.ts";
import { Probe } from "../position.ts";
import type { SourcePlace } from "../program.ts";
import type { Inspected } from "./index.ts";
import { symbolAt } from "./symbols.ts";

export type { TranslationContext, TranslationCounts, TreatmentView } from "../../machine/translation.ts";

/** Asks for what stands for the guest's code. Places are offsets in the translation cache. */
export interface TranslationAsk {
  /** The unit to be shown in full, by its number; null: the one in which the guest stands, or whose code it is at. */
  readonly unit: number | null;
  /** The unit to be shown while the guest stands in none. */
  readonly otherwise?: number | null;
}

/** An instruction in the cache. */
export interface CacheLine {
  readonly place: number;
  /** In hex. */
  readonly bytes: string;
  readonly text: string;
  /** What its text does not say: a callout, a field of the virtual CPU. */
  readonly remark: Words | null;
  /** The unit that it jumps to, or null. */
  readonly unit: number | null;
  /** It jumps to a stub, which asks the VMM for a translation. */
  readonly stub: boolean;
  /** The processor executes this next, or was interrupted here. */
  readonly now: boolean;
}

/** One of the guest's instructions beside what stands for it. */
export interface TranslatedLine {
  /** The guest's EIP. */
  readonly eip: number;
  readonly linear: number;
  readonly bytes: string;
  readonly text: string;
  readonly row: string | null;
  /** The label at or before it, as `name+0x4`. */
  readonly label: string | null;
  readonly source: SourcePlace | null;
  readonly treatment: TreatmentView;
  /** Why it was treated so. */
  readonly reason: Words;
  /** How often it has hit a trace. */
  readonly traces: number;
  readonly code: readonly CacheLine[];
  /** The guest stands at it. */
  readonly now: boolean;
}

/** Where a unit goes on. */
export interface SuccessorLine {
  readonly target: number;
  readonly label: string | null;
  readonly state: UnitSuccessor["state"];
  /** The unit that the cache's bytes lead to; null while they lead to the stub. */
  readonly unit: number | null;
  /** Place of the stub, or -1. */
  readonly stub: number;
}

export interface UnitDetail extends MapUnit {
  readonly lines: readonly TranslatedLine[];
  /** The jump at the end that belongs to none of the guest's instructions. */
  readonly wayOut: readonly CacheLine[];
  readonly successors: readonly SuccessorLine[];
  /** Units that lead here. */
  readonly from: readonly number[];
}

/** A unit as the map of the cache has it. */
export interface MapUnit {
  readonly index: number;
  readonly eip: number;
  readonly label: string | null;
  readonly start: number;
  readonly end: number;
  readonly valid: boolean;
  readonly context: TranslationContext;
  readonly instructions: number;
  /** Treatments in it other than `identical`. */
  readonly treatments: readonly TreatmentView[];
  /** The units that its successors lead to. */
  readonly to: readonly number[];
  /** Successors that still lead to a stub. */
  readonly open: number;
  /** The table of indirect jumps has it. */
  readonly target: boolean;
}

export interface TranslationFound {
  readonly linear: number;
  readonly physical: number;
  readonly size: number;
  readonly codeEnd: number;
  readonly stubStart: number;
  readonly units: readonly MapUnit[];
  readonly present: TranslatedPlace | null;
  /** The guest runs as it is written now. */
  readonly direct: boolean;
  /** The unit that was asked for; null if there is none. */
  readonly unit: UnitDetail | null;
  readonly counts: TranslationCounts;
}

export interface TranslationAnswer {
  /** Null: nobody translates the guest's code. */
  readonly translation: TranslationFound | null;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The translation cache at the present moment, with one unit in full. */
export function inspectTranslation(
  at: Inspected,
  { unit: asked, otherwise = null }: TranslationAsk,
): TranslationAnswer {
  const view = at.run.computer.guest.translation?.();
  if (view === undefined) return { translation: null };
  const reader = new CacheReader(at, view);
  const chosen = asked ?? view.present?.unit ?? reader.unitOfGuest() ?? otherwise;
  const found = chosen === null ? undefined : view.units[chosen];
  const { linear, physical, size, codeEnd, stubStart, present, direct, counts } = view;
  const units = view.units.map((unit) => reader.inMap(unit));
  return {
    translation: {
      ...{ linear, physical, size, codeEnd, stubStart, present, direct, counts, units },
      unit: found === undefined ? null : reader.inFull(found, units),
    },
  };
}

/** Reads units and the cache's bytes. */
class CacheReader {
  private readonly at: Inspected;
  private readonly view: TranslationView;
  /** Place of a unit to its number; of several at one place, the one that is entered. */
  private readonly byStart = new Map<number, number>();

  constructor(at: Inspected, view: TranslationView) {
    this.at = at;
    this.view = view;
    for (const { start, index, valid } of view.units) {
      if (valid || !this.byStart.has(start)) this.byStart.set(start, index);
    }
  }

  private unitAt(place: number): number | null {
    return this.byStart.get(place) ?? null;
  }

  /** The unit of the code at which the guest stands outside the cache, or of what it has just done there. */
  unitOfGuest(): number | null {
    const probe = new Probe(this.at.run.computer);
    const state = probe.readGuest();
    const linear = (state.base[CS]! + state.eip) >>> 0;
    const into = ({ context, eip, bytes, valid }: TranslatedUnit) => {
      const from = (linear - context.base - eip) >>> 0;
      return valid && context.cpl === state.cpl && from <= bytes.length ? from : -1;
    };
    const { units } = this.view;
    const found = units.find((unit) => into(unit) >= 0 && into(unit) < unit.bytes.length);
    return (found ?? units.find((unit) => into(unit) >= 0))?.index ?? null;
  }

  private labelOf({ base }: TranslationContext, eip: number): string | null {
    return symbolAt(this.at.program, (base + eip) >>> 0);
  }

  inMap(unit: TranslatedUnit): MapUnit {
    const { index, eip, start, end, valid, context, instructions, successors } = unit;
    const treatments = instructions.map(({ treatment }) => treatment).filter((treatment) => treatment !== "identical");
    const to = successors.flatMap(({ leads }) => this.unitAt(leads) ?? []);
    return {
      ...{ index, eip, start, end, valid, context },
      label: this.labelOf(context, eip),
      instructions: instructions.length,
      treatments: [...new Set(treatments)],
      to: [...new Set(to)],
      open: successors.length - to.length,
      target: this.view.targets.has(start),
    };
  }

  inFull(unit: TranslatedUnit, units: readonly MapUnit[]): UnitDetail {
    const { lines, wayOut } = this.lines(unit);
    return {
      ...units[unit.index]!,
      lines,
      wayOut,
      successors: unit.successors.map(({ target, state, leads, stub }) => ({
        target,
        label: this.labelOf(unit.context, target),
        state,
        unit: this.unitAt(leads),
        stub,
      })),
      from: units.filter(({ to }) => to.includes(unit.index)).map(({ index }) => index),
    };
  }

  private lines(unit: TranslatedUnit): Pick<UnitDetail, "lines" | "wayOut"> {
    const { view } = this;
    const { present } = view;
    const probe = new Probe(this.at.run.computer);
    probe.readGuest();
    const here = present?.unit === unit.index ? present : null;
    let wayOut: CacheLine[] = [];
    const lines = unit.instructions.map((instruction, i): TranslatedLine => {
      const { from, length, offset, treatment, traces } = instruction;
      const last = i === unit.instructions.length - 1;
      const end = last ? unit.end : unit.start + unit.instructions[i + 1]!.offset;
      let code = this.code(unit, unit.start + offset, end);
      // The jumps of a transfer are its own; a unit that merely ends goes on by a jump that is nobody's.
      if (last && treatment !== "chained" && treatment !== "indirect") {
        const out = code.findIndex(({ place }) => place > unit.start + offset && view.isWayOut(place));
        if (out >= 0) {
          wayOut = code.slice(out);
          code = code.slice(0, out);
        }
      }
      const eip = (unit.eip + from) >>> 0;
      const linear = (unit.context.base + eip) >>> 0;
      const bytes = unit.bytes.subarray(from, length === 0 ? unit.bytes.length : from + length);
      const { text, insn } = disassembleBytes(bytes, 0, eip, unit.context.bigCode ? 32 : 16);
      const physical = probe.toPhysical(linear);
      return {
        ...{ eip, linear, text, treatment, traces, code },
        bytes: hex(bytes),
        row: insn?.row.id ?? null,
        label: this.labelOf(unit.context, eip),
        source: physical === null ? null : (this.at.program.sources?.at(physical) ?? null),
        reason: view.why(unit, i),
        now: here?.instruction === i,
      };
    });
    return { lines, wayOut };
  }

  /** The instructions that stand in the cache from `begin` to `end`. What has been overwritten is shown as it is now. */
  private code(unit: TranslatedUnit, begin: number, end: number): CacheLine[] {
    const { view } = this;
    const { memory } = this.at.run.machine;
    const bytes = memory.bytes.slice(view.physical + begin, view.physical + end);
    const lines: CacheLine[] = [];
    // A unit that was given up begins with a callout, or a jump to the one in its place: what that has cut is no code.
    const head = unit.valid ? unit.start : unit.start + lengthAt(memory.bytes, view.physical + unit.start);
    for (let offset = 0; offset < bytes.length; ) {
      const place = begin + offset;
      const cut = !unit.valid && place > unit.start && offset === 0 && place < head;
      const from = cut ? Math.min(bytes.length, head - begin) : offset;
      if (cut) offset = from;
      if (offset >= bytes.length) break;
      const { text, length, insn } = disassembleBytes(bytes, offset, begin + offset, 32);
      const part = bytes.subarray(offset, offset + length);
      const leads = insn === null ? null : jumpOf(insn.row.operands[0], begin + offset + length + insn.imm);
      lines.push({
        place: begin + offset,
        bytes: hex(part),
        text,
        remark: view.remark(part),
        unit: leads === null ? null : this.unitAt(leads),
        stub: leads !== null && leads >= view.stubStart,
        now: view.present?.place === begin + offset,
      });
      offset += length;
    }
    return lines;
  }
}

/** Where a jump within the cache leads; null for what is none, and for the short ones within a sequence. */
function jumpOf(operand: string | undefined, place: number): number | null {
  return operand === "rel32" ? place : null;
}

function lengthAt(bytes: Uint8Array, physical: number): number {
  const insn = decodeBytes(bytes, physical, 32);
  return insn === null || insn === TOO_LONG ? 1 : insn.length;
}
