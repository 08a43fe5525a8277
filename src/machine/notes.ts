import { DELIVERY_EXTERNAL, DELIVERY_FAULT, DELIVERY_SOFTWARE } from "../cpu/api.ts";
import { CS } from "../cpu/state.ts";
import type { VmxNote } from "../cpu/vmx/note.ts";
import { ROW_LIST, rowIndex } from "../isa/rows.ts";
import type { EventKind, EventSink, MachineEvent } from "./events.ts";
import type { Machine } from "./machine.ts";
import { vmxEvent } from "./vmx-event.ts";
import { vmxFault } from "./vmx-fault.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The guest on the bare machine, among tenants. */
export const NO_TENANT = 0;

/** What the computer tells of itself, to whoever listens. Makes no event that nobody would take up. */
export class Notes {
  sink: EventSink | null = null;
  private readonly machine: Machine;
  /** Events of the step under way: their step number is known when the processor comes back. */
  private readonly pending: MachineEvent[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Whether an event of this step, or of one `ahead` of it, would be recorded. */
  heard(ahead = 0): boolean {
    return this.sink?.wants(this.machine.steps + ahead) ?? false;
  }

  emit(event: MachineEvent): void {
    this.sink?.record(event);
  }

  /** The processor has delivered something, into a tenant or within the guest; `counter`: the host counter's interrupt. */
  delivery(tenant: number, counter = false): void {
    if (!this.heard()) return;
    const { cpu, meanings } = this.machine;
    const { last, state } = cpu;
    let kind: EventKind = "exception";
    let reason = last.kind === DELIVERY_FAULT ? "fault" : "single-step";
    if (last.kind === DELIVERY_EXTERNAL) {
      kind = "interrupt";
      reason = counter ? "host-counter" : "interrupt";
    } else if (last.kind === DELIVERY_SOFTWARE) {
      kind = "software-interrupt";
      reason = "software-interrupt";
    }
    if (tenant !== NO_TENANT) {
      kind = "trap";
      if (last.kind === DELIVERY_FAULT || last.kind === DELIVERY_SOFTWARE) reason = "trap";
      else if (last.kind === DELIVERY_EXTERNAL && !counter) reason = "trap-interrupt";
    }
    let { eip, base } = last;
    let row = last.kind === DELIVERY_EXTERNAL ? -1 : cpu.lastRow;
    if (meanings && cpu.wasTranslated(last)) {
      if (last.kind === DELIVERY_SOFTWARE && last.vector === meanings.calloutVector) {
        kind = "callout";
        eip = cpu.startEip;
        ({ reason, row } = meanings.whyCalled(eip));
      }
      eip = meanings.meantEip(eip);
      base = 0;
    }
    const broken = kind === "exception" && reason === "fault" && row >= 0 ? vmxFault(cpu, ROW_LIST[row]!.checks) : null;
    this.emit({
      kind,
      tenant,
      cplBefore: last.cpl,
      cplAfter: state.cpl,
      eip,
      row,
      vector: last.vector,
      errorCode: last.errorCode,
      a: last.vector === 14 ? last.address : 0,
      b: 0,
      reason,
      base,
      ...(broken !== null && { more: broken }),
    });
  }

  /** The privilege level has changed without a delivery. */
  ring(cplBefore: number): void {
    if (!this.heard()) return;
    const { cpu, countAll } = this.machine;
    // Under VT-x the VMM goes back by a VM entry: a guest in non-root operation has ring 0 to itself.
    const fromVmm = !countAll && cplBefore === 0 && cpu.guest === null;
    const event = this.blank(fromVmm ? "resume" : "ring", fromVmm ? "resume" : "ring");
    event.cplBefore = cplBefore;
    event.row = cpu.lastRow;
    if (!fromVmm) event.eip = cpu.startEip;
    this.emit(event);
  }

  note(kind: EventKind, reason: string, a: number, b: number): void {
    if (!this.heard()) return;
    const event = this.blank(kind, reason);
    event.a = a;
    event.b = b;
    this.emit(event);
  }

  /** A port access by the instruction under way. */
  port(reason: "in" | "out", port: number, value: number): void {
    const { cpu } = this.machine;
    if (!this.heard(cpu.ended + 1)) return;
    const event = this.blank("io", reason);
    event.eip = cpu.startEip;
    this.placeIn(event);
    event.row = cpu.lastRow;
    event.a = port;
    event.b = value;
    this.pending.push(event);
  }

  /** The instruction under way is sensitive, and does not trap. */
  silent(rowId: string): void {
    const { cpu } = this.machine;
    if (!this.heard(cpu.ended + 1)) return;
    const event = this.blank("silent", "silent");
    event.eip = cpu.startEip;
    this.placeIn(event);
    event.row = rowIndex(rowId as never);
    this.pending.push(event);
  }

  /** The instruction or event under way has entered or left a guest of VT-x, or an instruction of VT-x has failed. */
  vmx(note: VmxNote): void {
    const { cpu, countAll } = this.machine;
    if (!this.heard(cpu.ended + 1)) return;
    // Where not every instruction is the guest's, the one in root operation is a tenant: there is but one with VT-x.
    const event = vmxEvent(cpu, note, countAll);
    event.tenant = countAll ? NO_TENANT : 1;
    // A VMM's instructions are nobody's lines: of its entries, the guest's address is what one looks for.
    if (countAll && event.kind === "vm-entry") {
      event.eip = cpu.startEip;
      delete event.base;
    }
    this.pending.push(event);
  }

  /** The processor has come back: what happened in its last step is told now. */
  flush(): void {
    if (this.pending.length === 0) return;
    for (const event of this.pending) this.emit(event);
    // Not a new array each time: those outlive the young generation, and their events with them.
    this.pending.length = 0;
  }

  /** The event is of an instruction that leaves CS as it is. */
  private placeIn(event: Writable<MachineEvent>): void {
    const { cpu } = this.machine;
    const base = cpu.state.base[CS];
    if (base !== 0 && !cpu.inTranslated()) event.base = base;
  }

  private blank(kind: EventKind, reason: string): Writable<MachineEvent> {
    const { cpu, meanings } = this.machine;
    const { state } = cpu;
    return {
      kind,
      tenant: NO_TENANT,
      cplBefore: state.cpl,
      cplAfter: state.cpl,
      eip: meanings && cpu.inTranslated() ? meanings.meantEip(state.eip) : state.eip,
      row: -1,
      vector: -1,
      errorCode: -1,
      a: 0,
      b: 0,
      reason,
    };
  }
}
