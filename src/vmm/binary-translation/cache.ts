import type { Memory } from "../../machine/memory.ts";
import { dword } from "./emitter.ts";
import {
  CACHE,
  CACHE_SIZE,
  CALLOUT_VECTOR,
  MAP,
  MAP_AFTER_STI,
  MAP_BEGINS,
  MAP_ENDS,
  MAP_FIRST,
  MAP_SECOND,
  TARGET_COUNT,
  TARGETS,
  UNIT_COUNT,
} from "./layout.ts";
import { readRecord, writeRecord } from "./records.ts";
import type { Draft } from "./translator.ts";
import type { Successor, Unit } from "./unit.ts";

/** A stub: INT into the VMM, padded. */
const STUB_SIZE = 4;
const JUMP_SIZE = 5;
const CALLOUT_SIZE = 2;
const NOP = 0x90;
const OPERAND_SIZE = 0x66;

/** What a place in the cache means to the guest. */
export interface Place {
  /** The guest's EIP: of the instruction that stands there, or of the one that comes next. */
  readonly eip: number;
  readonly unit: Unit;
  /** Number of the instruction in its unit, or -1 where the place belongs to none. */
  readonly instruction: number;
  /** The successor whose stub or jump it is, or null. */
  readonly successor: Successor | null;
  /** The map's byte. */
  readonly map: number;
}

/** Plain data beside what is in simulated memory. */
export interface CacheState {
  readonly units: number;
  readonly codeEnd: number;
  readonly stubStart: number;
}

/**
 * The translation cache: units one after the other, their successors chained. All of it is bytes in simulated memory;
 * the objects here are an index that can be read from it at any time.
 */
export class TranslationCache {
  private readonly memory: Memory;
  private units: Unit[] = [];
  private byEip = new Map<string, Unit>();
  private stubs = new Map<number, { readonly unit: Unit; readonly successor: Successor }>();
  private byPage = new Map<number, Unit[]>();
  /** First free byte, and first byte of the stubs. */
  private codeEnd = 0;
  private stubStart = CACHE_SIZE;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** Every unit, also those that are no longer entered, in the order of their places. */
  get all(): readonly Unit[] {
    return this.units;
  }

  get usage(): { readonly code: number; readonly stubs: number } {
    return { code: this.codeEnd, stubs: CACHE_SIZE - this.stubStart };
  }

  find(context: number, eip: number): Unit | null {
    return this.byEip.get(key(context, eip)) ?? null;
  }

  /** The units that were translated from a guest-physical page and may still be entered. */
  ofPage(page: number): readonly Unit[] {
    return this.byPage.get(page) ?? [];
  }

  /** Guest-physical pages that units were translated from. */
  get pages(): Iterable<number> {
    return this.byPage.keys();
  }

  /** Where a unit would be put that is to follow at the end of another, or else anywhere. */
  placeFor(after: { readonly unit: Unit; readonly successor: Successor } | null): number {
    return after !== null && this.canElide(after) ? elidedEnd(this.memory, after.unit) : this.codeEnd;
  }

  /** Whether a successor's jump is the last thing in the cache, so that the unit may take its place. */
  private canElide({ unit, successor }: { readonly unit: Unit; readonly successor: Successor }): boolean {
    return unit.valid && unit.end === this.codeEnd && successor.state === "open" && successor.site === unit.end - 4;
  }

  /** Whether a draft can be put in; if not, the cache is full. */
  hasRoom(draft: Draft): boolean {
    const stubs = draft.exits.length * STUB_SIZE;
    return (
      this.units.length < UNIT_COUNT && draft.emitter.start + draft.emitter.code.length + 16 <= this.stubStart - stubs
    );
  }

