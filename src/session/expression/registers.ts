import { getEflags } from "../../cpu/flags.ts";
import type { CpuState } from "../../cpu/state.ts";
import { GPR_NAMES, SEGMENT_NAMES } from "../registers.ts";
import type { MemorySize } from "./types.ts";

/** A name that every program has: how to read it, and how many bytes it has. */
export interface RegisterName {
  readonly size: MemorySize;
  read(state: CpuState): number;
  /** A flag's name is shorter than a register's; a label of the same name has precedence. */
  readonly isFlag: boolean;
}

/** Bits of EFLAGS by name: lowest bit and width. */
const FLAG_BITS: readonly (readonly [string, number, number])[] = [
  ["cf", 0, 1],
  ["pf", 2, 1],
  ["af", 4, 1],
  ["zf", 6, 1],
  ["sf", 7, 1],
  ["tf", 8, 1],
  ["if", 9, 1],
  ["df", 10, 1],
  ["of", 11, 1],
  ["iopl", 12, 2],
  ["nt", 14, 1],
  ["rf", 16, 1],
  ["vm", 17, 1],
  ["ac", 18, 1],
  ["vif", 19, 1],
  ["vip", 20, 1],
  ["id", 21, 1],
];
const WORD_NAMES = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const BYTE_NAMES = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];
const SCALARS = ["cr0", "cr2", "cr3", "cr4", "dr0", "dr1", "dr2", "dr3", "dr6", "dr7", "cpl"] as const;

function makeTable(): Map<string, RegisterName> {
  const table = new Map<string, RegisterName>();
  const add = (name: string, size: MemorySize, read: (state: CpuState) => number, isFlag = false) =>
    table.set(name, { size, read, isFlag });
  GPR_NAMES.forEach((name, i) => {
    add(name, 4, (state) => state.gpr[i]!);
  });
  WORD_NAMES.forEach((name, i) => {
    add(name, 2, (state) => state.gpr16[i * 2]!);
  });
  BYTE_NAMES.forEach((name, i) => {
    add(name, 1, (state) => state.gpr8[(i & 3) * 4 + (i >> 2)]!);
  });
  for (const name of ["eip", "pc"]) add(name, 4, (state) => state.eip);
  add("ip", 2, (state) => state.eip & 0xffff);
  for (const name of ["eflags", "efl"]) add(name, 4, getEflags);
  add("flags", 2, (state) => getEflags(state) & 0xffff);
  for (const [name, low, width] of FLAG_BITS) {
    add(name, 1, (state) => (getEflags(state) >>> low) & ((1 << width) - 1), true);
  }
  for (const name of SCALARS) add(name, name === "cpl" ? 1 : 4, (state) => state[name]);
  SEGMENT_NAMES.forEach((name, i) => {
    add(name, 2, (state) => state.selector[i]!);
    add(`${name}.selector`, 2, (state) => state.selector[i]!);
    add(`${name}.base`, 4, (state) => state.base[i]!);
    add(`${name}.limit`, 4, (state) => state.limit[i]!);
    add(`${name}.attr`, 4, (state) => state.attr[i]!);
  });
  for (const name of ["gdtr", "idtr"] as const) {
    add(name, 4, (state) => state[`${name}Base`]);
    add(`${name}.base`, 4, (state) => state[`${name}Base`]);
    add(`${name}.limit`, 2, (state) => state[`${name}Limit`]);
  }
  return table;
}

/** Every register, flag and hidden part, by name in lower case. */
export const REGISTER_NAMES: ReadonlyMap<string, RegisterName> = makeTable();

/** Base of a segment register by its name in lower case. */
export function segmentBase(state: CpuState, name: string): number {
  return state.base[SEGMENT_NAMES.indexOf(name as (typeof SEGMENT_NAMES)[number])]!;
}
