import { decodeBytes, TOO_LONG } from "../../cpu/decode.ts";
import { GS } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { Machine } from "../../machine/machine.ts";
import type { TranslatedPlace, TranslatedUnit, TranslationCounts, TranslationView } from "../../machine/translation.ts";
import type { TranslationCache } from "./cache.ts";
import { CALLOUT_CAUSES, type CalloutCause, type Counts } from "./counts.ts";
import {
  ANSWERS,
  CACHE,
  CACHE_BASE,
  CACHE_SIZE,
  CALLOUT_VECTOR,
  FIELDS,
  MAP,
  MAP_AFTER_STI,
  MAP_FIRST,
  MAP_SECOND,
  TARGET_COUNT,
  TARGETS,
  VCPU,
} from "./layout.ts";
import type { CodeContext, TranslatorOptions } from "./translator.ts";
import type { Unit } from "./unit.ts";
import { reasonOf } from "./why.ts";

/** What of the translator is shown. */
export interface TranslatorParts {
  readonly machine: Machine;
  readonly cache: TranslationCache;
  readonly counts: Counts;
  readonly options: TranslatorOptions;
  readonly contextOf: (unit: Unit) => CodeContext;
  /** Where the guest stands in the cache, if it does. */
  readonly place: number | null;
  /** The guest runs as it is written. */
  readonly direct: boolean;
  /** Guest instructions ended since the guest was last entered, and how it was: the counts do not have them yet. */
  readonly uncounted: { readonly direct: boolean; readonly ticks: number };
}

const words = (en: string, zh: string): Words => ({ en, zh });

const CAUSES: Readonly<Record<CalloutCause, Words>> = {
  instruction: words("an instruction that the VMM carries out", "由 VMM 执行的指令"),
  simulated: words("an instruction that kept hitting a trace", "一再命中追踪的指令"),
  target: words("an indirect jump whose target is not in the table", "目标不在表中的间接跳转"),
  continuation: words("code not translated yet (a stub)", "尚未翻译的代码（桩）"),
  "given-up": words("a unit that was given up", "已放弃的单元"),
};

/** What the translator has made, read at the present step. */
export function translationView(parts: TranslatorParts): TranslationView {
  const { cache, machine, options } = parts;
  const { memory } = machine;
  const { code, stubs } = cache.usage;
  return {
    linear: CACHE_BASE >>> 0,
    physical: CACHE,
    size: CACHE_SIZE,
    codeEnd: code,
    stubStart: CACHE_SIZE - stubs,
    units: cache.all.map((unit) => unitView(parts, unit)),
    targets: targetsIn(machine),
    counts: countsOf(parts),
    present: presentIn(parts),
    direct: parts.direct,
    why(unit, number) {
      const { treatment, from, traces } = unit.instructions[number]!;
      const insn = decodeBytes(unit.bytes, from, unit.context.bigCode ? 32 : 16);
      return reasonOf({
        treatment,
        insn: insn === TOO_LONG ? null : insn,
        context: unit.context,
        options,
        traces,
      });
    },
    isWayOut(place) {
      const ways = memory.read8(MAP + place) & MAP_AFTER_STI;
      return ways === MAP_FIRST || ways === MAP_SECOND;
    },
    remark,
  };
}

function unitView({ machine, contextOf }: TranslatorParts, unit: Unit): TranslatedUnit {
  const { index, eip, start, end, valid, instructions, successors, bytes } = unit;
  return {
    index,
    context: contextOf(unit),
    eip: eip >>> 0,
    start,
    end,
    valid,
    instructions,
    successors: successors.map(({ target, state, site, stub }) => ({
      target: target >>> 0,
      state,
      site,
      stub,
      leads: state === "elided" ? end : (site + 4 + machine.memory.read32(CACHE + site)) | 0,
    })),
    bytes,
  };
}

function targetsIn({ memory }: Machine): ReadonlySet<number> {
  const places = new Set<number>();
  for (let i = 0; i < TARGET_COUNT; i++) {
    const at = TARGETS + i * 8;
    const place = memory.read32(at + 4);
    // A pair that is empty leads nowhere: its EIP has another low byte than its place in the table.
    if ((memory.read32(at) & 0xff) === i) places.add(place);
  }
  return places;
}

