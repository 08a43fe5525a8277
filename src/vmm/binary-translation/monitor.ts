import { STOP_DELIVERED } from "../../cpu/api.ts";
import { decodeBytes, TOO_LONG } from "../../cpu/decode.ts";
import { PAGE_USER } from "../../cpu/paging.ts";
import { is8086 } from "../../cpu/real-mode.ts";
import { FLAG_IF, FLAG_IOPL, FLAG_IOPL_SHIFT, FLAG_TF } from "../../cpu/registers.ts";
import { ATTR_DB, type CpuState, EAX, ECX, ESP, SHADOW_NONE, SHADOW_STI, SS } from "../../cpu/state.ts";
import type { Machine } from "../../machine/machine.ts";
import type { TranslationView } from "../../machine/translation.ts";
import { VMM_DIRECTORY_ENTRY } from "../deprivileged/boot.ts";
import { realRing } from "../deprivileged/descriptors.ts";
import { POOL_END, RESUME, RESUME_IRET, STACK_TOP, VMM_BASE } from "../deprivileged/layout.ts";
import { HANDLER_CYCLES, Monitor, type MonitorState } from "../deprivileged/monitor.ts";
import { deliveredVector } from "../deprivileged/trap-frame.ts";
import type { GuestFrame } from "../deprivileged/world.ts";
import type { Place, TranslationCache } from "./cache.ts";
import type { CalloutCause, Counts } from "./counts.ts";
import { enclose } from "./enclosure.ts";
import { Fields } from "./fields.ts";
import {
  BT_POOL,
  CACHE_BASE,
  CACHE_CODE,
  CACHE_SIZE,
  CALLOUT_VECTOR,
  FIELDS,
  MAP,
  MAP_AFTER_STI,
  MAP_EAX,
  MAP_ECX,
  MAP_POPPED,
  MAP_PUSHED,
  VCPU_DATA,
} from "./layout.ts";
import { Translations, type TranslationsState } from "./translations.ts";
import type { CodeContext, TranslatorOptions } from "./translator.ts";
import type { Unit } from "./unit.ts";
import { translationView } from "./view.ts";

/**
 * Cycles of a callout beside delivery and IRET, calibrated so that a RDTSC that is called out costs what Adams and Agesen
 * measured (ASPLOS 2006, 3.3: 1254 cycles).
 */
const CALLOUT_CYCLES = 1124;
/** Length of the INT of a callout. */
const CALLOUT_LENGTH = 2;

/** What may be chosen of the strategy. */
export interface TranslationOptions extends TranslatorOptions {
  /** User code is translated as well: it never runs directly. */
  readonly translateUser: boolean;
}

interface TranslationState extends MonitorState {
  readonly translations: TranslationsState;
  readonly direct: boolean;
}

/**
 * Binary translation: what the guest's kernel executes is machine code that the VMM has made of it, in a cache of its own.
 * User code runs as it is, where the guest's own IF, IOPL and segments allow it (Bugnion et al., TOCS 2012).
 */
export class BinaryTranslation extends Monitor {
  readonly options: TranslationOptions;
  private readonly translations: Translations;
  private readonly fields: Fields;
  /** The guest has been entered as it is written. */
  private direct = false;
  /** During one gate: where translated code was left, and whether its instruction has hit a trace. */
  private place: Place | null = null;
  private hit = false;

  constructor(machine: Machine, guestBytes: number, options: TranslationOptions) {
    super(machine, guestBytes, {
      pool: { first: BT_POOL, end: POOL_END },
      // The pages of the cache may be a user's: the table says which.
      directoryEntry: VMM_DIRECTORY_ENTRY | PAGE_USER,
    });
    this.options = options;
    this.fields = new Fields(machine.memory);
    const { memory, vcpu, paging, tables } = this;
    const onUnit = ({ eip, instructions, start, end }: Unit) =>
      this.emit("translate", "translate", { a: instructions.length, b: end - start, eip });
    this.translations = new Translations({ machine, memory, vcpu, paging, tables, onUnit }, options);
    machine.meanings = {
      calloutVector: CALLOUT_VECTOR,
      meantEip: (eip) => this.cache.at(eip)?.eip ?? eip,
      whyCalled: (eip) => whyCalled(this.cache.at(eip)),
    };
    machine.cpu.tickMap = { selector: CACHE_CODE, base: CACHE_BASE, size: CACHE_SIZE, map: MAP };
  }

  get cache(): TranslationCache {
    return this.translations.cache;
  }

  get counts(): Counts {
    return this.translations.counts;
  }

  override start(): void {
    enclose(this.machine, null);
    this.translations.start();
    super.start();
  }

  protected override tracesAlso(page: number): boolean {
    return super.tracesAlso(page) || this.translations.traces(page);
  }

  protected override handlerCycles(gate: number): number {
    return gate === CALLOUT_VECTOR ? CALLOUT_CYCLES : HANDLER_CYCLES;
  }

  override gate(index: number): void {
    this.place = null;
    this.hit = false;
    super.gate(index);
    this.place = null;
  }

