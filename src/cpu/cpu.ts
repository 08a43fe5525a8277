import { Access } from "./access.ts";
import {
  type CpuApi,
  type CpuOptions,
  DELIVERY_FAULT,
  DELIVERY_TRAP,
  type Delivery,
  STOP_ATTENTION,
  STOP_BUDGET,
  STOP_DELIVERED,
  STOP_FAULT,
  STOP_GATE,
  STOP_INACTIVE,
  STOP_WORLD,
  type Translation,
} from "./api.ts";
import type { Bus } from "./bus.ts";
import { deliverEvent } from "./delivery.ts";
import { type BrokenRule, DB, FAULT, GP } from "./fault.ts";
import { costOf, dropCode, fetchInstruction } from "./fetch.ts";
import { getEflags, setEflags } from "./flags.ts";
import type { Body, Insn } from "./insn.ts";
import { translate } from "./paging.ts";
import { DR6_BS, DR6_WRITABLE, FLAG_IF, FLAG_IOPL, FLAG_IOPL_SHIFT, FLAG_RF, FLAG_TF } from "./registers.ts";
import { ACTIVE, CS, ESP, SHADOW_MOV_SS, SHADOW_NONE, SHUTDOWN, SS } from "./state.ts";
import { TICK_BEGINS, TICK_ENDS, type TickMap } from "./tick-map.ts";
import { VM_EXIT } from "./vmx/exit-signal.ts";
import type { VmxUnit } from "./vmx/unit.ts";
import type { ExitInformation } from "./vmx/vm-exit.ts";
import { Vmx } from "./vmx/vmx.ts";

/** Something must be looked at before the next instruction: TF, RF, a shadow, a pending #DB, not active. */
const SPECIAL_STATE = 1;
/** `run` must return; `stopReason` says why. */
const SPECIAL_STOP = 2;
/** The instruction was a host gate and has not been run. */
const SPECIAL_GATE = 4;
/** The instruction was refused by the gate; the fault is to be delivered. */
const SPECIAL_REFUSED = 8;

/** In a guest of VT-x: every instruction boundary must be looked at. */
const SPECIAL_WATCH = 16;

/** Cycles of a delivery through the IDT under the plain cost profile. */
const DELIVERY_CYCLES = 60;

/** Why a run ends where the instruction has not gone on to the next one. */
const INTERRUPTIONS = new Set([STOP_DELIVERED, STOP_WORLD, STOP_FAULT]);

const EMPTY: (Insn | undefined)[] = [];

/** One IA-32 processor: the run loop, and what execute bodies need. Memory accesses are in `Access`. */
export class Cpu extends Access implements CpuApi {
  readonly bus: Bus;
  /** What-if rules in force. */
  readonly whatIf: ReadonlySet<string>;
  /** VT-x; null: the processor has none, and its instructions are #UD. */
  vmx: VmxUnit | null;
  /** The same while the processor is in non-root operation, else null: who asks whether the guest is to be left. */
  guest: VmxUnit | null = null;
  /** Why the last `run` or `deliver` has left the guest, or null. */
  left: ExitInformation | null = null;
  readonly last: Delivery = {
    vector: 0,
    kind: DELIVERY_FAULT,
    errorCode: -1,
    address: 0,
    eip: 0,
    cs: 0,
    base: 0,
    cpl: 0,
    replaced: -1,
  };

  /** Faults of instructions are not delivered but end the run with STOP_FAULT, for an emulator that injects them. */
  holdsFaults = false;

  stop = STOP_BUDGET;
  /** Exact at every moment of a run, as `cycles`. */
  ended = 0;
  /** Index of the row of the last instruction decoded. */
  lastRow = -1;

  /** EIP and ESP at the start of the instruction: a fault puts them back, whatever the body had done to them. */
  startEip = 0;
  startEsp = 0;
  /** The shadow that the instruction being executed stands in. */
  startShadow = SHADOW_NONE;
  /** `ended` when an instruction was last begun with RF set; -1 in a run until there is one. */
  resumedAt = -1;