  /** Puts a unit where `placeFor` said. */
  add(
    draft: Draft,
    what: { readonly context: number; readonly eip: number; readonly pages: readonly [number, number] },
    after: { readonly unit: Unit; readonly successor: Successor } | null,
  ): Unit {
    const { emitter } = draft;
    if (after !== null && this.canElide(after)) this.elide(after.unit, after.successor);
    const unit: Unit = {
      index: this.units.length,
      ...what,
      start: emitter.start,
      end: emitter.start + emitter.code.length,
      valid: true,
      instructions: draft.instructions,
      successors: [],
      bytes: draft.bytes,
    };
    this.putAll(unit.start, emitter.code, emitter.map);
    const successors = unit.successors as Successor[];
    this.codeEnd = unit.end;
    this.units.push(unit);
    this.index(unit);
    for (const { target, site } of draft.exits) {
      const known = this.find(what.context, target);
      const stub = known ? -1 : this.stub();
      const successor: Successor = { target, site, stub, state: known ? "chained" : "open" };
      successors.push(successor);
      this.lead(site, known ? known.start : stub);
      if (stub >= 0) this.stubs.set(stub, { unit, successor });
    }
    writeRecord(this.memory, unit);
    return unit;
  }

  /** Makes a successor lead straight to its unit. */
  chain({ unit, successor }: { readonly unit: Unit; readonly successor: Successor }, to: Unit): void {
    if (successor.state !== "open") return;
    this.lead(successor.site, to.start);
    successor.state = "chained";
    writeRecord(this.memory, unit);
  }

  /** The unit is not entered any more: whoever gets to its head asks the VMM, or goes on to the unit in its place. */
  drop(unit: Unit): void {
    if (!unit.valid) return;
    unit.valid = false;
    this.put(unit.start, 0xcd, MAP_BEGINS);
    this.put(unit.start + 1, CALLOUT_VECTOR, 0);
    const at = key(unit.context, unit.eip);
    if (this.byEip.get(at) === unit) this.byEip.delete(at);
    for (const page of unit.pages) this.unlist(unit, page);
    this.dropTarget(unit);
    writeRecord(this.memory, unit);
  }

  /** Where a unit that has been given up is entered, its successor is entered from then on, if there is room to say so. */
  forward(from: Unit, to: Unit): void {
    if (from.valid || from.end - from.start < JUMP_SIZE) return;
    this.put(from.start, 0xe9, MAP_BEGINS);
    this.putAll(from.start + 1, dword(to.start - (from.start + JUMP_SIZE)), [0, 0, 0, 0]);
  }

  /** The unit has changed in what its record holds. */
  update(unit: Unit): void {
    writeRecord(this.memory, unit);
  }

  /** What a place in the cache means. */
  at(place: number): Place | null {
    const stub = this.stubs.get(place);
    if (stub) return { eip: stub.successor.target, ...stub, instruction: -1, map: 0 };
    const unit = this.unitAt(place);
    if (!unit) return null;
    const map = this.memory.read8(MAP + place);
    if (place === unit.start) return { eip: unit.eip, unit, instruction: 0, successor: null, map };
    const ways = map & MAP_AFTER_STI;
    if (ways === MAP_FIRST || ways === MAP_SECOND) {
      const successor = unit.successors[ways === MAP_FIRST ? 0 : 1] ?? null;
      if (successor) return { eip: successor.target, unit, instruction: -1, successor, map };
    }
    const offset = place - unit.start;
    let instruction = unit.instructions.length - 1;
    while (instruction > 0 && unit.instructions[instruction]!.offset > offset) instruction--;
    const eip = (unit.eip + unit.instructions[instruction]!.from) | 0;
    return { eip, unit, instruction, successor: null, map };
  }

