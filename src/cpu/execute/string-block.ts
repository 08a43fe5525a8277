/**
 * Blocks of REP MOVS and REP STOS: many iterations at once where nobody can tell the difference. That is where all
 * elements lie inside the segments' limits, in one page for each pointer, in plain memory (no decoded code, nobody
 * watching), and where the two pages do not push each other out of the TLB between iterations.
 */
import { PAGE_CODE } from "../bus.ts";
import { isCovered } from "../cover.ts";
import type { Cpu } from "../cpu.ts";
import type { Insn } from "../insn.ts";
import { EAX, EDI, ES, ESI } from "../state.ts";
import { movePointer, pointer, stride } from "./string-pointers.ts";

const PAGE = 0x1000;

/**
 * How many of `limit` elements of `size` bytes, beginning at `offset` and going up or down, lie below `high` (the last
 * offset that needs no closer look, or -1), in the address size, and in the page of `linear`.
 */
function reach(
  insn: Insn,
  offset: number,
  linear: number,
  high: number,
  size: number,
  up: boolean,
  limit: number,
): number {
  const first = offset >>> 0;
  const inPage = linear & (PAGE - 1);
  const last = insn.addressSize === 32 ? high : Math.min(high, 0xffff);
  if (first + size - 1 > last || inPage + size > PAGE) return 0;
  const segmentRoom = up ? Math.floor((last + 1 - first) / size) : Math.floor(first / size) + 1;
  const pageRoom = up ? Math.floor((PAGE - inPage) / size) : Math.floor(inPage / size) + 1;
  return Math.min(limit, segmentRoom, pageRoom);
}

/** Whether two linear pages take the same place in the data TLB. */
function compete(cpu: Cpu, a: number, b: number): boolean {
  return cpu.paging && ((a ^ b) & 0x000ff000) === 0 && ((a ^ b) & -PAGE) !== 0;
}

/** Whether a block may be written directly: nobody watches the page, and no decoded instruction lies there. */
function isPlain(cpu: Cpu, target: number, length: number): boolean {
  const flags = cpu.pageFlags[target >>> 12];
  return flags === 0 || (flags === PAGE_CODE && !isCovered(cpu.cover, cpu.bytes.byteOffset + target, length));
}

/** Copies `length` bytes from `source` to `target` as elements of `size` going up would; false where it cannot. */
function copyUp(bytes: Uint8Array, target: number, source: number, length: number, size: number): boolean {
  if (target <= source || target >= source + length) {
    bytes.copyWithin(target, source, source + length);
    return true;
  }
  // The target runs ahead into the source: what was written is read again.
  if (target - source < size) return false;
  for (let k = 0; k < length; k++) bytes[target + k] = bytes[source + k];
  return true;
}

/** As `copyUp` for elements going down; `target` and `source` are the lowest bytes. */
function copyDown(bytes: Uint8Array, target: number, source: number, length: number, size: number): boolean {
  if (target >= source || target + length <= source) {
    bytes.copyWithin(target, source, source + length);
    return true;
  }
  if (source - target < size) return false;
  for (let k = length - 1; k >= 0; k--) bytes[target + k] = bytes[source + k];
  return true;
}

/** REP MOVS of elements of `size` bytes; see `Block`. */
export function moveBlock(cpu: Cpu, insn: Insn, size: number, limit: number): number {
  if (cpu.observesMemory) return 0;
  const step = stride(cpu, size);
  const up = step > 0;
  const segment = insn.segment;
  const sourceOffset = pointer(cpu, insn, ESI);
  const targetOffset = pointer(cpu, insn, EDI);
  const sourceLinear = (cpu.base[segment] + sourceOffset) | 0;
  const targetLinear = (cpu.base[ES] + targetOffset) | 0;
  let count = reach(insn, sourceOffset, sourceLinear, cpu.readHigh[segment], size, up, limit);
  if (count > 0) count = reach(insn, targetOffset, targetLinear, cpu.writeHigh[ES], size, up, count);
  if (count === 0 || compete(cpu, sourceLinear, targetLinear)) return 0;

  const length = count * size;
  let source = cpu.toRead(sourceLinear, length) >>> 0;
  let target = cpu.toWrite(targetLinear, length) >>> 0;
  if (!up) {
    source -= length - size;
    target -= length - size;
  }
  if (source >= cpu.memorySize || !isPlain(cpu, target, length)) return 0;
  const copied = up
    ? copyUp(cpu.bytes, target, source, length, size)
    : copyDown(cpu.bytes, target, source, length, size);
  if (!copied) return 0;
  movePointer(cpu, insn, ESI, count * step);
  movePointer(cpu, insn, EDI, count * step);
  return count;
}

/** REP STOS of elements of `size` bytes; see `Block`. */
export function fillBlock(cpu: Cpu, insn: Insn, size: number, limit: number): number {
  if (cpu.observesMemory) return 0;
  const step = stride(cpu, size);
  const offset = pointer(cpu, insn, EDI);
  const linear = (cpu.base[ES] + offset) | 0;
  const count = reach(insn, offset, linear, cpu.writeHigh[ES], size, step > 0, limit);
  if (count === 0) return 0;
  let target = cpu.toWrite(linear, count * size) >>> 0;
  const length = count * size;
  if (step < 0) target -= length - size;
  if (!isPlain(cpu, target, length)) return 0;
  const value = cpu.gpr[EAX];
  if (size === 1) cpu.bytes.fill(value, target, target + length);
  else if (size === 2 && (target & 1) === 0) cpu.words16.fill(value, target >>> 1, (target + length) >>> 1);
  else if (size === 4 && (target & 3) === 0) cpu.words32.fill(value, target >>> 2, (target + length) >>> 2);
  else {
    for (let k = 0; k < length; k++) cpu.bytes[target + k] = value >>> ((k & (size - 1)) << 3);
  }
  movePointer(cpu, insn, EDI, count * step);
  return count;
}