  /**
   * For string bodies with a repeat prefix: how many iterations may be done in this call (at least 1). A body commits
   * each iteration to the registers, adds 1 to `extraSteps` for each one done beyond the first, and, when the count
   * is not exhausted, calls `repeatAgain()`. On a fault, `extraSteps` is the number of iterations completed.
   */
  repBudget = 1;
  extraSteps = 0;

  // Decoded instructions of the page being executed, and where those of CS.D begin in it (see cpu/fetch.ts).
  fetchCode: (Insn | undefined)[] = EMPTY;
  fetchKey = 0;

  /** Code that a VMM has translated, if there is any: its instructions are not the guest's, one by one. */
  tickMap: TickMap | null = null;
  /**
   * How often the processor has begun an instruction at each place of translated code, for whoever wants to know; null,
   * as a rule, counts nothing. No state: what the guest sees is the same with and without.
   */
  placeCounts: Uint32Array | null = null;
  /** The run under way, or the last one, is of translated code. */
  translated = false;
  private guestEnded = 0;
  private deprivileged = false;
  private special = 0;
  private stopReason = STOP_BUDGET;

  constructor(bus: Bus, options: CpuOptions) {
    super(bus.memory);
    this.bus = bus;
    this.whatIf = new Set(options.whatIf);
    this.vmx = options.vmx === true ? new Vmx(this) : null;
    this.refresh();
  }

  /** Recomputes what is derived from the state; afterwards changes of the state from outside are taken up. */
  refresh(): void {
    if (this.vmx !== null) {
      this.vmx.refresh();
      this.guest = this.vmx.nonRoot ? this.vmx : null;
    }
    this.refreshAccess();
    this.refreshSpecial();
  }

  /** After a change of TF, RF, the shadow, the pending debug trap or the activity. */
  refreshSpecial(): void {
    const state = this.state;
    const slow =
      (state.rawFlags & (FLAG_TF | FLAG_RF)) !== 0 ||
      state.shadow !== SHADOW_NONE ||
      state.pendingDebug !== 0 ||
      state.activity !== ACTIVE;
    this.special = (this.special & ~SPECIAL_STATE) | (slow ? SPECIAL_STATE : 0);
  }

  /** Whether the processor is not the VMM's, or an operating system's that has it for itself: CPL above 0, or a guest. */
  isDeprivileged(): boolean {
    return this.state.cpl > 0 || this.guest !== null;
  }

  get endedDeprivileged(): number {
    if (this.translated) return this.guestEnded;
    return this.deprivileged ? this.ended : 0;
  }

  /** Whether the processor stands in translated code. */
  inTranslated(): boolean {
    return this.tickMap !== null && this.state.cpl > 0 && this.base[CS] === this.tickMap.base;
  }

  /** Whether a delivery has interrupted translated code. */
  wasTranslated(delivery: Delivery): boolean {
    return this.tickMap?.selector === (delivery.cs & ~3) && delivery.cpl > 0;
  }

  /** Whether one of the guest's instructions begins at EIP, in translated code. */
  beginsTranslated(): boolean {
    const { map } = this.tickMap as TickMap;
    return (this.bytes[map + this.state.eip] & TICK_BEGINS) !== 0;
  }