  /** The last unit that begins at or before a place and reaches it. */
  private unitAt(place: number): Unit | null {
    let low = 0;
    let high = this.units.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const unit = this.units[middle]!;
      if (place < unit.start) high = middle - 1;
      else if (place >= unit.end) low = middle + 1;
      else return unit;
    }
    return null;
  }

  /** The table of indirect jumps: this EIP is at this unit. */
  setTarget(unit: Unit): void {
    const at = TARGETS + (unit.eip & 0xff) * 8;
    this.memory.write32(at, unit.eip);
    this.memory.write32(at + 4, unit.start);
  }

  /** Empties the table of indirect jumps: an EIP that belongs in another slot stands for none. */
  clearTargets(): void {
    for (let slot = 0; slot < TARGET_COUNT; slot++) {
      const at = TARGETS + slot * 8;
      if (this.memory.read32(at) !== (slot ^ 1)) this.memory.write32(at, slot ^ 1);
    }
  }

  private dropTarget(unit: Unit): void {
    const slot = unit.eip & 0xff;
    if (this.memory.read32(TARGETS + slot * 8 + 4) === unit.start) this.memory.write32(TARGETS + slot * 8, slot ^ 1);
  }

  /** Forgets everything. */
  clear(): void {
    this.units = [];
    this.byEip.clear();
    this.stubs.clear();
    this.byPage.clear();
    this.codeEnd = 0;
    this.stubStart = CACHE_SIZE;
    this.clearTargets();
  }

  save(): CacheState {
    return { units: this.units.length, codeEnd: this.codeEnd, stubStart: this.stubStart };
  }

  /** Memory has been restored already. */
  load(state: CacheState): void {
    this.codeEnd = state.codeEnd;
    this.stubStart = state.stubStart;
    this.units = [];
    this.byEip.clear();
    this.stubs.clear();
    this.byPage.clear();
    for (let i = 0; i < state.units; i++) {
      const unit = readRecord(this.memory, i);
      this.units.push(unit);
      if (unit.valid) this.index(unit);
      for (const successor of unit.successors) {
        if (successor.stub >= 0) this.stubs.set(successor.stub, { unit, successor });
      }
    }
  }

  private index(unit: Unit): void {
    this.byEip.set(key(unit.context, unit.eip), unit);
    for (const page of unit.pages) {
      if (page < 0) continue;
      const listed = this.byPage.get(page);
      if (listed) listed.push(unit);
      else this.byPage.set(page, [unit]);
    }
  }

  private unlist(unit: Unit, page: number): void {
    const listed = this.byPage.get(page);
    if (!listed) return;
    const left = listed.filter((other) => other !== unit);
    if (left.length > 0) this.byPage.set(page, left);
    else this.byPage.delete(page);
  }

  /** The unit's last jump is taken back: what it led to follows at once. */
  private elide(unit: Unit, successor: Successor): void {
    const jump = unit.end - JUMP_SIZE;
    const mark = this.memory.read8(MAP + jump);
    if ((mark & MAP_ENDS) !== 0) {
      if ((mark & MAP_BEGINS) !== 0) {
        // A jump of the guest's own: two bytes that do nothing keep its place, so that an interrupt can come after it.
        this.put(jump, OPERAND_SIZE, mark);
        this.put(jump + 1, NOP, 0);
      } else this.endWithPush(jump);
    }
    const end = elidedEnd(this.memory, unit);
    if (end === jump + 1) this.put(jump, NOP, MAP_FIRST);
    unit.end = end;
    successor.state = "elided";
    this.codeEnd = unit.end;
    writeRecord(this.memory, unit);
  }

  /** A call without its jump: with the push of the return address it has ended. */
  private endWithPush(jump: number): void {
    let push = jump - 1;
    while ((this.memory.read8(MAP + push) & MAP_BEGINS) === 0) push--;
    this.memory.write8(MAP + push, this.memory.read8(MAP + push) | MAP_ENDS);
  }

  private stub(): number {
    this.stubStart -= STUB_SIZE;
    const at = this.stubStart;
    this.putAll(at, [0xcd, CALLOUT_VECTOR, NOP, NOP], [0, 0, 0, 0]);
    return at;
  }

  /** Writes the displacement at `site` so that it leads to `place`. */
  private lead(site: number, place: number): void {
    dword(place - (site + 4)).forEach((byte, i) => {
      this.memory.write8(CACHE + site + i, byte);
    });
  }

  private putAll(place: number, code: readonly number[], map: readonly number[]): void {
    code.forEach((byte, i) => {
      this.put(place + i, byte, map[i]!);
    });
  }

  private put(place: number, byte: number, mark: number): void {
    this.memory.write8(CACHE + place, byte);
    this.memory.write8(MAP + place, mark);
  }
}

/**
 * Where a unit ends without its last jump: a jump of the guest's own leaves two bytes, and every unit has room for the
 * callout that its head becomes when it is given up.
 */
function elidedEnd(memory: Memory, unit: Unit): number {
  const jump = unit.end - JUMP_SIZE;
  const own = MAP_ENDS | MAP_BEGINS;
  const end = (memory.read8(MAP + jump) & own) === own ? jump + CALLOUT_SIZE : jump;
  return Math.max(end, unit.start + CALLOUT_SIZE);
}

const key = (context: number, eip: number) => `${context}:${eip >>> 0}`;
