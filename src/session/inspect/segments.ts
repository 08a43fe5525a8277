import { is8086 } from "../../cpu/real-mode.ts";
import {
  ATTR_ACCESSED,
  ATTR_AVL,
  ATTR_DB,
  ATTR_DPL_SHIFT,
  ATTR_G,
  ATTR_P,
  ATTR_S,
  ATTR_UNUSABLE,
  GS,
  LDTR,
  TR,
} from "../../cpu/state.ts";
import { descriptorTypeWords } from "../../isa/descriptors.ts";
import type { Words } from "../../isa/types.ts";
import { hexDigits } from "../../machine/describe.ts";
import { SEGMENT_NAMES } from "../registers.ts";
import { registerFiles } from "../view.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";
import { type Side, type SideName, sidesOf } from "./side.ts";
import { descriptorAt } from "./tables.ts";

export interface SegmentsAsk {
  /** What the last step changed is wanted too. */
  readonly changes: boolean;
}

/** A segment register with its hidden part. Numbers unsigned. */
export interface SegmentPart {
  readonly selector: number;
  /**
   * It is no selector but a paragraph number, of real-address or virtual-8086 mode: loading it makes the base 16 times it.
   * There is then no index, table or RPL, and null is as good as any.
   */
  readonly paragraph: boolean;
  /** The selector decoded. */
  readonly index: number;
  readonly table: "gdt" | "ldt";
  readonly rpl: number;
  /** Null, or nulled by a return to an outer ring: any use faults. */
  readonly usable: boolean;
  readonly base: number;
  /** In bytes. */
  readonly limit: number;
  readonly type: Words;
  readonly dpl: number;
  readonly present: boolean;
  /** G, D or B, AVL. */
  readonly flags: readonly string[];
  /**
   * What the table says otherwise now: the hidden part is stale. Of a paragraph number, that the base is not 16 times it.
   * Empty where they agree.
   */
  readonly stale: readonly Words[];
  /** What the last step changed: the old values. */
  readonly before: Partial<Pick<SegmentPart, "selector" | "base" | "limit" | "type" | "dpl">>;
}

export interface SegmentRow {
  readonly name: string;
  readonly physical: SegmentPart;
  readonly guest: SegmentPart | null;
  readonly differs: boolean;
}

export interface SegmentsAnswer {
  readonly virtualized: boolean;
  readonly rows: readonly SegmentRow[];
}

interface Hidden {
  readonly selector: number;
  readonly base: number;
  readonly limit: number;
  readonly attr: number;
}

const UNUSABLE: Words = { en: "null: any use faults", zh: "空：任何使用都引发故障" };

const OTHER_MODE: Words = {
  en: "the base is not 16 times this, but what it was before the change of mode, until the register is loaded",
  zh: "基址不是它的 16 倍：在重新装载之前，仍是切换模式以前的值",
};

function typeOf(attr: number): Words {
  if ((attr & ATTR_UNUSABLE) !== 0) return UNUSABLE;
  return descriptorTypeWords((attr & ATTR_S) !== 0, attr & 15);
}

const dplOf = (attr: number) => (attr >>> ATTR_DPL_SHIFT) & 3;

function flagsOf(attr: number): string[] {
  const code = (attr & (ATTR_S | 8)) === (ATTR_S | 8);
  const flags: string[] = [];
  if ((attr & ATTR_G) !== 0) flags.push("G");
  if ((attr & ATTR_DB) !== 0) flags.push(code ? "D" : "B");
  if ((attr & ATTR_AVL) !== 0) flags.push("AVL");
  return flags;
}

const holdsParagraph = (side: Side, segment: number) => segment <= GS && is8086(side.state);

/**
 * What the descriptor that the selector names says now, where the hidden part is not that. A paragraph number of
 * real-address or virtual-8086 mode names none, but the base may still be from before the change of mode.
 */