  run(budget: number): number {
    const state = this.state;
    // A change of CPL ends the run, so one value holds for all instructions of it.
    this.translated = this.inTranslated();
    this.guestEnded = 0;
    this.refresh();
    this.deprivileged = this.isDeprivileged();
    this.left = null;
    this.special &= SPECIAL_STATE;
    if (this.guest?.watches === true) this.special |= SPECIAL_WATCH;
    this.stop = STOP_BUDGET;
    this.stopReason = STOP_BUDGET;
    this.ended = 0;
    this.cycles = 0;
    this.resumedAt = -1;
    let steps = 0;
    for (;;) {
      if (this.special !== 0) {
        if ((this.special & SPECIAL_STOP) !== 0) {
          this.stop = this.stopReason;
          break;
        }
        if ((this.special & SPECIAL_WATCH) !== 0 && this.guest !== null) {
          const exit = this.boundaryExit();
          if (exit !== null) {
            if (steps >= budget) break;
            steps++;
            this.guest.exit(exit);
            continue;
          }
        }
        if (state.pendingDebug !== 0 && state.shadow !== SHADOW_MOV_SS && state.activity !== SHUTDOWN) {
          if (steps >= budget) break;
          steps++;
          this.deliverDebugTrap();
          continue;
        }
        if (state.activity !== ACTIVE) {
          this.stop = STOP_INACTIVE;
          break;
        }
      }
      if (steps >= budget) break;
      const before = this.ended;
      if (this.special === 0) this.execute(budget - steps);
      // Where every boundary is looked at, those between the iterations of a repeated instruction are too.
      else this.executeSpecial((this.special & SPECIAL_WATCH) !== 0 ? 1 : budget - steps);
      steps += this.ended - before;
      if ((this.special & SPECIAL_WATCH) !== 0) this.guest?.stepped();
    }
    return steps;
  }

  /** The VM exit that is due before the next instruction, or null. */
  boundaryExit(): ExitInformation | null {
    const { state } = this;
    const debug = state.pendingDebug !== 0 && state.shadow !== SHADOW_MOV_SS && state.activity !== SHUTDOWN;
    return this.guest?.boundary(debug) ?? null;
  }

  /**
   * The hot loop: executes until something special is to be looked at, at least one and at most `limit` instructions
   * or iterations, counted in `ended`. A fault and its delivery are the last.
   */
  private execute(limit: number): void {
    if (this.translated) {
      if (this.placeCounts === null) this.executeTranslated(limit);
      else this.executeCounted(limit, this.placeCounts);
      return;
    }
    const state = this.state;
    const gpr = this.gpr;
    const base = this.base;
    const goal = this.ended + limit;
    try {
      do {
        const eip = state.eip;
        this.startEip = eip;
        this.startEsp = gpr[ESP];
        const linear = (base[CS] + eip) | 0;
        // While EIP stays in one page that lies inside the segment, a fetch is one comparison and one load.
        let insn: Insn | undefined;
        if ((linear & -4096) === this.fetchPage) {
          insn = this.fetchCode[this.fetchKey + (linear & 0xfff)];
        }
        if (insn === undefined) insn = fetchInstruction(this, eip);
        state.eip = eip + insn.length;
        const row = insn.rowIndex;
        this.lastRow = row;
        if (insn.repeat === 0) {
          (insn.body as Body)(this, insn);
          this.cycles += costOf[row];
          this.ended++;
        } else {
          this.repBudget = goal - this.ended;
          (insn.body as Body)(this, insn);
          const count = 1 + this.extraSteps;
          this.cycles += count * costOf[row];
          this.ended += count;
          this.extraSteps = 0;
        }
      } while (this.ended < goal && this.special === 0);
      if ((this.special & (SPECIAL_GATE | SPECIAL_REFUSED)) !== 0) {
        this.ended--;
        this.cycles -= costOf[this.lastRow];
        if ((this.special & SPECIAL_REFUSED) !== 0) this.deliverRefusal();
      }
    } catch (error) {
      this.rollBackFor(error);
      if (error === VM_EXIT) this.guest?.exit({ ...this.takeExit(), byInstruction: true });
      else this.deliverAndStop(this.faultVector, DELIVERY_FAULT, this.faultCode);
      // Iterations that a repeated instruction had completed count and cost as ever: the last one faulted.
      if (this.extraSteps > 0) this.cycles += this.extraSteps * costOf[this.lastRow];
      this.ended += 1 + this.extraSteps;
      this.extraSteps = 0;
    }
  }

