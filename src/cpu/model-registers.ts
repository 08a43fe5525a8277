import { MSR_BIOS_SIGNATURE, MSR_SYSENTER_CS, MSR_SYSENTER_EIP, MSR_SYSENTER_ESP, MSR_TSC } from "../isa/control.ts";
import type { Cpu } from "./cpu.ts";

/** Model-specific registers, in two halves, and the time-stamp counter, which is one of them. */
export type Halves = readonly [low: number, high: number];

const WORD = 0x100000000;

/** Adds 64 bits to a number of cycles, modulo 2^64; int32 halves. */
function plus([low, high]: Halves, [addLow, addHigh]: Halves): Halves {
  const sum = (low >>> 0) + (addLow >>> 0);
  return [sum | 0, (high + addHigh + (sum >= WORD ? 1 : 0)) | 0];
}

/** The time-stamp counter: the bus's cycles, and what WRMSR has added. */
export function ownTimeStamp(cpu: Cpu): Halves {
  const { state } = cpu;
  const cycles = cpu.bus.cycles();
  return plus([cycles | 0, Math.floor(cycles / WORD) | 0], [state.tscOffsetLow, state.tscOffsetHigh]);
}

/** The same as whoever runs sees it: in a guest with the VMM's offset. */
export function timeStamp(cpu: Cpu): Halves {
  const own = ownTimeStamp(cpu);
  return cpu.vmx === null ? own : plus(own, cpu.vmx.tscOffset());
}

/** Sets the counter: keeps the difference from the bus's cycles, modulo 2^64. */
function setTimeStamp(cpu: Cpu, low: number, high: number): void {
  const { state } = cpu;
  const cycles = cpu.bus.cycles();
  const difference = (low >>> 0) - (cycles % WORD);
  state.tscOffsetLow = difference;
  state.tscOffsetHigh = high - Math.floor(cycles / WORD) - (difference < 0 ? 1 : 0);
}

/** The value of a MSR, or null where there is none of this number. */
export function readMsr(cpu: Cpu, msr: number): Halves | null {
  const { state } = cpu;
  switch (msr) {
    case MSR_TSC:
      return timeStamp(cpu);
    case MSR_BIOS_SIGNATURE:
      return [0, 0];
    case MSR_SYSENTER_CS:
      return [state.sysenterCs, 0];
    case MSR_SYSENTER_ESP:
      return [state.sysenterEsp, 0];
    case MSR_SYSENTER_EIP:
      return [state.sysenterEip, 0];
    default:
      return cpu.vmx?.readMsr(msr) ?? null;
  }
}

/** Whether `writeMsr` would write the value. */
export function takesMsr(cpu: Cpu, msr: number, low: number, high: number): boolean {
  const ofVmx = cpu.vmx !== null && cpu.vmx.readMsr(msr) !== null;
  return ofVmx ? cpu.vmx!.takesMsr(msr, low, high) : readMsr(cpu, msr) !== null;
}

/** Writes a MSR; false where there is none of this number, or it does not take the value. */
export function writeMsr(cpu: Cpu, msr: number, low: number, high: number): boolean {
  const { state } = cpu;
  switch (msr) {
    case MSR_TSC:
      setTimeStamp(cpu, low, high);
      return true;
    case MSR_BIOS_SIGNATURE:
      return true;
    case MSR_SYSENTER_CS:
      state.sysenterCs = low;
      return true;
    case MSR_SYSENTER_ESP:
      state.sysenterEsp = low;
      return true;
    case MSR_SYSENTER_EIP:
      state.sysenterEip = low;
      return true;
    default:
      return cpu.vmx?.writeMsr(msr, low, high) ?? false;
  }
}
