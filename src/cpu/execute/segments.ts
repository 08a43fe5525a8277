import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import type { Body, Insn } from "../insn.ts";
import { loadSegment } from "../segmentation.ts";
import { CS, DS, ES, FS, GS, SHADOW_MOV_SS, SS } from "../state.ts";
import { readRm16, setReg16, setReg32, writeRm16 } from "./data-operands.ts";

/** MOV, PUSH, POP and far pointer loads of segment registers. */

function load(cpu: Cpu, segment: number, selector: number): void {
  loadSegment(cpu, segment, selector);
  if (segment === SS) cpu.inhibit(SHADOW_MOV_SS);
}

/** The pop comes first, so that its fault does; ESP is put back if the load faults. */
function pop(segment: number, wide: boolean): Body {
  return (cpu) => {
    const selector = cpu.pop(wide) & 0xffff;
    load(cpu, segment, selector);
  };
}

/** With an operand size of 32 the selector is zero-extended. */
function push(segment: number, wide: boolean): Body {
  return (cpu) => cpu.push(cpu.state.selector[segment], wide);
}

/**
 * LDS and kin: segment register and general register from a far pointer. LSS needs no shadow: it loads SS and ESP at
 * once (SDM Vol. 3A, 6.8.3).
 */
function pointer(segment: number, wide: boolean): Body {
  return (cpu, insn) => {
    const at = cpu.effectiveOffset(insn);
    const mask = insn.addressSize === 32 ? -1 : 0xffff;
    const source = insn.segment;
    const offset = wide ? cpu.readMem32(source, at) : cpu.readMem16(source, at);
    loadSegment(cpu, segment, cpu.readMem16(source, (at + (wide ? 4 : 2)) & mask));
    if (wide) setReg32(cpu, insn, offset);
    else setReg16(cpu, insn, offset);
  };
}

/** A selector to a register of the operand size (zero-extended), or to 16 bits of memory. */
export function storeSelector(cpu: Cpu, insn: Insn, value: number, wide: boolean): void {
  if (wide && !insn.memory) cpu.gpr[insn.rm] = value;
  else writeRm16(cpu, insn, value);
}

export const SEGMENTS = {
  mov_r16m16_sreg: (cpu, insn) => storeSelector(cpu, insn, cpu.state.selector[insn.reg], false),
  mov_r32m16_sreg: (cpu, insn) => storeSelector(cpu, insn, cpu.state.selector[insn.reg], true),
  mov_sreg_rm16: (cpu, insn) => load(cpu, insn.reg, readRm16(cpu, insn)),
  push_es_o16: push(ES, false),
  push_es_o32: push(ES, true),
  push_cs_o16: push(CS, false),
  push_cs_o32: push(CS, true),
  push_ss_o16: push(SS, false),
  push_ss_o32: push(SS, true),
  push_ds_o16: push(DS, false),
  push_ds_o32: push(DS, true),
  push_fs_o16: push(FS, false),
  push_fs_o32: push(FS, true),
  push_gs_o16: push(GS, false),
  push_gs_o32: push(GS, true),
  pop_es_o16: pop(ES, false),
  pop_es_o32: pop(ES, true),
  pop_ss_o16: pop(SS, false),
  pop_ss_o32: pop(SS, true),
  pop_ds_o16: pop(DS, false),
  pop_ds_o32: pop(DS, true),
  pop_fs_o16: pop(FS, false),
  pop_fs_o32: pop(FS, true),
  pop_gs_o16: pop(GS, false),
  pop_gs_o32: pop(GS, true),
  les_r16_m16_16: pointer(ES, false),
  les_r32_m16_32: pointer(ES, true),
  lds_r16_m16_16: pointer(DS, false),
  lds_r32_m16_32: pointer(DS, true),
  lss_r16_m16_16: pointer(SS, false),
  lss_r32_m16_32: pointer(SS, true),
  lfs_r16_m16_16: pointer(FS, false),
  lfs_r32_m16_32: pointer(FS, true),
  lgs_r16_m16_16: pointer(GS, false),
  lgs_r32_m16_32: pointer(GS, true),
} satisfies Partial<Record<RowId, Body>>;
