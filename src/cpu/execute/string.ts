/** MOVS, STOS, LODS, CMPS, SCAS. INS and OUTS are with the other I/O. */
import type { RowId } from "../../isa/rows.ts";
import type { Body } from "../insn.ts";
import { EAX, EDI, ES, ESI } from "../state.ts";
import { sub8, sub16, sub32 } from "./arithmetic-operations.ts";
import { AL, AX } from "./data-operands.ts";
import { fillBlock, moveBlock } from "./string-block.ts";
import { movePointer, pointer, stride } from "./string-pointers.ts";
import { repeated, repeatedCompare, repeatedWrite } from "./string-repeat.ts";

const movsb: Body = (cpu, insn) => {
  const step = stride(cpu, 1);
  cpu.writeMem8(ES, pointer(cpu, insn, EDI), cpu.readMem8(insn.segment, pointer(cpu, insn, ESI)));
  movePointer(cpu, insn, ESI, step);
  movePointer(cpu, insn, EDI, step);
};
const movsw: Body = (cpu, insn) => {
  const step = stride(cpu, 2);
  cpu.writeMem16(ES, pointer(cpu, insn, EDI), cpu.readMem16(insn.segment, pointer(cpu, insn, ESI)));
  movePointer(cpu, insn, ESI, step);
  movePointer(cpu, insn, EDI, step);
};
const movsd: Body = (cpu, insn) => {
  const step = stride(cpu, 4);
  cpu.writeMem32(ES, pointer(cpu, insn, EDI), cpu.readMem32(insn.segment, pointer(cpu, insn, ESI)));
  movePointer(cpu, insn, ESI, step);
  movePointer(cpu, insn, EDI, step);
};

const stosb: Body = (cpu, insn) => {
  cpu.writeMem8(ES, pointer(cpu, insn, EDI), cpu.gpr[EAX]);
  movePointer(cpu, insn, EDI, stride(cpu, 1));
};
const stosw: Body = (cpu, insn) => {
  cpu.writeMem16(ES, pointer(cpu, insn, EDI), cpu.gpr[EAX]);
  movePointer(cpu, insn, EDI, stride(cpu, 2));
};
const stosd: Body = (cpu, insn) => {
  cpu.writeMem32(ES, pointer(cpu, insn, EDI), cpu.gpr[EAX]);
  movePointer(cpu, insn, EDI, stride(cpu, 4));
};

const lodsb: Body = (cpu, insn) => {
  cpu.state.gpr8[AL] = cpu.readMem8(insn.segment, pointer(cpu, insn, ESI));
  movePointer(cpu, insn, ESI, stride(cpu, 1));
};
const lodsw: Body = (cpu, insn) => {
  cpu.state.gpr16[AX] = cpu.readMem16(insn.segment, pointer(cpu, insn, ESI));
  movePointer(cpu, insn, ESI, stride(cpu, 2));
};
const lodsd: Body = (cpu, insn) => {
  cpu.gpr[EAX] = cpu.readMem32(insn.segment, pointer(cpu, insn, ESI));
  movePointer(cpu, insn, ESI, stride(cpu, 4));
};

const cmpsb: Body = (cpu, insn) => {
  const step = stride(cpu, 1);
  const first = cpu.readMem8(insn.segment, pointer(cpu, insn, ESI));
  sub8(cpu.state, first, cpu.readMem8(ES, pointer(cpu, insn, EDI)));
  movePointer(cpu, insn, ESI, step);
  movePointer(cpu, insn, EDI, step);
};
const cmpsw: Body = (cpu, insn) => {
  const step = stride(cpu, 2);
  const first = cpu.readMem16(insn.segment, pointer(cpu, insn, ESI));
  sub16(cpu.state, first, cpu.readMem16(ES, pointer(cpu, insn, EDI)));
  movePointer(cpu, insn, ESI, step);
  movePointer(cpu, insn, EDI, step);
};
const cmpsd: Body = (cpu, insn) => {
  const step = stride(cpu, 4);
  const first = cpu.readMem32(insn.segment, pointer(cpu, insn, ESI));
  sub32(cpu.state, first, cpu.readMem32(ES, pointer(cpu, insn, EDI)));
  movePointer(cpu, insn, ESI, step);
  movePointer(cpu, insn, EDI, step);
};

const scasb: Body = (cpu, insn) => {
  sub8(cpu.state, cpu.state.gpr8[AL], cpu.readMem8(ES, pointer(cpu, insn, EDI)));
  movePointer(cpu, insn, EDI, stride(cpu, 1));
};
const scasw: Body = (cpu, insn) => {
  sub16(cpu.state, cpu.state.gpr16[AX], cpu.readMem16(ES, pointer(cpu, insn, EDI)));
  movePointer(cpu, insn, EDI, stride(cpu, 2));
};
const scasd: Body = (cpu, insn) => {
  sub32(cpu.state, cpu.gpr[EAX], cpu.readMem32(ES, pointer(cpu, insn, EDI)));
  movePointer(cpu, insn, EDI, stride(cpu, 4));
};

export const STRINGS = {
  movsb: repeatedWrite(movsb, (cpu, insn, limit) => moveBlock(cpu, insn, 1, limit)),
  movsw: repeatedWrite(movsw, (cpu, insn, limit) => moveBlock(cpu, insn, 2, limit)),
  movsd: repeatedWrite(movsd, (cpu, insn, limit) => moveBlock(cpu, insn, 4, limit)),
  stosb: repeatedWrite(stosb, (cpu, insn, limit) => fillBlock(cpu, insn, 1, limit)),
  stosw: repeatedWrite(stosw, (cpu, insn, limit) => fillBlock(cpu, insn, 2, limit)),
  stosd: repeatedWrite(stosd, (cpu, insn, limit) => fillBlock(cpu, insn, 4, limit)),
  lodsb: repeated(lodsb),
  lodsw: repeated(lodsw),
  lodsd: repeated(lodsd),
  cmpsb: repeatedCompare(cmpsb),
  cmpsw: repeatedCompare(cmpsw),
  cmpsd: repeatedCompare(cmpsd),
  scasb: repeatedCompare(scasb),
  scasw: repeatedCompare(scasw),
  scasd: repeatedCompare(scasd),
} as const satisfies Partial<Record<RowId, Body>>;
