import { MSR_BIOS_SIGNATURE, MSR_SYSENTER_CS, MSR_SYSENTER_EIP, MSR_SYSENTER_ESP, MSR_TSC } from "../../isa/control.ts";
import { cpuid } from "../../isa/cpuid.ts";
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { GP } from "../fault.ts";
import type { Body } from "../insn.ts";
import { EAX, EBX, ECX, EDX } from "../state.ts";

/** What differs from one processor model to the next: CPUID, the time-stamp counter, counters and MSRs. */

/** RDPMC knows this many counters; no event is selected, so they stand at 0. */
const COUNTERS = 2;

const WORD = 0x100000000;

function setPair(cpu: Cpu, low: number, high: number): void {
  cpu.gpr[EAX] = low;
  cpu.gpr[EDX] = high;
}

/** The time-stamp counter: the bus's cycles plus what WRMSR has added, modulo 2^64. */
function readTimeStamp(cpu: Cpu): void {
  const { state } = cpu;
  const cycles = cpu.bus.cycles();
  const low = (cycles % WORD) + (state.tscOffsetLow >>> 0);
  const carry = low >= WORD ? 1 : 0;
  setPair(cpu, low, Math.floor(cycles / WORD) + state.tscOffsetHigh + carry);
}

/** Sets the counter: keeps the difference from the bus's cycles, modulo 2^64. */
function writeTimeStamp(cpu: Cpu, low: number, high: number): void {
  const { state } = cpu;
  const cycles = cpu.bus.cycles();
  const difference = (low >>> 0) - (cycles % WORD);
  state.tscOffsetLow = difference;
  state.tscOffsetHigh = high - Math.floor(cycles / WORD) - (difference < 0 ? 1 : 0);
}

function readModelRegister(cpu: Cpu): void {
  const { state } = cpu;
  switch (cpu.gpr[ECX]) {
    case MSR_TSC:
      readTimeStamp(cpu);
      return;
    case MSR_BIOS_SIGNATURE:
      setPair(cpu, 0, 0);
      return;
    case MSR_SYSENTER_CS:
      setPair(cpu, state.sysenterCs, 0);
      return;
    case MSR_SYSENTER_ESP:
      setPair(cpu, state.sysenterEsp, 0);
      return;
    case MSR_SYSENTER_EIP:
      setPair(cpu, state.sysenterEip, 0);
      return;
    default:
      cpu.fault(GP, 0);
  }
}

function writeModelRegister(cpu: Cpu): void {
  const { state } = cpu;
  const low = cpu.gpr[EAX];
  switch (cpu.gpr[ECX]) {
    case MSR_TSC:
      writeTimeStamp(cpu, low, cpu.gpr[EDX]);
      return;
    case MSR_BIOS_SIGNATURE:
      return;
    case MSR_SYSENTER_CS:
      state.sysenterCs = low;
      return;
    case MSR_SYSENTER_ESP:
      state.sysenterEsp = low;
      return;
    case MSR_SYSENTER_EIP:
      state.sysenterEip = low;
      return;
    default:
      cpu.fault(GP, 0);
  }
}

export const REGISTERS_MODEL = {
  cpuid: (cpu) => {
    const [eax, ebx, ecx, edx] = cpuid(cpu.gpr[EAX], cpu.gpr[ECX]);
    cpu.gpr[EAX] = eax;
    cpu.gpr[EBX] = ebx;
    cpu.gpr[ECX] = ecx;
    cpu.gpr[EDX] = edx;
  },
  rdtsc: readTimeStamp,
  rdpmc: (cpu) => {
    if (cpu.gpr[ECX] >>> 0 >= COUNTERS) cpu.fault(GP, 0);
    setPair(cpu, 0, 0);
  },
  rdmsr: readModelRegister,
  wrmsr: writeModelRegister,
} satisfies Partial<Record<RowId, Body>>;
