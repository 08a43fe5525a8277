import { hasErrorCode } from "../../cpu/fault.ts";
import type { Insn } from "../../cpu/insn.ts";
import { is8086, isReal } from "../../cpu/real-mode.ts";
import { FLAG_VM } from "../../cpu/registers.ts";
import { CpuState, CS, ESP, LDTR, SS, VMX_NON_ROOT } from "../../cpu/state.ts";
import { isVirtual8086 } from "../../cpu/virtual-8086.ts";
import type { EventKind } from "../../machine/events.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import type { LoggedEvent } from "../../recorder/event-log.ts";
import type { Seat } from "../../vmm/strategy.ts";
import { isInner, isOthers, runningDomain } from "../domains.ts";
import { Probe } from "../position.ts";
import type { Run } from "../run.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";
import { isVirtualized, type Side, sidesOf } from "./side.ts";
import { DATA_SLOTS, readFrame, readValue, type SlotName, type StackFrame, tssStack } from "./stack-frame.ts";

/** Where execution was before a transfer of control, or is after it. */
export interface TransitionEnd {
  readonly ring: number;
  readonly who: Seat["who"];
  readonly cs: number;
  readonly eip: number;
  readonly ss: number;
  readonly esp: number;
}

/** The gate that a transfer went through. */
export interface TransitionGate {
  /** `IVT`: the vector table of real-address mode, whose entries are far pointers. */
  readonly table: "IDT" | "GDT" | "LDT" | "IVT";
  readonly index: number;
  readonly kind: "interrupt" | "trap" | "call" | "vector";
  readonly dpl: number;
  readonly selector: number;
  readonly offset: number;
}

/**
 * A transfer of control that used a stack. `delivery`: an exception or interrupt through the IDT; the others are what
 * the instruction of that name does.
 */
export interface StackTransition {
  readonly way: "delivery" | "iret" | "far-call" | "far-return";
  readonly vector: number | null;
  readonly errorCode: number | null;
  readonly gate: TransitionGate | null;
  readonly from: TransitionEnd;
  readonly to: TransitionEnd;
  readonly frame: StackFrame;
  /** Whose stack the frame is on. */
  readonly owner: Seat["who"];
}

/** Nothing more is asked: it is about the last step. */
export type TransitionAsk = Readonly<Record<never, never>>;

/** The transfers of control in the last step. */
export interface TransitionAnswer {
  readonly step: number;
  /** What the processor did. */
  readonly real: StackTransition | null;
  /** What a VMM did in the processor's place, on the guest's own stacks, in the guest's own rings. */
  readonly virtual: StackTransition | null;
}

/** Deliveries that the processor makes, and those that a VMM makes in its place. */
const REAL: ReadonlySet<EventKind> = new Set(["exception", "software-interrupt", "interrupt", "trap", "callout"]);
const VIRTUAL: ReadonlySet<EventKind> = new Set(["reflect", "inject"]);

/** Types of gates that are 32-bit have this bit; of IDT gates, trap gates have the lowest (SDM Vol. 3A, table 3-2). */
const GATE_32 = 8;
const CALL_GATE_16 = 4;

/** A processor before a step and after it, and its memory after. */
interface Passage {
  readonly before: CpuState;
  readonly insn: Insn | null;
  readonly after: CpuState;
  readonly side: Side;
  readonly who: (ring: number) => Seat["who"];
}

interface Before {
  /** The domain that ran; null if a VMM did. */
  readonly domain: number | null;
  readonly physical: CpuState;
  readonly guest: CpuState;
  readonly physicalInsn: Insn | null;
  readonly guestInsn: Insn | null;
}

