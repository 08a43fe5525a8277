/** The operands of the VMX instructions; what is done with them is the unit's affair (cpu/vmx). */
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import type { Body, Insn } from "../insn.ts";
import type { Descriptor, VmxUnit } from "../vmx/unit.ts";
import { readRm32, reg32, writeRm32 } from "./data-operands.ts";

const WORD = 0x100000000;

/** The gate lets these instructions through only where there is a unit. */
const unit = (cpu: Cpu): VmxUnit => cpu.vmx as VmxUnit;

/** Where a doubleword of the memory operand stands. */
function at(insn: Insn, offset: number, byte: number): number {
  return insn.addressSize === 32 ? (offset + byte) | 0 : (offset + byte) & 0xffff;
}

/** The physical address in the operand's 64 bits. */
function pointer(cpu: Cpu, insn: Insn): number {
  const offset = cpu.effectiveOffset(insn);
  const low = cpu.readMem32(insn.segment, offset) >>> 0;
  return low + (cpu.readMem32(insn.segment, at(insn, offset, 4)) >>> 0) * WORD;
}

function descriptor(cpu: Cpu, insn: Insn): Descriptor {
  const offset = cpu.effectiveOffset(insn);
  const word = (byte: number): number => cpu.readMem32(insn.segment, at(insn, offset, byte));
  return [word(0), word(4), word(8), word(12)];
}

export const VMX = {
  vmxon_m64p: (cpu, insn) => unit(cpu).vmxon(() => pointer(cpu, insn)),
  vmclear_m64p: (cpu, insn) => unit(cpu).vmclear(pointer(cpu, insn)),
  vmptrld_m64p: (cpu, insn) => unit(cpu).vmptrld(pointer(cpu, insn)),
  vmptrst_m64p: (cpu, insn) => {
    const current = unit(cpu).vmptrst();
    const offset = cpu.effectiveOffset(insn);
    cpu.checkWrite(insn.segment, offset, 8);
    cpu.writeMem32(insn.segment, offset, current);
    cpu.writeMem32(insn.segment, at(insn, offset, 4), Math.floor(current / WORD));
    unit(cpu).succeed();
  },
  vmread_rm32_r32: (cpu, insn) => {
    const value = unit(cpu).vmread(reg32(cpu, insn));
    if (value === null) return;
    writeRm32(cpu, insn, value);
    unit(cpu).succeed();
  },
  /** The current VMCS is asked for before the source is read, as in the manual. */
  vmwrite_r32_rm32: (cpu, insn) => {
    if (unit(cpu).requireCurrent()) unit(cpu).vmwrite(reg32(cpu, insn), readRm32(cpu, insn));
  },
  vmcall: (cpu) => unit(cpu).vmcall(),
  vmlaunch: (cpu) => unit(cpu).vmlaunch(),
  vmresume: (cpu) => unit(cpu).vmresume(),
  vmxoff: (cpu) => unit(cpu).vmxoff(),
  vmfunc: (cpu) => unit(cpu).vmfunc(),
  invept_r32_m128: (cpu, insn) => unit(cpu).invept(reg32(cpu, insn), () => descriptor(cpu, insn)),
  invvpid_r32_m128: (cpu, insn) => unit(cpu).invvpid(reg32(cpu, insn), () => descriptor(cpu, insn)),
} satisfies Partial<Record<RowId, Body>>;