  /**
   * As `execute`, in translated code: counts beside the steps the guest's instructions, by the map. A loop of its own,
   * so that the other one need not ask.
   */
  private executeTranslated(limit: number): void {
    const state = this.state;
    const gpr = this.gpr;
    const base = this.base;
    const bytes = this.bytes;
    const { map } = this.tickMap as TickMap;
    const goal = this.ended + limit;
    try {
      do {
        const eip = state.eip;
        this.startEip = eip;
        this.startEsp = gpr[ESP];
        const linear = (base[CS] + eip) | 0;
        let insn: Insn | undefined;
        if ((linear & -4096) === this.fetchPage) {
          insn = this.fetchCode[this.fetchKey + (linear & 0xfff)];
        }
        if (insn === undefined) insn = fetchInstruction(this, eip);
        state.eip = eip + insn.length;
        const row = insn.rowIndex;
        this.lastRow = row;
        if (insn.repeat === 0) {
          (insn.body as Body)(this, insn);
          this.cycles += costOf[row];
          this.ended++;
          this.guestEnded += bytes[map + eip] & TICK_ENDS;
        } else {
          this.repBudget = goal - this.ended;
          (insn.body as Body)(this, insn);
          const count = 1 + this.extraSteps;
          this.cycles += count * costOf[row];
          this.ended += count;
          this.guestEnded += count * (bytes[map + eip] & TICK_ENDS);
          this.extraSteps = 0;
        }
      } while (this.ended < goal && this.special === 0);
      if ((this.special & (SPECIAL_GATE | SPECIAL_REFUSED)) !== 0) {
        this.ended--;
        this.guestEnded -= bytes[map + this.startEip] & TICK_ENDS;
        this.cycles -= costOf[this.lastRow];
        if ((this.special & SPECIAL_REFUSED) !== 0) this.deliverRefusal();
      }
    } catch (error) {
      if (error !== FAULT) throw error;
      this.rollBack();
      this.deliverAndStop(this.faultVector, DELIVERY_FAULT, this.faultCode);
      this.cycles += this.extraSteps * costOf[this.lastRow];
      this.ended += 1 + this.extraSteps;
      this.guestEnded += this.extraSteps * (bytes[map + this.last.eip] & TICK_ENDS);
      this.extraSteps = 0;
    }
  }

  /** As `executeTranslated`, one by one. A repeated instruction counts once, however many iterations it makes. */
  private executeCounted(limit: number, counts: Uint32Array): void {
    const goal = this.ended + limit;
    do {
      if (this.resumedAt !== this.ended) counts[this.state.eip]! += 1;
      this.executeTranslated(1);
    } while (this.ended < goal && this.special === 0);
  }

  /** Executes one instruction under TF, RF or a shadow (SDM Vol. 3A, 6.8 and 17.3.1). */
  private executeSpecial(limit: number): void {
    const state = this.state;
    const shadow = state.shadow;
    const singleStep = (state.rawFlags & FLAG_TF) !== 0;
    const resume = state.rawFlags & FLAG_RF;
    if (resume !== 0) this.resumedAt = this.ended;
    state.rawFlags &= ~FLAG_RF;
    state.shadow = SHADOW_NONE;
    this.refreshSpecial();
    if (shadow === SHADOW_NONE && !singleStep) {
      this.execute(limit);
      return;
    }

    this.startShadow = shadow;
    this.execute(1);
    this.startShadow = SHADOW_NONE;
    if ((this.special & SPECIAL_GATE) !== 0) {
      // Nothing has run.
      state.shadow = shadow;
      state.rawFlags |= resume;
      this.refreshSpecial();
      return;
    }
    const delivered = (this.special & SPECIAL_STOP) !== 0 && INTERRUPTIONS.has(this.stopReason);
    if (singleStep && !delivered && state.shadow !== SHADOW_MOV_SS && state.activity !== SHUTDOWN) {
      state.pendingDebug |= DR6_BS;
      this.refreshSpecial();
    }
    if (shadow !== SHADOW_NONE && state.shadow === SHADOW_NONE && (state.rawFlags & FLAG_IF) !== 0) {
      this.requestStop(STOP_ATTENTION);
    }
  }

