import { ATTR_DB, CS, DS, ES, ESP, FS, GS, SS } from "../../src/cpu/state.ts";
import { check, type Setting } from "./check.ts";
import { CODE, type Computer, DATA, HANDLERS, STACK0 } from "./computer.ts";

/** Where the vector table of these tests is. */
export const VECTORS = 0x5000;
/** Paragraph numbers of what `Computer` has. */
export const CODE_PARAGRAPH = CODE >> 4;
export const DATA_PARAGRAPH = DATA >> 4;
export const STACK_PARAGRAPH = STACK0 >> 4;
/** SP at the beginning. */
export const TOP = 0x800;

function segments({ cpu }: Computer, attributes: number): void {
  const { state } = cpu;
  for (const segment of [ES, CS, SS, DS, FS, GS]) {
    const paragraph = segment === CS ? CODE_PARAGRAPH : segment === SS ? STACK_PARAGRAPH : DATA_PARAGRAPH;
    state.selector[segment] = paragraph;
    state.base[segment] = paragraph << 4;
    state.limit[segment] = 0xffff;
    state.attr[segment] = attributes;
  }
  state.gpr[ESP] = TOP;
  state.eip = 0;
}

/** Puts the processor into real-address mode, as after reset but for where things lie. */
export function enterRealMode(computer: Computer): void {
  const { state } = computer.cpu;
  segments(computer, 0x93);
  state.cpl = 0;
  state.cr0 = 0x10;
  state.idtrBase = VECTORS;
  state.idtrLimit = 0x3ff;
  for (let vector = 0; vector < 256; vector++) {
    computer.memory.write32(VECTORS + vector * 4, ((HANDLERS >> 4) << 16) | (vector * 16));
  }
}

/** Puts the processor into virtual-8086 mode. */
export function enterVirtualMode(computer: Computer, iopl: number): void {
  const { state } = computer.cpu;
  segments(computer, 0xf3);
  state.cpl = 3;
  state.rawFlags = 0x20002 | (iopl << 12);
}

/** As `check`, for 16-bit code in real-address mode. */
export function checkReal(source: string, expected: string, setting: Setting = {}): void {
  check(`bits 16\n${source}`, expected, {
    ...setting,
    codeBase: CODE,
    prepare: (computer) => {
      enterRealMode(computer);
      setting.prepare?.(computer);
    },
  });
}

/** As `check`, for 16-bit code in virtual-8086 mode, with `setting.iopl`. */
export function checkVirtual(source: string, expected: string, setting: Setting = {}): void {
  check(`bits 16\n${source}`, expected, {
    ...setting,
    codeBase: CODE,
    prepare: (computer) => {
      enterVirtualMode(computer, setting.iopl ?? 0);
      setting.prepare?.(computer);
    },
  });
}

/** A segment register's selector, base, limit and attributes, in hexadecimal. */
export function partOf({ cpu: { state } }: Computer, segment: number): string {
  return [state.selector[segment]!, state.base[segment]!, state.limit[segment]!, state.attr[segment]!]
    .map((value) => (value >>> 0).toString(16))
    .join(" ");
}

/** `count` words (or dwords) from the top of the stack, in hexadecimal. */
export function frame({ memory, cpu: { state } }: Computer, count: number, size: 2 | 4): string {
  const wide = (state.attr[SS]! & ATTR_DB) !== 0;
  const at = state.base[SS]! + (wide ? state.gpr[ESP]! : state.gpr[ESP]! & 0xffff);
  const words = Array.from({ length: count }, (_, i) =>
    size === 2 ? memory.read16(at + 2 * i) : memory.read32(at + 4 * i) >>> 0,
  );
  return words.map((word) => word.toString(16)).join(" ");
}
