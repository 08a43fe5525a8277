import type { Check } from "../../isa/types.ts";
import type { Insn } from "../insn.ts";
import type { ExitInformation } from "./vm-exit.ts";

/** The rules of the gate that only VT-x knows the answer to. */
export type VmxRule = Extract<
  Check["rule"],
  "vmx-enabled" | "vmx-operation" | "vm-functions" | "vm-exit" | "vmxon-allowed"
>;

/** What `judge` says instead of a vector: the rule holds. */
export const HOLDS = -1;

/** The four doublewords of INVEPT's and INVVPID's descriptor, from the lowest. */
export type Descriptor = readonly [number, number, number, number];

/**
 * VT-x as the gate and the bodies of its instructions see it: `Cpu.vmx`, null on a processor without VMX. The methods
 * named after instructions set the flags by VMsucceed, VMfailInvalid or VMfailValid themselves, where nothing else is
 * said. Physical addresses of 64 bits are numbers: beyond 2^53 they lose their low bits, but are too wide anyway.
 */
export interface VmxUnit {
  /** The gate's question: HOLDS, or the vector of the exception (#UD, or #GP with code 0). */
  judge(insn: Insn, rule: VmxRule): number;
  /** All arithmetic flags clear. For the instructions whose destination is written last, as that may fault. */
  succeed(): void;
  /** Whether there is a current VMCS; if not, the instruction has ended in VMfailInvalid. */
  requireCurrent(): boolean;

  /** `pointer` reads the memory operand and may fault: in root operation it is not looked at. */
  vmxon(pointer: () => number): void;
  vmxoff(): void;
  vmclear(pointer: number): void;
  vmptrld(pointer: number): void;
  /** The physical address of the current VMCS, or -1. Leaves the flags alone. */
  vmptrst(): number;
  /** The field's value (int32), flags left alone; null where it has ended in a VMfail. */
  vmread(encoding: number): number | null;
  vmwrite(encoding: number, value: number): void;
  vmlaunch(): void;
  vmresume(): void;
  vmcall(): void;
  /** `descriptor` reads the memory operand and may fault: the manual looks at the type first. */
  invept(type: number, descriptor: () => Descriptor): void;
  invvpid(type: number, descriptor: () => Descriptor): void;
  /** EAX is below 64, and its function is allowed. */
  vmfunc(): void;

  // What the processor asks in non-root operation.

  /** Whether the processor is in non-root operation. */
  readonly nonRoot: boolean;
  /** After the state has changed from outside, or the world by an entry or an exit. */
  refresh(): void;
  /** Whether something may be due before the next instruction that only `boundary` can tell. */
  readonly watches: boolean;
  /** The VM exit due before the next instruction, or null; `debug`: a debug trap is pending, which outranks some. */
  boundary(debug: boolean): ExitInformation | null;
  /** An instruction has ended, or an event has been delivered, in the guest. */
  stepped(): void;
  /** At most how many steps may be run before `boundary` must be asked again. */
  stepsUntilBoundary(): number;
  /** Cycles, or time slept, until a boundary is due; Infinity for never. */
  sleepUntilBoundary(): number;
  /** Whether external interrupts leave the guest, whatever its IF. */
  readonly interruptsExit: boolean;
  /** Leaves the guest for an external interrupt; `acknowledge` asks the interrupt controller for the vector. */
  exitByInterrupt(acknowledge: () => number): void;
  /** Why the row's instruction leaves the guest, or null if it runs. */
  intercepts(insn: Insn): ExitInformation | null;
  /** Why an exception leaves the guest, or null; `code` is -1 for none, `debug` the bits that DR6 would get. */
  interceptsException(vector: number, kind: number, code: number, debug: number): ExitInformation | null;
  /** INT n, INT3, INTO or INT1 of `length` bytes begins to be delivered; leaves the guest if its exception does. */
  beginSoftware(vector: number, kind: number, length: number): void;
  /** An event begins to be delivered: what goes wrong from now on happened in its delivery. */
  beginDelivery(vector: number, kind: number, code: number): void;
  /** `over`: the event has been dealt with; else it has faulted, and the exception happened in its delivery. */
  endDelivery(over?: boolean): void;
  /** A hardware task switch leaves the guest, always. `source` as in the exit qualification. */
  exitByTaskSwitch(selector: number, source: number): never;
  /** Leaves the guest. */
  exit(exit: ExitInformation): void;
  /** The guest's value of CR0 or CR4 as it reads it (`real`: the register), and what a write of `value` makes of it. */
  readCr0(real: number): number;
  readCr4(real: number): number;
  writeCr0(real: number, value: number): number;
  writeCr4(real: number, value: number): number;
  /** Bits of CR0 that VMX operation does not let be 0. */
  readonly cr0Fixed: number;
  /** The time-stamp counter's offset (SDM Vol. 3C, 26.3), as two halves. */
  tscOffset(): readonly [low: number, high: number];
  /** IRET ends blocking by NMI; between the two, what leaves the guest says that it has. */
  beginIret(): void;
  endIret(): void;
  /** A MSR of VT-x, or null where there is none of this number; `writeMsr` answers whether the value could be written. */
  readMsr(msr: number): readonly [low: number, high: number] | null;
  /** Whether `writeMsr` would write the value. */
  takesMsr(msr: number, low: number, high: number): boolean;
  writeMsr(msr: number, low: number, high: number): boolean;
}