  /** As for a fault that was thrown. */
  private deliverRefusal(): void {
    this.special &= ~SPECIAL_REFUSED;
    this.rollBack();
    if (this.exitPending !== null) this.guest?.exit({ ...this.takeExit(), byInstruction: true });
    else this.deliverAndStop(this.faultVector, DELIVERY_FAULT, this.faultCode);
    this.ended++;
  }

  /** What is neither a fault nor a VM exit goes on to whoever has called. */
  private rollBackFor(error: unknown): void {
    if (error !== FAULT && error !== VM_EXIT) throw error;
    this.rollBack();
  }

  /** Why the guest is to be left: whoever asks does it. */
  takeExit(): ExitInformation {
    const exit = this.exitPending as ExitInformation;
    this.exitPending = null;
    return exit;
  }

  /** The instruction leaves the guest in place of running. For the gate alone. */
  refuseByExit(exit: ExitInformation): void {
    this.exitPending = exit;
    this.special |= SPECIAL_REFUSED;
  }

  /** A fault undoes what the instruction did to EIP and ESP; bodies change nothing else before their last fault. */
  private rollBack(): void {
    this.observer?.undo(this);
    this.state.eip = this.startEip;
    this.gpr[ESP] = this.startEsp;
  }

  private deliverDebugTrap(): void {
    const state = this.state;
    const pending = state.pendingDebug & DR6_WRITABLE;
    const exit = this.guest?.interceptsException(DB, DELIVERY_TRAP, -1, pending) ?? null;
    if (exit !== null) {
      state.pendingDebug = 0;
      this.guest?.exit({ ...exit, byInstruction: false });
      return;
    }
    state.dr6 |= pending;
    state.pendingDebug = 0;
    this.deliverAndStop(DB, DELIVERY_TRAP, -1);
    this.guest?.stepped();
  }

  private deliverAndStop(vector: number, kind: number, errorCode: number): void {
    if (this.holdsFaults && kind === DELIVERY_FAULT) {
      this.requestStop(STOP_FAULT);
      return;
    }
    this.cycles += DELIVERY_CYCLES;
    deliverEvent(this, vector, kind, errorCode);
    if (this.left !== null) return;
    this.refresh();
    this.requestStop(this.state.activity === SHUTDOWN ? STOP_INACTIVE : STOP_DELIVERED);
  }

  /** See `CpuApi.deliver`. */
  deliver(vector: number, kind: number, errorCode: number): void {
    this.refresh();
    this.ended = 0;
    this.cycles = DELIVERY_CYCLES;
    this.left = null;
    deliverEvent(this, vector, kind, errorCode);
    this.guest?.stepped();
    this.refresh();
  }

  /** The instruction may not run: #GP(0), or another vector without error code. For the gate alone. */
  refuse(vector: number, rule: BrokenRule | null = null): void {
    this.brokenRule = rule;
    this.faultVector = vector;
    this.faultCode = vector === GP ? this.ext : -1;
    this.special |= SPECIAL_REFUSED;
  }

  /** Ends `run` after this instruction. A delivery outranks everything, mere attention nothing. */
  requestStop(reason: number): void {
    if ((this.special & SPECIAL_STOP) === 0 || this.stopReason === STOP_ATTENTION) {
      this.stopReason = reason;
    }
    this.special |= SPECIAL_STOP;
  }

  /** A software interrupt has been delivered by the body of INT n, INT3 or INTO. */
  softwareDelivered(): void {
    this.cycles += DELIVERY_CYCLES;
    this.refresh();
    this.requestStop(STOP_DELIVERED);
  }

