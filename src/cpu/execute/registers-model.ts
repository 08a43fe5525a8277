import { CPUID_VMX, cpuid } from "../../isa/cpuid.ts";
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { GP } from "../fault.ts";
import type { Body } from "../insn.ts";
import { readMsr, timeStamp, writeMsr } from "../model-registers.ts";
import { EAX, EBX, ECX, EDX } from "../state.ts";

/** What differs from one processor model to the next: CPUID, the time-stamp counter, counters and MSRs. */

/** RDPMC knows this many counters; no event is selected, so they stand at 0. */
const COUNTERS = 2;
/** The leaf whose ECX says whether there is VT-x. */
const FEATURES = 1;

function setPair(cpu: Cpu, [low, high]: readonly [low: number, high: number]): void {
  cpu.gpr[EAX] = low;
  cpu.gpr[EDX] = high;
}

export const REGISTERS_MODEL = {
  cpuid: (cpu) => {
    const leaf = cpu.gpr[EAX];
    const [eax, ebx, ecx, edx] = cpuid(leaf, cpu.gpr[ECX]);
    cpu.gpr[EAX] = eax;
    cpu.gpr[EBX] = ebx;
    cpu.gpr[ECX] = leaf === FEATURES && cpu.vmx !== null ? ecx | CPUID_VMX : ecx;
    cpu.gpr[EDX] = edx;
  },
  rdtsc: (cpu) => setPair(cpu, timeStamp(cpu)),
  rdpmc: (cpu) => {
    if (cpu.gpr[ECX] >>> 0 >= COUNTERS) cpu.fault(GP, 0);
    setPair(cpu, [0, 0]);
  },
  rdmsr: (cpu) => setPair(cpu, readMsr(cpu, cpu.gpr[ECX]) ?? cpu.fault(GP, 0)),
  wrmsr: (cpu) => {
    if (!writeMsr(cpu, cpu.gpr[ECX], cpu.gpr[EAX], cpu.gpr[EDX])) cpu.fault(GP, 0);
  },
} satisfies Partial<Record<RowId, Body>>;
