import type { Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import type { ShadowTables } from "../deprivileged/shadow-tables.ts";
import type { ShadowPaging } from "../shadow-paging.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import { AdaptiveSites, type AdaptiveState } from "./adaptive.ts";
import { type CacheState, type Place, TranslationCache } from "./cache.ts";
import { CodePages, type CodePagesState } from "./code-pages.ts";
import { Contexts } from "./contexts.ts";
import { Counts, type CountsState } from "./counts.ts";
import { GuestCode, NO_CODE } from "./guest-code.ts";
import { SelectorAnswers } from "./selector-answers.ts";
import { type CodeContext, type Draft, Translator, type TranslatorOptions } from "./translator.ts";
import type { Successor, Unit } from "./unit.ts";

/** Cycles of translating one instruction (Adams and Agesen, ASPLOS 2006, 6.2). */
const TRANSLATION_CYCLES = 2300;
const PAGE = 4096;

/** Where translated code was last left: the instruction after it may be in the same unit. */
interface LastPlace {
  readonly unit: number;
  readonly instruction: number;
}

export interface TranslationsState {
  readonly cache: CacheState;
  readonly contexts: readonly CodeContext[];
  readonly pages: CodePagesState;
  readonly adaptive: AdaptiveState;
  readonly counts: CountsState;
  readonly targetsOf: number;
  readonly answersOf: number;
  readonly answers: boolean;
  readonly last: LastPlace | null;
}

/** What translating needs of the monitor. */
export interface Surroundings {
  readonly machine: Machine;
  /** Guest-physical memory. */
  readonly memory: Memory;
  readonly vcpu: VirtualCpu;
  readonly paging: ShadowPaging;
  readonly tables: ShadowTables;
  /** Told of every unit that is made. */
  readonly onUnit: (unit: Unit) => void;
}

/** The guest's code in translation: units made when they are first wanted, linked, and given up when they are wrong. */
export class Translations {
  readonly cache: TranslationCache;
  readonly counts = new Counts();
  readonly contexts = new Contexts();
  readonly adaptive = new AdaptiveSites();
  readonly answers: SelectorAnswers;
  private readonly pages: CodePages;
  private readonly around: Surroundings;
  private readonly options: TranslatorOptions;
  /** The context whose units the table of indirect jumps names, and for which selectors are answered; -1 for none. */
  private targetsOf = -1;
  /** The version of the guest's descriptor tables for which they are. */
  private answersOf = -1;
  private last: LastPlace | null = null;

  constructor(around: Surroundings, options: TranslatorOptions) {
    this.around = around;
    this.options = options;
    this.cache = new TranslationCache(around.machine.memory);
    this.answers = new SelectorAnswers(around.machine.memory);
    this.pages = new CodePages(around.vcpu);
  }

  start(): void {
    this.cache.clear();
    this.answers.clear();
  }

  /** Whether a guest-physical page holds code that has been translated, or tables that map it. */
  traces(page: number): boolean {
    return this.pages.traces(page);
  }

  /** Translated code has been left here; null: the guest does not go on in the middle of a unit. */
  left(place: Place | null): void {
    this.last = place && place.instruction >= 0 ? { unit: place.unit.index, instruction: place.instruction } : null;
  }

  /** A traced page has been written: units of other bytes are given up, and a page table is looked at again. */
  written(page: number): void {
    this.pages.written(page);
    for (const unit of this.cache.ofPage(page)) if (!this.isUnchanged(unit)) this.giveUp(unit);
  }

  /** Whether the guest's memory still holds what was translated. */
  private isUnchanged({ pages, bytes, eip, context }: Unit): boolean {
    const first = ((this.contexts.get(context).base + eip) >>> 0) % PAGE;
    for (let i = 0; i < bytes.length; i++) {
      const at = first + i;
      const page = at < PAGE ? pages[0] : pages[1];
      if (this.around.memory.read8(page * PAGE + (at % PAGE)) !== bytes[i]) return false;
    }
    return true;
  }

  private giveUp(unit: Unit): void {
    this.counts.givenUp++;
    this.cache.drop(unit);
  }

  /** An instruction of the unit is to be treated otherwise from now on. */
  retranslate(unit: Unit): void {
    this.counts.retranslated++;
    this.cache.drop(unit);
  }

  /** The guest's page tables may have changed: units of a page that lies elsewhere now are given up. */
  followMapping(): void {
    const { gone, trace } = this.pages.verify();
    for (const { linear, physical, user } of gone) {
      for (const unit of this.cache.ofPage(physical)) {
        const context = this.contexts.get(unit.context);
        if ((context.cpl === 3) === user && standsIn(unit, context, linear)) this.giveUp(unit);
      }
    }
    for (const page of trace) this.around.paging.protect(page);
  }

  /**
   * The place in the cache where the guest goes on, translated if need be; -1 where its code cannot be read. `from`: the
   * place whose callout has led here, which is spared the way through the VMM the next time.
   */
  resume(from: Place | null): number {
    const { state } = this.around.vcpu;
    let caller = from;
    let context = this.contexts.of(state);
    if (context < 0) {
      this.clear();
      caller = null;
      context = this.contexts.of(state);
    }
    this.enterContext(context);
    const within = this.placeInLast(context, state.eip);
    if (within >= 0) return within;
    const known = this.cache.find(context, state.eip);
    if (known) {
      if (caller) this.link(caller, known);
      return known.start;
    }
    const made = this.translate(context, state.eip, caller);
    if (made === null) return -1;
    if (caller && !made.anew) this.link(caller, made.unit);
    return made.unit.start;
  }

  /** Indirect jumps and selectors are answered for one context at a time. */
  private enterContext(context: number): void {
    const { version } = this.around.tables;
    if (context !== this.targetsOf) this.cache.clearTargets();
    if (context !== this.targetsOf || version !== this.answersOf) this.answers.clear();
    this.targetsOf = context;
    this.answersOf = version;
  }

  /** The place of an instruction in the unit that was last left, for what comes next may be in the middle of it. */
  private placeInLast(context: number, eip: number): number {
    if (this.last === null) return -1;
    const unit = this.cache.all[this.last.unit];
    if (!unit?.valid || unit.context !== context) return -1;
    const from = eip - unit.eip;
    const found = unit.instructions.find((instruction) => instruction.from === from);
    return found === undefined ? -1 : unit.start + found.offset;
  }

  private link(from: Place, unit: Unit): void {
    const { context } = unit;
    if (from.successor !== null) {
      const { unit: before, successor } = from;
      if (before.context !== context || successor.target !== unit.eip) return;
      if (successor.state === "open") this.counts.chained++;
      this.cache.chain({ unit: before, successor }, unit);
    } else if (!from.unit.valid && from.unit.eip === unit.eip && from.unit.context === context) {
      this.cache.forward(from.unit, unit);
    } else if (from.unit.instructions[from.instruction]?.treatment === "indirect") this.cache.setTarget(unit);
  }

  /** `anew`: the cache was full, and the unit is the first of a new one. */
  private translate(context: number, eip: number, from: Place | null): { unit: Unit; anew: boolean } | null {
    const { around, cache, counts } = this;
    const after = from && successorAt(from, context, eip);
    const code = new GuestCode(around, this.contexts.get(context));
    const draft = this.draft(context, eip, cache.placeFor(after), code);
    if (draft === null) return null;
    if (!cache.hasRoom(draft)) {
      this.clear();
      const first = this.contexts.of(around.vcpu.state);
      this.enterContext(first);
      const made = this.translate(first, eip, null);
      return made && { ...made, anew: true };
    }
    const { pages } = code;
    const unit = cache.add(draft, { context, eip, pages }, after);
    counts.translated(draft);
    if (after?.successor.state === "elided") counts.elided++;
    // What ran at that place before was a jump that the unit stands in for, or of a cache that was dropped.
    const { placeCounts } = around.machine.cpu;
    if (placeCounts !== null) placeCounts[unit.start] = 0;
    around.machine.cycles += TRANSLATION_CYCLES * draft.instructions.length;
    this.tracePages(unit);
    around.onUnit(unit);
    return { unit, anew: false };
  }

  /** Null where the guest's code cannot be fetched. */
  private draft(context: number, eip: number, start: number, code: GuestCode): Draft | null {
    const translator = new Translator(this.contexts.get(context), eip, start, this.options);
    try {
      return translator.build(
        (at) => code.byte(at),
        (at) => this.adaptive.isSimulated(context, at),
      );
    } catch (thrown) {
      if (thrown === NO_CODE) return null;
      throw thrown;
    }
  }

  private tracePages({ context, eip, pages }: Unit): void {
    const { base, cpl } = this.contexts.get(context);
    const linear = ((base + eip) >>> 0) >>> 12;
    const fresh = [...this.pages.add(linear, cpl === 3)];
    if (pages[1] >= 0) fresh.push(...this.pages.add((linear + 1) & 0xfffff, cpl === 3));
    for (const page of fresh) this.around.paging.protect(page);
  }

  /** Forgets every unit: what is still wanted is translated anew. */
  clear(): void {
    this.counts.flushed++;
    this.cache.clear();
    this.contexts.clear();
    this.pages.clear();
    this.adaptive.clear();
    this.targetsOf = -1;
    this.last = null;
  }

  save(): TranslationsState {
    return {
      cache: this.cache.save(),
      contexts: this.contexts.save(),
      pages: this.pages.save(),
      adaptive: this.adaptive.save(),
      counts: this.counts.save(),
      targetsOf: this.targetsOf,
      answersOf: this.answersOf,
      answers: this.answers.save(),
      last: this.last,
    };
  }

  load(state: TranslationsState): void {
    this.cache.load(state.cache);
    this.contexts.load(state.contexts);
    this.pages.load(state.pages);
    this.adaptive.load(state.adaptive);
    this.counts.load(state.counts);
    this.targetsOf = state.targetsOf;
    this.answersOf = state.answersOf;
    this.answers.load(state.answers);
    this.last = state.last;
    for (const page of this.pages.tracedPages) this.around.memory.watch(page);
  }
}

function standsIn({ eip, pages }: Unit, { base }: CodeContext, linear: number): boolean {
  const first = ((base + eip) >>> 0) >>> 12;
  return first === linear || (pages[1] >= 0 && ((first + 1) & 0xfffff) === linear);
}

/** The successor that a place stands for, if it leads to this EIP. */
function successorAt(
  { unit, successor }: Place,
  context: number,
  eip: number,
): { readonly unit: Unit; readonly successor: Successor } | null {
  return successor !== null && unit.context === context && successor.target === eip ? { unit, successor } : null;
}