  /** The instruction at hand is a host gate: EIP stays at it, and `run` returns without having counted it. */
  stopAtGate(): void {
    this.state.eip = this.startEip;
    this.special |= SPECIAL_GATE;
    this.requestStop(STOP_GATE);
  }

  /** MOV SS, POP SS: a second one in a row blocks nothing (SDM Vol. 3A, 6.8.3). STI: only from IF = 0. */
  inhibit(shadow: number): void {
    if (shadow === SHADOW_MOV_SS && this.startShadow === SHADOW_MOV_SS) return;
    this.state.shadow = shadow;
    this.refreshSpecial();
  }

  /** A repeated string instruction is not exhausted: EIP stays at it, and RF tells so where it is interrupted. */
  repeatAgain(): void {
    this.state.eip = this.startEip;
    this.state.rawFlags |= FLAG_RF;
    this.refreshSpecial();
  }

  /** The I/O privilege level. */
  get iopl(): number {
    return (this.state.rawFlags & FLAG_IOPL) >> FLAG_IOPL_SHIFT;
  }

  getEflags(): number {
    return getEflags(this.state);
  }

  setEflags(value: number): void {
    setEflags(this.state, value);
    this.refreshMode();
    this.refreshSpecial();
  }

  translate(linear: number, access: "read" | "write" | "execute", user: boolean, mark: boolean): Translation {
    return translate(this.memory, this.state, linear, access, user, mark);
  }

  dropCaches(): void {
    dropCode(this);
    this.refresh();
  }

  /** Offset of the memory operand within its segment, cut to the address size. */
  effectiveOffset(insn: Insn): number {
    const gpr = this.gpr;
    let offset = insn.disp;
    if (insn.base >= 0) offset += gpr[insn.base];
    if (insn.index >= 0) offset += gpr[insn.index] << insn.scale;
    return insn.addressSize === 32 ? offset | 0 : offset & 0xffff;
  }

  /** Goes to `offset` in the same code segment; #GP(0) beyond its limit. The caller has cut it to the operand size. */
  jumpNear(offset: number): void {
    if (offset >>> 0 > this.state.limit[CS] >>> 0) this.fault(GP, 0);
    this.state.eip = offset;
  }

  /** ESP, or SP where SS.B is 0, becomes `value`; the rest of ESP stays. */
  setStackPointer(value: number): void {
    const mask = this.stackMask;
    this.gpr[ESP] = (this.gpr[ESP] & ~mask) | (value & mask);
  }

  /** Pushes a doubleword. */
  push32(value: number): void {
    const offset = (this.gpr[ESP] - 4) & this.stackMask;
    this.writeMem32(SS, offset, value);
    this.setStackPointer(offset);
  }

  /** Pushes a word. */
  push16(value: number): void {
    const offset = (this.gpr[ESP] - 2) & this.stackMask;
    this.writeMem16(SS, offset, value);
    this.setStackPointer(offset);
  }

  /** Pushes 4 bytes, or 2. */
  push(value: number, wide: boolean): void {
    if (wide) this.push32(value);
    else this.push16(value);
  }

  /** Pops 4 bytes (signed), or 2 (unsigned). */
  pop(wide: boolean): number {
    return wide ? this.pop32() : this.pop16();
  }

  /** #SS(0) unless the stack segment has room for `size` more bytes. */
  checkStack(size: number): void {
    const offset = (this.gpr[ESP] - size) & this.stackMask;
    if ((offset >>> 0) + size - 1 > this.writeHigh[SS]) this.checkSegment(SS, offset, size, true);
  }

  /** Pops a doubleword, signed. */
  pop32(): number {
    const value = this.readMem32(SS, this.gpr[ESP] & this.stackMask);
    this.setStackPointer(this.gpr[ESP] + 4);
    return value;
  }

  /** Pops a word, unsigned. */
  pop16(): number {
    const value = this.readMem16(SS, this.gpr[ESP] & this.stackMask);
    this.setStackPointer(this.gpr[ESP] + 2);
    return value;
  }
}