/** What the last step pushed or popped in passing control. */
export function inspectTransition({ run }: Inspected): TransitionAnswer {
  const { step } = run;
  const before = beforeLastStep(run, "transition", () => stateOf(run));
  if (before === null) return { step, real: null, virtual: null };
  const { log, strategy } = run;
  const events: LoggedEvent[] = [];
  for (let i = log.firstAt(step); i < log.length && log.stepAt(i) === step; i++) events.push(log.at(i));
  const { physical, guest } = sidesOf(run);
  // Whose rings those are between which control passed: a VMM's handler may have changed domains in the meantime.
  const domain = before.domain ?? runningDomain(run.computer)?.id ?? GUEST_DOMAIN;
  const others = domain !== GUEST_DOMAIN;
  const inner = before.physical.vmxMode === VMX_NON_ROOT && strategy.seats.some(isInner);
  const mine = (candidate: Seat) =>
    candidate.who === "vmm" || (isOthers(candidate) === others && isInner(candidate) === inner);
  const seat = (fits: (seat: Seat) => boolean) =>
    (strategy.seats.find((candidate) => mine(candidate) && fits(candidate)) ?? strategy.seats[0]!).who;

  const real = transitionOf(
    {
      before: before.physical,
      insn: before.physicalInsn,
      after: physical.state,
      side: physical,
      who: (ring) => seat((candidate) => candidate.ring === ring),
    },
    events.findLast(({ kind }) => REAL.has(kind)) ?? null,
    events.some(({ kind }) => kind === "shutdown"),
  );
  if (guest === null) return { step, real, virtual: null };
  const delivered = events.findLast(({ kind }) => VIRTUAL.has(kind)) ?? null;
  const emulated = events.some(({ kind }) => kind === "emulate" || kind === "shadow-fill");
  const passage: Passage = {
    before: before.guest,
    insn: before.guestInsn,
    after: guest.state,
    side: guest,
    who: (ring) => seat((candidate) => candidate.virtualRing === ring),
  };
  const virtual = delivered !== null || emulated ? transitionOf(passage, delivered, false) : null;
  return { step, real, virtual };
}

function stateOf(run: Run): Before {
  const { machine, guest } = run.computer;
  const physical = copyOf(machine.cpu.state);
  const probe = new Probe(run.computer);
  const believed = copyOf(probe.readGuest());
  const virtualized = isVirtualized(run);
  const guestInsn = virtualized && guest.inGuest() ? null : probe.guestInstruction().insn;
  const domain = runningDomain(run.computer)?.id ?? null;
  return { domain, physical, guest: believed, physicalInsn: probe.physicalInstruction().insn, guestInsn };
}

function copyOf(state: CpuState): CpuState {
  const copy = new CpuState();
  copy.words.set(state.words);
  return copy;
}

function transitionOf(passage: Passage, delivered: LoggedEvent | null, ended: boolean): StackTransition | null {
  if (ended) return null;
  if (delivered !== null) return deliveryOf(passage, delivered);
  const mnemonic = passage.insn?.row.mnemonic ?? "";
  if (/^iret/.test(mnemonic)) return returnOf(passage, "iret");
  if (/^retf/.test(mnemonic)) return returnOf(passage, "far-return");
  if (/^call_(ptr|m)16/.test(passage.insn?.row.id ?? "")) return farCallOf(passage);
  return null;
}

function endOf(state: CpuState, ring: number, who: Passage["who"]): TransitionEnd {
  return {
    ring,
    who: who(ring),
    cs: state.selector[CS]!,
    eip: state.eip >>> 0,
    ss: state.selector[SS]!,
    esp: state.gpr[ESP]! >>> 0,
  };
}

/** An exception or interrupt: what `cpu/delivery.ts` pushes. */
function deliveryOf(passage: Passage, event: LoggedEvent): StackTransition {
  const { before, after, side, who } = passage;
  const { vector, errorCode, cplBefore } = event;
  const inner = after.cpl < cplBefore;
  const real = isReal(after);
  const entry = real ? null : gateAt(side, after.idtrBase + vector * 8);
  const wide = entry?.wide === true;
  const withCode = !real && errorCode >= 0 && hasErrorCode(vector);
  const names: SlotName[] = ["eip", "cs", "eflags"];
  if (withCode) names.unshift("error");
  if (inner) names.push("esp", "ss");
  const from = inner ? tssStack(side, after, after.cpl) : null;
  let frame = readFrame(side, after, names, wide ? 4 : 2, "pushed", from);
  if (inner && cameFrom8086(frame, before)) {
    frame = readFrame(side, after, [...names, ...DATA_SLOTS], frame.size, "pushed", from);
  }
  const slot = (name: SlotName) => frame.slots.find((candidate) => candidate.name === name)?.value;
  // The frame says where control came from: the state before may be of an instruction that was emulated first.
  const came = {
    ...endOf(before, cplBefore, who),
    cs: slot("cs") ?? before.selector[CS]!,
    eip: slot("eip") ?? before.eip >>> 0,
    ss: slot("ss") ?? after.selector[SS]!,
    esp: slot("esp") ?? before.gpr[ESP]! >>> 0,
  };
  return {
    way: "delivery",
    vector,
    errorCode: withCode ? errorCode : null,
    gate:
      entry === null
        ? vectorAt(side, after, vector)
        : { table: "IDT", index: vector, kind: (entry.type & 1) === 0 ? "interrupt" : "trap", ...entry.target },
    from: came,
    to: endOf(after, after.cpl, who),
    frame,
    owner: who(after.cpl),
  };
}

/**
 * Whether the frame of a delivery to an inner ring is one out of virtual-8086 mode. An image of EFLAGS says so; a 16-bit
 * gate's has no room for VM.
 */
