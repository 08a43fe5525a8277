import {
  SYSTEM_CALL_GATE_16,
  SYSTEM_CALL_GATE_32,
  SYSTEM_LDT,
  SYSTEM_TASK_GATE,
  SYSTEM_TSS_16_AVAILABLE,
  SYSTEM_TSS_16_BUSY,
  SYSTEM_TSS_32_AVAILABLE,
  SYSTEM_TSS_32_BUSY,
} from "../../isa/descriptors.ts";
import type { RowId } from "../../isa/rows.ts";
import type { Cpu } from "../cpu.ts";
import { Descriptor, isNull, readDescriptor } from "../descriptor.ts";
import { GP, NP } from "../fault.ts";
import { setFlags, ZF } from "../flags.ts";
import type { Body, Insn } from "../insn.ts";
import { setNull, setSegment } from "../segmentation.ts";
import { LDTR, TR } from "../state.ts";
import { modifyRm16, readRm16, reg16, setReg16, setReg32, writeBackRm16 } from "./data-operands.ts";
import { storeSelector } from "./segments.ts";

/** Instructions that take a selector and look at its descriptor: LLDT, LTR, LAR, LSL, VERR, VERW, ARPL and the stores. */

const found = new Descriptor();

/** The bit of the type that makes an available TSS a busy one. */
const TSS_BUSY = SYSTEM_TSS_32_BUSY & ~SYSTEM_TSS_32_AVAILABLE;
/** Types that LAR accepts: all segments, TSSs, LDTs, call gates and task gates. */
const LAR_TYPES =
  (1 << SYSTEM_TSS_16_AVAILABLE) |
  (1 << SYSTEM_TSS_16_BUSY) |
  (1 << SYSTEM_LDT) |
  (1 << SYSTEM_CALL_GATE_16) |
  (1 << SYSTEM_TASK_GATE) |
  (1 << SYSTEM_TSS_32_AVAILABLE) |
  (1 << SYSTEM_TSS_32_BUSY) |
  (1 << SYSTEM_CALL_GATE_32);
/** LSL accepts those of them that have a limit. */
const LSL_TYPES = LAR_TYPES & ~((1 << SYSTEM_CALL_GATE_16) | (1 << SYSTEM_TASK_GATE) | (1 << SYSTEM_CALL_GATE_32));

function setZero(cpu: Cpu, zero: boolean): void {
  setFlags(cpu.state, ZF, zero ? ZF : 0);
}

/** Whether the selector's descriptor exists and CPL and RPL may see it (conforming code: always). Fills `found`. */
function isVisible(cpu: Cpu, selector: number): boolean {
  if (isNull(selector) || !readDescriptor(cpu, selector, found)) return false;
  return found.conforming || Math.max(cpu.state.cpl, found.rpl) <= found.dpl;
}

function isOneOf(types: number): boolean {
  return found.segment || (types & (1 << found.type)) !== 0;
}

function lar(cpu: Cpu, insn: Insn, wide: boolean): void {
  const ok = isVisible(cpu, readRm16(cpu, insn)) && isOneOf(LAR_TYPES);
  if (ok) {
    if (wide) setReg32(cpu, insn, found.high & 0x00ffff00);
    else setReg16(cpu, insn, found.high & 0xff00);
  }
  setZero(cpu, ok);
}

function lsl(cpu: Cpu, insn: Insn, wide: boolean): void {
  const ok = isVisible(cpu, readRm16(cpu, insn)) && isOneOf(LSL_TYPES);
  if (ok) {
    if (wide) setReg32(cpu, insn, found.limit);
    else setReg16(cpu, insn, found.limit);
  }
  setZero(cpu, ok);
}

/** LLDT (SDM Vol. 2A). A null selector leaves no LDT. */
function lldt(cpu: Cpu, insn: Insn): void {
  const selector = readRm16(cpu, insn);
  if (isNull(selector)) {
    setNull(cpu, LDTR, selector);
    return;
  }
  const code = selector & 0xfffc;
  if ((selector & 4) !== 0 || !readDescriptor(cpu, selector, found)) cpu.fault(GP, code);
  if (found.segment || found.type !== SYSTEM_LDT) cpu.fault(GP, code);
  if (!found.present) cpu.fault(NP, code);
  setSegment(cpu, LDTR, selector, found);
}

/** LTR (SDM Vol. 2A): the TSS must be available, and becomes busy in the table. */
function ltr(cpu: Cpu, insn: Insn): void {
  const selector = readRm16(cpu, insn);
  const code = selector & 0xfffc;
  if (isNull(selector)) cpu.fault(GP, 0);
  if ((selector & 4) !== 0 || !readDescriptor(cpu, selector, found)) cpu.fault(GP, code);
  const available = found.type === SYSTEM_TSS_16_AVAILABLE || found.type === SYSTEM_TSS_32_AVAILABLE;
  if (found.segment || !available) cpu.fault(GP, code);
  if (!found.present) cpu.fault(NP, code);
  found.high |= TSS_BUSY << 8;
  cpu.writeSystem8(found.address + 5, found.high >> 8);
  setSegment(cpu, TR, selector, found);
}

export const SELECTORS = {
  sldt_r16m16: (cpu, insn) => storeSelector(cpu, insn, cpu.state.selector[LDTR], false),
  sldt_r32m16: (cpu, insn) => storeSelector(cpu, insn, cpu.state.selector[LDTR], true),
  str_r16m16: (cpu, insn) => storeSelector(cpu, insn, cpu.state.selector[TR], false),
  str_r32m16: (cpu, insn) => storeSelector(cpu, insn, cpu.state.selector[TR], true),
  lldt_rm16: lldt,
  ltr_rm16: ltr,
  verr_rm16: (cpu, insn) => setZero(cpu, isVisible(cpu, readRm16(cpu, insn)) && found.readable),
  verw_rm16: (cpu, insn) => setZero(cpu, isVisible(cpu, readRm16(cpu, insn)) && found.writableData),
  lar_r16_r16m16: (cpu, insn) => lar(cpu, insn, false),
  lar_r32_r32m16: (cpu, insn) => lar(cpu, insn, true),
  lsl_r16_r16m16: (cpu, insn) => lsl(cpu, insn, false),
  lsl_r32_r32m16: (cpu, insn) => lsl(cpu, insn, true),
  arpl_rm16_r16: (cpu, insn) => {
    const selector = modifyRm16(cpu, insn);
    const rpl = reg16(cpu, insn) & 3;
    const raise = (selector & 3) < rpl;
    if (raise) writeBackRm16(cpu, insn, (selector & ~3) | rpl);
    setZero(cpu, raise);
  },
} satisfies Partial<Record<RowId, Body>>;