  // Out of translated code.

  private isTranslated({ cs }: Pick<GuestFrame, "cs">): boolean {
    return (cs & ~3) === CACHE_CODE;
  }

  protected override takeGuest(frame: GuestFrame, vector: number): void {
    const { machine, vcpu } = this;
    const ended = machine.ticks - this.resumedAt;
    this.counts.ran(this.direct, ended);
    if (!this.isTranslated(frame)) {
      super.takeGuest(frame, vector);
      return;
    }
    const eip = vector === CALLOUT_VECTOR ? frame.eip - CALLOUT_LENGTH : frame.eip;
    this.place = this.cache.at(eip);
    this.recover(vcpu.state, { ...frame, eip }, this.place);
    if (ended > 0) vcpu.state.shadow = this.castsShadow(this.place) ? SHADOW_STI : SHADOW_NONE;
    this.translations.left(this.place);
  }

  protected override readEntered(into: CpuState, frame: GuestFrame): void {
    if (!this.isTranslated(frame)) {
      super.readEntered(into, frame);
      return;
    }
    const eip = deliveredVector(this.machine.cpu.state) === CALLOUT_VECTOR ? frame.eip - CALLOUT_LENGTH : frame.eip;
    this.recover(into, { ...frame, eip }, this.cache.at(eip));
  }

  protected override shadowNow(): number {
    const { machine, vcpu } = this;
    if (!machine.cpu.inTranslated()) return super.shadowNow();
    if (machine.ticks === this.resumedAt) return vcpu.state.shadow;
    return this.castsShadow(this.cache.at(machine.cpu.state.eip)) ? SHADOW_STI : SHADOW_NONE;
  }

  /** Whether the guest stands right after an STI that has set IF. */
  private castsShadow(place: Place | null): boolean {
    return (
      place !== null &&
      (place.map & MAP_AFTER_STI) === MAP_AFTER_STI &&
      this.fields.get(FIELDS.interruptFlagBefore) === 0
    );
  }

  /**
   * The guest's state at a place in translated code: as the processor has it, less what a sequence has begun and not
   * ended. So a fault in the middle of one is precise.
   */
  private recover(into: CpuState, frame: GuestFrame, place: Place | null): void {
    const { state } = this.machine.cpu;
    const map = place?.map ?? 0;
    into.gpr.set(state.gpr);
    if ((map & MAP_EAX) !== 0) into.gpr[EAX] = this.fields.get(FIELDS.spilledEax);
    if ((map & MAP_ECX) !== 0) into.gpr[ECX] = this.fields.get(FIELDS.spilledEcx);
    let moved = 0;
    if ((map & MAP_POPPED) !== 0) moved -= 4;
    if ((map & MAP_PUSHED) !== 0) moved += 4;
    const mask = (into.attr[SS]! & ATTR_DB) !== 0 ? -1 : 0xffff;
    into.gpr[ESP] = (frame.esp & ~mask) | ((frame.esp + moved) & mask);
    into.eip = place ? place.eip : frame.eip;
    const kept = FLAG_IF | FLAG_IOPL;
    into.rawFlags = (frame.eflags & ~kept) | this.fields.get(FIELDS.interruptFlag) | (into.rawFlags & FLAG_IOPL);
    into.lazyMask = 0;
  }

  protected override dispatch(vector: number, errorCode: number): void {
    if (vector === CALLOUT_VECTOR) this.callout();
    else super.dispatch(vector, errorCode);
  }

  /** A stub asks for its unit; a unit that was given up, for its successor; else an instruction is the VMM's. */
  private callout(): void {
    const { place } = this;
    if (place === null) return;
    const cause = causeOf(place);
    this.counts.callout(cause);
    if (cause === "continuation" || cause === "given-up") return;
    this.emulate(CALLOUT_VECTOR);
    if (cause === "simulated") this.watchSite(place);
    else if (cause === "instruction") this.keepAnswer(place);
  }

  /** What LAR and the like have answered, their sequence can answer the next time. */
  private keepAnswer({ unit, instruction }: Place): void {
    const { vcpu } = this;
    if (vcpu.stop === STOP_DELIVERED) return;
    const { from } = unit.instructions[instruction]!;
    const insn = decodeBytes(unit.bytes, from, this.contextOf(unit).bigCode ? 32 : 16);
    if (insn === null || insn === TOO_LONG) return;
    this.translations.answers.add(insn, this.fields.get(FIELDS.target), vcpu, realRing(vcpu.state.cpl));
  }

  /** A simulated instruction that has long not hit a trace becomes innocent again. */
  private watchSite({ unit, eip }: Place): void {
    const { adaptive } = this.translations;
    if (adaptive.ran(unit.context, eip, this.hit)) this.translations.retranslate(unit);
  }

  /** An innocuous instruction has hit a trace: when it keeps doing so, it is called out from then on. */
  protected override traceHit(): void {
    const { place } = this;
    if (place === null || place.instruction < 0) return;
    const { unit, eip } = place;
    const { adaptive } = this.translations;
    const site = unit.instructions[place.instruction]!;
    site.traces++;
    if (!adaptive.isGuilty(site.traces)) this.cache.update(unit);
    else if (adaptive.accuse(unit.context, eip)) this.translations.retranslate(unit);
  }

