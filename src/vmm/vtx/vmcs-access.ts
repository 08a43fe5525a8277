import type { VmxUnit } from "../../cpu/vmx/unit.ts";
import { Vmcs } from "../../cpu/vmx/vmcs.ts";
import { ROWS } from "../../isa/rows.ts";
import { type FieldName, VMCS_FIELDS } from "../../isa/vmcs.ts";
import type { Machine } from "../../machine/machine.ts";
import { VMCS } from "./layout.ts";

/** What the VMM's own VMREAD and VMWRITE cost, which no program executes. */
const READ_CYCLES = ROWS.vmread_rm32_r32.cycles;
const WRITE_CYCLES = ROWS.vmwrite_r32_rm32.cycles;

/** The VMM's VMCS as its code reaches it: every read is a VMREAD and every write a VMWRITE, and both cost their cycles. */
export class VmcsAccess {
  /** VMREADs and VMWRITEs so far. */
  reads = 0;
  writes = 0;
  /** The bytes themselves, for what the VMM remembers having written, and for those who look on. */
  readonly held: Vmcs;
  private readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
    this.held = new Vmcs(machine.memory);
    this.held.pointer = VMCS;
  }

  private get unit(): VmxUnit {
    return this.machine.cpu.vmx!;
  }

  /** A field as int32, of a 64-bit one the low half. */
  read(name: FieldName): number {
    this.reads++;
    this.machine.cycles += READ_CYCLES;
    const value = this.unit.vmread(VMCS_FIELDS[name].encoding);
    if (value === null) throw new Error(`VMREAD of ${name} failed`);
    return value;
  }

  write(name: FieldName, value: number): void {
    this.vmwrite(VMCS_FIELDS[name].encoding, value);
  }

  /** Both halves of a 64-bit field: two VMWRITEs on a 32-bit processor. */
  write64(name: FieldName, low: number, high: number): void {
    const { encoding } = VMCS_FIELDS[name];
    this.vmwrite(encoding, low);
    this.vmwrite(encoding + 1, high);
  }

  /** Writes what the VMCS does not hold yet. Only for fields that the VMM has written or read since the guest last ran. */
  update(name: FieldName, value: number): void {
    if (this.held.get(name) !== value) this.write(name, value);
  }

  update64(name: FieldName, low: number, high: number): void {
    if (this.held.get(name) !== low || this.held.high(name) !== high) this.write64(name, low, high);
  }

  private vmwrite(encoding: number, value: number): void {
    this.writes++;
    this.machine.cycles += WRITE_CYCLES;
    this.unit.vmwrite(encoding, value);
  }
}