function staleness(side: Side, segment: number, hidden: Hidden): Words[] {
  if (holdsParagraph(side, segment)) return hidden.base === hidden.selector * 16 ? [] : [OTHER_MODE];
  if ((hidden.attr & ATTR_UNUSABLE) !== 0) return [];
  const descriptor = descriptorAt(side, hidden.selector);
  if (descriptor === null) {
    return [{ en: "the table has no such entry now", zh: "表中现在没有这一项" }];
  }
  const { low, high } = descriptor;
  const attr = (high >>> 8) & 0xf0ff;
  const base = ((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000)) >>> 0;
  const raw = (low & 0xffff) | (high & 0xf0000);
  const limit = ((attr & ATTR_G) !== 0 ? (raw << 12) | 0xfff : raw) >>> 0;
  const notes: Words[] = [];
  const says = (en: string, zh: string) => notes.push({ en: `the table now says ${en}`, zh: `表中现为${zh}` });
  // The accessed bit and the busy bit are the processor's own doing.
  const own = segment === TR ? 2 : segment === LDTR ? 0 : ATTR_ACCESSED;
  const type = 15 & ~own;
  if (((attr ^ hidden.attr) & (ATTR_S | type)) !== 0) {
    const words = typeOf(attr);
    says(words.en, words.zh);
  }
  if (((attr ^ hidden.attr) & ATTR_P) !== 0) says("not present", "不存在");
  if (base !== hidden.base) says(`base ${hexDigits(base)}`, `基址 ${hexDigits(base)}`);
  if (limit !== hidden.limit) says(`limit ${hexDigits(limit)}`, `界限 ${hexDigits(limit)}`);
  if (dplOf(attr) !== dplOf(hidden.attr)) says(`DPL ${dplOf(attr)}`, `DPL ${dplOf(attr)}`);
  return notes;
}

function hiddenOf({ state }: Side, segment: number): Hidden {
  return {
    selector: state.selector[segment]! & 0xffff,
    base: state.base[segment]! >>> 0,
    limit: state.limit[segment]! >>> 0,
    attr: state.attr[segment]!,
  };
}

function partOf(side: Side, segment: number, was: Hidden | null): SegmentPart {
  const hidden = hiddenOf(side, segment);
  const { selector, base, limit, attr } = hidden;
  const before: SegmentPart["before"] = was
    ? {
        ...(was.selector !== selector && { selector: was.selector }),
        ...(was.base !== base && { base: was.base }),
        ...(was.limit !== limit && { limit: was.limit }),
        ...(typeOf(was.attr).en !== typeOf(attr).en && { type: typeOf(was.attr) }),
        ...(dplOf(was.attr) !== dplOf(attr) && { dpl: dplOf(was.attr) }),
      }
    : {};
  return {
    selector,
    paragraph: holdsParagraph(side, segment),
    index: selector >>> 3,
    table: (selector & 4) !== 0 ? "ldt" : "gdt",
    rpl: selector & 3,
    usable: (attr & ATTR_UNUSABLE) === 0,
    base,
    limit,
    type: typeOf(attr),
    dpl: dplOf(attr),
    present: (attr & ATTR_P) !== 0,
    flags: flagsOf(attr),
    stale: staleness(side, segment, hidden),
    before,
  };
}

/** The segment registers with their hidden parts, the guest's beside the real ones. */
export function inspectSegments({ run }: Inspected, ask: SegmentsAsk): SegmentsAnswer {
  const { physical, guest } = sidesOf(run);
  const files = ask.changes ? beforeLastStep(run, "segments", () => registerFiles(run.computer, run.guest)) : null;
  const was = (side: SideName, segment: number): Hidden | null => files?.[side].segments[segment] ?? null;
  const rows = SEGMENT_NAMES.map((name, segment): SegmentRow => {
    const real = partOf(physical, segment, was("physical", segment));
    const theirs = guest && partOf(guest, segment, was("guest", segment));
    return { name, physical: real, guest: theirs, differs: theirs !== null && !same(real, theirs) };
  });
  return { virtualized: guest !== null, rows };
}

function same(a: SegmentPart, b: SegmentPart): boolean {
  return (
    a.selector === b.selector &&
    a.base === b.base &&
    a.limit === b.limit &&
    a.dpl === b.dpl &&
    a.present === b.present &&
    a.type.en === b.type.en
  );
}