  protected override emulationReason(vector: number): string {
    return vector === CALLOUT_VECTOR ? `emulate-${causeOf(this.place)}` : super.emulationReason(vector);
  }

  protected override tracedPageWritten(page: number): void {
    this.hit = true;
    this.translations.written(page);
  }

  protected override tracedPageMarked(page: number): void {
    this.translations.written(page);
  }

  // Into it.

  protected override nextDeadline(): number {
    const { machine, vcpu, platform } = this;
    // Translated code sets the virtual IF by itself: what falls due meanwhile, the VMM has to know.
    if (platform.interruptPending()) {
      return (vcpu.state.rawFlags & FLAG_IF) !== 0 ? machine.time + 1 : Number.POSITIVE_INFINITY;
    }
    return platform.nextEvent();
  }

  protected override enter(): boolean {
    const { vcpu } = this;
    const { state } = vcpu;
    if (is8086(state)) return false;
    this.translations.followMapping();
    this.direct = this.mayRunDirectly();
    if (this.direct) {
      this.translations.left(null);
      enclose(this.machine, null);
      return this.world.compose(null, 0);
    }
    // A debug trap after every instruction of the guest's: there is no place for it in a unit.
    if ((state.rawFlags & FLAG_TF) !== 0) return false;
    const eip = this.translations.resume(this.place);
    // Reading the guest's code marks its page tables.
    this.followMarks();
    if (eip < 0) return false;
    enclose(this.machine, realRing(state.cpl));
    this.fields.write(state, this.platform, this.machine.time);
    // The real counter is the guest's as long as the guest has not set its own.
    const timeStamp = state.cpl === 0 && state.tscOffsetLow === 0 && state.tscOffsetHigh === 0;
    return this.world.compose({ code: CACHE_CODE, eip, gs: VCPU_DATA, timeStamp });
  }

  /**
   * The published rule: user code runs as it is unless its IF or IOPL would have to be its own, or a segment register
   * holds what no table says any more.
   */
  private mayRunDirectly(): boolean {
    const { state } = this.vcpu;
    if (this.options.translateUser || state.cpl !== 3 || (state.rawFlags & FLAG_IF) === 0) return false;
    return (state.rawFlags & FLAG_IOPL) >> FLAG_IOPL_SHIFT < 3 && this.world.isShadowed();
  }

  /** Drops the cache between two of the guest's instructions. The guest cannot tell. */
  dropCache(): void {
    this.changeGuest(() => {
      this.translations.clear();
      this.place = null;
      return null;
    });
  }

  /** What a context number of a unit stands for. */
  contextOf(unit: Unit): CodeContext {
    return this.translations.contexts.get(unit.context);
  }

  translation(): TranslationView {
    const { machine, cache, counts, options, direct } = this;
    return translationView({
      machine,
      cache,
      counts,
      options,
      contextOf: (unit) => this.contextOf(unit),
      place: this.placeNow(),
      direct: direct && this.inGuest(),
      uncounted: { direct, ticks: this.entered ? machine.ticks - this.resumedAt : 0 },
    });
  }

  /** Where the guest stands in the cache: there, or where it was interrupted, or where it is about to be resumed. */
  private placeNow(): number | null {
    const { cpu, memory } = this.machine;
    const { cpl, eip } = cpu.state;
    if (cpl > 0) return cpu.inTranslated() ? eip : null;
    const offset = (eip - VMM_BASE) >>> 0;
    if (this.entered && offset >= RESUME && offset <= RESUME_IRET) {
      return this.isTranslated({ cs: memory.read32(STACK_TOP - 16) }) ? memory.read32(STACK_TOP - 20) : null;
    }
    const frame = this.frameOfGuest();
    if (frame === null || !this.isTranslated(frame)) return null;
    return deliveredVector(this.machine.cpu.state) === CALLOUT_VECTOR ? frame.eip - CALLOUT_LENGTH : frame.eip;
  }

  override save(): TranslationState {
    return { ...super.save(), translations: this.translations.save(), direct: this.direct };
  }

  override load(saved: unknown): void {
    super.load(saved);
    const state = saved as TranslationState;
    this.translations.load(state.translations);
    this.direct = state.direct;
  }
}

/** Why translated code calls the VMM from a place. */
function causeOf(place: Place | null): CalloutCause {
  if (place === null || place.instruction < 0) return "continuation";
  if (!place.unit.valid) return "given-up";
  const { treatment } = place.unit.instructions[place.instruction]!;
  return treatment === "indirect" ? "target" : treatment === "simulated" ? "simulated" : "instruction";
}

function whyCalled(place: Place | null): { readonly reason: string; readonly row: number } {
  const cause = causeOf(place);
  const asks = cause === "continuation" || cause === "given-up";
  return { reason: `callout-${cause}`, row: asks ? -1 : place!.unit.instructions[place!.instruction]!.row };
}
