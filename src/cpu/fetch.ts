import { ROW_LIST } from "../isa/rows.ts";
import { PAGE_CODE } from "./bus.ts";
import { coverBytes } from "./cover.ts";
import type { Cpu } from "./cpu.ts";
import { decode, TOO_LONG } from "./decode.ts";
import { BODY_LIST } from "./execute/index.ts";
import { GP, UD } from "./fault.ts";
import { gated, needsGate } from "./gate.ts";
import type { Insn } from "./insn.ts";
import { walk } from "./paging.ts";
import { ATTR_DB, CS } from "./state.ts";
import { TLB_INSTRUCTION, TLB_USER_READ } from "./tlb.ts";

/** Cycles by row index; a typed array, because rows come from many object literals. */
export const costOf = Int32Array.from(ROW_LIST, (row) => row.cycles);

/** Decoded instructions by row index go through the gate, or straight to their body. */
const ENTRY = ROW_LIST.map((row, index) => (needsGate(row) ? gated : BODY_LIST[index]));

/** Instructions of a 16-bit code segment stand behind those of a 32-bit one in the array of a page. */
const KEY_16 = 4096;

/** Physical address (int32) of a byte to be executed at the present CPL. */
function toExecute(cpu: Cpu, linear: number): number {
  if (!cpu.paging) return linear;
  const i = TLB_INSTRUCTION + ((linear >>> 11) & 0x1fe);
  const tag = cpu.tlbWords[i];
  return ((tag ^ linear) & -4096) === 0 && (tag & cpu.fetchNeed) !== 0
    ? cpu.tlbWords[i + 1] | (linear & 0xfff)
    : walk(cpu, linear, false, cpu.fetchNeed === TLB_USER_READ, true);
}

/**
 * The instruction at `eip`, decoded or from the cache, with its body: the slow path of the loop. Faults as the manual
 * has it: #GP(0) beyond the limit of CS or beyond 15 bytes, #PF, #UD.
 */
export function fetchInstruction(cpu: Cpu, eip: number): Insn {
  // Until it has been read, nobody knows which instruction it is.
  cpu.lastRow = -1;
  const { state, memory } = cpu;
  const start = eip >>> 0;
  const limit = state.limit[CS] >>> 0;
  if (start > limit) cpu.fault(GP, 0);
  const linear = (cpu.base[CS] + eip) | 0;
  const inPage = linear & 0xfff;
  const frame = toExecute(cpu, linear) & -4096;
  const page = frame >>> 12;
  const key = (state.attr[CS] & ATTR_DB) !== 0 ? 0 : KEY_16;

  if (frame >>> 0 >= cpu.memorySize) return decodeAt(cpu, linear, frame, start, limit, key);
  let code = memory.code[page] as (Insn | undefined)[] | undefined;
  if (code === undefined || code.length <= key) {
    // An array of its full length from the start keeps fast elements.
    code = (code ?? []).concat(new Array<Insn | undefined>(key + 4096 - (code?.length ?? 0)));
    memory.code[page] = code;
  }
  // A page that lies inside the segment as a whole, with room for the longest instruction, needs no more checks.
  if (start >= inPage && start - inPage + 4095 + 15 <= limit) {
    cpu.fetchPage = linear & -4096;
    cpu.fetchFrame = frame;
    cpu.fetchCode = code;
    cpu.fetchKey = key;
  }
  let insn = code[key + inPage];
  if (insn === undefined) {
    insn = decodeAt(cpu, linear, frame, start, limit, key);
    if (inPage + insn.length > 4096) return insn;
    code[key + inPage] = insn;
    memory.flags[page] |= PAGE_CODE;
    coverBytes(cpu.cover, cpu.bytes.byteOffset + ((frame | inPage) >>> 0), insn.length);
  } else if (start + insn.length - 1 > limit) cpu.fault(GP, 0);
  return insn;
}

function decodeAt(cpu: Cpu, linear: number, frame: number, start: number, limit: number, key: number): Insn {
  const inPage = linear & 0xfff;
  let second = -1;
  const insn = decode(
    (index) => {
      if (start + index > limit) cpu.fault(GP, 0);
      const at = inPage + index;
      if (at < 4096) return cpu.memory.read8((frame | at) >>> 0);
      if (second === -1) second = toExecute(cpu, (linear + index) & -4096);
      return cpu.memory.read8((second + at - 4096) >>> 0);
    },
    key === KEY_16 ? 16 : 32,
  );
  if (insn === null) return cpu.fault(UD, -1);
  if (insn === TOO_LONG) return cpu.fault(GP, 0);
  insn.body = cpu.observer?.marks(inPage) ? announced : ENTRY[insn.rowIndex];
  return insn;
}

/** The body of an instruction that an observer has marked. */
function announced(cpu: Cpu, insn: Insn): void {
  cpu.observer?.execute(cpu, insn.repeat !== 0 && cpu.resumedAt === cpu.ended);
  ENTRY[insn.rowIndex](cpu, insn);
}

/** Forgets all decoded instructions of the processor's memory; the flags of its pages stay, which is harmless. */
export function dropCode(cpu: Cpu): void {
  cpu.memory.code.length = 0;
  cpu.forgetFetch();
}
