import { expect } from "vitest";
import { getEflags } from "../../src/cpu/flags.ts";
import { CS, ESP, SS } from "../../src/cpu/state.ts";
import { CODE, Computer } from "./computer.ts";

const REGISTERS = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
type RegisterName = (typeof REGISTERS)[number];

/** Arithmetic flags and DF by letter: `oszapc` and `d`. */
const LETTERS: Readonly<Record<string, number>> = { c: 1, p: 4, a: 16, z: 64, s: 128, d: 0x400, o: 0x800 };
const VISIBLE = 0xcd5;

/** EFLAGS with the flags of these letters set. */
export function flagsOf(letters: string): number {
  let value = 2;
  for (const letter of letters) value |= LETTERS[letter]!;
  return value;
}

/** The letters of the flags that are set, in the order `odszapc`. */
export function lettersOf(eflags: number): string {
  return [..."odszapc"].filter((letter) => (eflags & LETTERS[letter]!) !== 0).join("");
}

export interface Given extends Partial<Record<RegisterName, number>> {
  /** Letters of the flags that are set. */
  flags?: string;
  /** Bytes in hexadecimal by physical address. */
  memory?: Record<number, string>;
  /** Default size of code and stack; 32 if absent. */
  bits?: 16 | 32;
  /** Steps to run; 1 if absent. */
  steps?: number;
  /** Changes to the computer before the run. */
  prepare?: (computer: Computer) => void;
}

export interface Expected extends Partial<Record<RegisterName, number>> {
  flags?: string;
  memory?: Record<number, string>;
  /** EIP relative to the start of the instruction; its length if absent. */
  eip?: number;
  /** Vector of the exception; nothing else may have changed then but what is stated. */
  fault?: number;
  errorCode?: number;
}

/** Bytes written in hexadecimal, blanks ignored. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(" ", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A computer with `code` at CODE and the registers, flags and memory given. */
export function prepare(code: string, given: Given = {}): Computer {
  const computer = new Computer();
  const { cpu, memory } = computer;
  const { state } = cpu;
  memory.writeBytes(CODE, bytesOf(code));
  REGISTERS.forEach((name, r) => {
    const value = given[name];
    if (value !== undefined) state.gpr[r] = value;
  });
  state.rawFlags = flagsOf(given.flags ?? "");
  for (const [address, hex] of Object.entries(given.memory ?? {})) memory.writeBytes(Number(address), bytesOf(hex));
  if (given.bits === 16) {
    state.attr[CS] &= ~0x4000;
    state.attr[SS] &= ~0x4000;
    state.base[CS] = CODE;
    state.eip = 0;
  }
  given.prepare?.(computer);
  return computer;
}

/**
 * Runs `code` (bytes in hexadecimal) and compares. Registers, and flags where none are expected, must be as given
 * unless the expectation names them.
 */
export function check(code: string, given: Given, expected: Expected): void {
  const computer = prepare(code, given);
  const { cpu, memory } = computer;
  const { state } = cpu;
  const before = Array.from(state.gpr);
  const eip = state.eip;
  const steps = given.steps ?? 1;
  expect(cpu.run(steps)).toBe(steps);
  if (expected.fault === undefined) {
    expect({ delivered: cpu.stop === 1 ? cpu.last.vector : -1 }).toEqual({ delivered: -1 });
    const length = expected.eip ?? bytesOf(code).length;
    expect(state.eip - eip).toBe(length);
  } else {
    const { vector, errorCode } = cpu.last;
    expect({ vector, errorCode }).toEqual({ vector: expected.fault, errorCode: expected.errorCode ?? errorCode });
    expect(cpu.last.eip).toBe(eip);
    // The delivery pushed EFLAGS, CS and EIP, and an error code.
    state.gpr[ESP] = before[ESP]!;
  }
  const hex = (value: number): string => (value >>> 0).toString(16);
  REGISTERS.forEach((name, r) => {
    expect(`${name}=${hex(state.gpr[r]!)}`).toBe(`${name}=${hex(expected[name] ?? before[r]!)}`);
  });
  const wanted = expected.flags ?? given.flags ?? "";
  if (expected.fault === undefined) {
    expect(lettersOf(getEflags(state) & VISIBLE)).toBe(lettersOf(flagsOf(wanted)));
  }
  for (const [address, content] of Object.entries(expected.memory ?? {})) {
    const want = bytesOf(content);
    const at = Number(address);
    expect(Buffer.from(memory.bytes.subarray(at, at + want.length)).toString("hex")).toBe(
      Buffer.from(want).toString("hex"),
    );
  }
}