function presentIn({ cache, machine, place }: TranslatorParts): TranslatedPlace | null {
  const at = place === null ? null : cache.at(place);
  if (place === null || at === null) return null;
  return { place, unit: at.unit.index, instruction: at.instruction, running: machine.cpu.state.cpl > 0 };
}

/** What the translator has done up to the present step. */
function countsOf({ machine, counts, uncounted }: TranslatorParts): TranslationCounts {
  const { units, instructions, guestBytes, cacheBytes, chained, elided, retranslated, givenUp, flushed } = counts;
  const ended = { direct: counts.ticksDirect, translated: counts.ticksTranslated };
  ended[uncounted.direct ? "direct" : "translated"] += uncounted.ticks;
  return {
    units,
    instructions,
    guestBytes,
    cacheBytes,
    chained,
    elided,
    retranslated,
    givenUp,
    flushed,
    ...ended,
    emulated: machine.ticks - ended.direct - ended.translated,
    callouts: CALLOUT_CAUSES.map((cause) => ({ cause, name: CAUSES[cause], count: counts.calloutsBy(cause) })),
  };
}

const CONTROL = ["CR0", "CR1", "CR2", "CR3", "CR4"];
const SELECTORS = ["ES", "CS", "SS", "DS", "FS", "GS", "LDTR", "TR"];

/** The virtual CPU's fields by their offset in GS. */
const FIELD_NAMES: ReadonlyMap<number, Words> = new Map([
  [FIELDS.interruptFlag, words("the virtual IF", "虚拟 IF")],
  [FIELDS.iopl, words("the virtual IOPL", "虚拟 IOPL")],
  [FIELDS.pending, words("an interrupt waits for the virtual IF", "有中断等待虚拟 IF")],
  [FIELDS.interruptFlagBefore, words("the virtual IF before STI", "STI 之前的虚拟 IF")],
  [FIELDS.masksReadable, words("the interrupt masks may be read", "可读中断屏蔽字")],
  [FIELDS.masterMask, words("mask of the first interrupt controller", "主中断控制器的屏蔽字")],
  [FIELDS.slaveMask, words("mask of the second interrupt controller", "从中断控制器的屏蔽字")],
  [FIELDS.port92, words("port 92", "端口 92")],
  ...CONTROL.map((name, i): [number, Words] => [
    FIELDS.control + i * 4,
    words(`the guest’s ${name}`, `客户机的 ${name}`),
  ]),
  ...SELECTORS.map((name, i): [number, Words] => [
    FIELDS.selectors + i * 4,
    words(`the guest’s ${name}`, `客户机的 ${name}`),
  ]),
  [FIELDS.target, words("the guest’s EIP to go to", "要去的客户机 EIP")],
  [FIELDS.place, words("its place in the cache", "它在缓存中的位置")],
  [FIELDS.spilledEax, words("EAX, put aside", "暂存的 EAX")],
  [FIELDS.spilledEcx, words("ECX, put aside", "暂存的 ECX")],
  [FIELDS.answer, words("what LAR or LSL answers", "LAR 或 LSL 的答案")],
  [FIELDS.verdict, words("a selector that answers by ZF", "以 ZF 作答的选择子")],
]);
const CALLOUT = words("callout: into the VMM", "外呼：进入 VMM");
const TABLE = words("the table of indirect jumps", "间接跳转表");
const ANSWER_TABLE = words("what the virtual CPU has answered for selectors", "虚拟 CPU 对选择子给过的答案");

/** What an instruction in the cache does that its text does not say: a callout, a field of the virtual CPU. */
function remark(bytes: Uint8Array): Words | null {
  if (bytes[0] === 0xcd && bytes[1] === CALLOUT_VECTOR) return CALLOUT;
  const insn = decodeBytes(bytes, 0, 32);
  if (insn === null || insn === TOO_LONG || !insn.memory || insn.override !== GS) return null;
  if (insn.disp >= ANSWERS - VCPU) return ANSWER_TABLE;
  return insn.disp >= TARGETS - VCPU ? TABLE : (FIELD_NAMES.get(insn.disp) ?? null);
}