function cameFrom8086(frame: StackFrame, before: CpuState): boolean {
  if (frame.size === 2) return isVirtual8086(before);
  return ((frame.slots.find(({ name }) => name === "eflags")?.value ?? 0) & FLAG_VM) !== 0;
}

/** The far pointer that real-address mode takes for a vector. */
function vectorAt(side: Side, state: CpuState, vector: number): TransitionGate {
  const pointer = readValue(side, (state.idtrBase + vector * 4) >>> 0, 4) ?? 0;
  return {
    table: "IVT",
    index: vector,
    kind: "vector",
    dpl: 0,
    selector: pointer >>> 16,
    offset: pointer & 0xffff,
  };
}

/** IRET and far RET: what they found on the stack and took off it. */
function returnOf({ before, insn, after, side, who }: Passage, way: "iret" | "far-return"): StackTransition | null {
  if (insn === null) return null;
  const size = insn.operandSize === 32 ? 4 : 2;
  const names: SlotName[] = way === "iret" ? ["eip", "cs", "eflags"] : ["eip", "cs"];
  for (let released = way === "iret" ? 0 : insn.imm & 0xffff; released >= size; released -= size) {
    names.push("parameter");
  }
  if (after.cpl > before.cpl) names.push("esp", "ss");
  if (isVirtual8086(after) && !isVirtual8086(before)) names.push(...DATA_SLOTS);
  return {
    way,
    vector: null,
    errorCode: null,
    gate: null,
    from: endOf(before, before.cpl, who),
    to: endOf(after, after.cpl, who),
    frame: readFrame(side, before, names, size, "popped", null),
    owner: who(before.cpl),
  };
}

/** Far CALL, directly or through a call gate. */
function farCallOf({ before, insn, after, side, who }: Passage): StackTransition | null {
  if (insn === null) return null;
  const selector = insn.memory ? farSelector(side, before, insn) : insn.imm2 & 0xffff;
  const found = selector === null || is8086(before) ? null : callGate(side, before, selector);
  const inner = after.cpl < before.cpl;
  const wide = found?.wide ?? insn.operandSize === 32;
  const names: SlotName[] = ["eip", "cs"];
  if (inner) {
    for (let i = 0; i < (found?.parameters ?? 0); i++) names.push("parameter");
    names.push("esp", "ss");
  }
  const from = inner ? tssStack(side, after, after.cpl) : null;
  return {
    way: "far-call",
    vector: null,
    errorCode: null,
    gate: found?.gate ?? null,
    from: endOf(before, before.cpl, who),
    to: endOf(after, after.cpl, who),
    frame: readFrame(side, after, names, wide ? 4 : 2, "pushed", from),
    owner: who(after.cpl),
  };
}

/** Selector of a far pointer in memory. */
function farSelector(side: Side, state: CpuState, insn: Insn): number | null {
  let offset = insn.disp;
  if (insn.base >= 0) offset += state.gpr[insn.base]!;
  if (insn.index >= 0) offset += state.gpr[insn.index]! << insn.scale;
  const mask = insn.addressSize === 32 ? 0xffffffff : 0xffff;
  const at = (offset + (insn.operandSize === 32 ? 4 : 2)) & mask;
  return readValue(side, (state.base[insn.segment]! + at) >>> 0, 2);
}

/** The call gate that a selector names; null if it names something else. */
function callGate(side: Side, state: CpuState, selector: number) {
  const local = (selector & 4) !== 0;
  const base = local ? state.base[LDTR]! : state.gdtrBase;
  const entry = gateAt(side, base + (selector & 0xfff8));
  if (entry.segment || (entry.type & ~GATE_32) !== CALL_GATE_16) return null;
  const gate: TransitionGate = {
    table: local ? "LDT" : "GDT",
    index: selector >>> 3,
    kind: "call",
    ...entry.target,
  };
  return { gate, wide: entry.wide, parameters: entry.parameters };
}

/** The fields of a gate descriptor at a linear address (SDM Vol. 3A, figures 5-8 and 6-2). */
function gateAt(side: Side, linear: number) {
  const low = readValue(side, linear >>> 0, 4) ?? 0;
  const high = readValue(side, (linear + 4) >>> 0, 4) ?? 0;
  const type = (high >>> 8) & 15;
  const wide = (type & GATE_32) !== 0;
  return {
    segment: (high & 0x1000) !== 0,
    type,
    wide,
    parameters: high & 31,
    target: {
      dpl: (high >>> 13) & 3,
      selector: low >>> 16,
      offset: ((wide ? high & 0xffff0000 : 0) | (low & 0xffff)) >>> 0,
    },
  };
}
