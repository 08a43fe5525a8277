import { expect, test } from "vitest";
import { canonicalise } from "../../src/cpu/flags.ts";
import { ROW_LIST } from "../../src/isa/rows.ts";
import { CODE, Computer, HANDLERS } from "./computer.ts";

/** A small generator of numbers below 2^32; the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  };
}

/** A computer full of random instructions: opcodes from the table with random bytes behind them. */
function computer(seed: number): Computer {
  const random = generator(seed);
  const c = new Computer();
  for (const start of [CODE, HANDLERS]) {
    for (let at = start; at < start + 0x1000; ) {
      const row = ROW_LIST[random() % ROW_LIST.length];
      if (random() % 8 === 0) c.memory.write8(at++, [0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x64][random() % 7]);
      for (const byte of row.opcode) c.memory.write8(at++, byte);
      for (let n = random() % 6; n > 0; n--) c.memory.write8(at++, random() % 3 === 0 ? random() : random() & 0x3f);
    }
  }
  c.enter([0, 1, 3][seed % 3]);
  if ((seed & 4) !== 0) c.page((seed & 8) !== 0 ? 7 : 5);
  for (let r = 0; r < 8; r++) if (r !== 4) c.cpu.gpr[r] = random() & (random() % 2 === 0 ? 0xfffff : -1);
  c.cpu.state.rawFlags |= (random() & 0x3000) | (random() % 4 === 0 ? 0x100 : 0);
  return c;
}

interface Outcome {
  readonly summary: unknown;
  readonly memory: Uint8Array;
}

/** Runs `steps` steps in portions; returns everything that the run has left. */
function outcome(seed: number, steps: number, portion: number, drop: boolean): Outcome {
  const c = computer(seed);
  let left = steps;
  while (left > 0 && c.cpu.state.activity === 0) {
    left -= c.cpu.run(Math.min(left, portion));
    if (drop && left % 7 === 0) c.cpu.dropCaches();
  }
  canonicalise(c.cpu.state);
  return {
    summary: [left, c.ports, [...c.cpu.state.words], [...c.cpu.tlb.words]],
    memory: c.memory.bytes,
  };
}

function check(one: Outcome, other: Outcome): void {
  expect(one.summary).toEqual(other.summary);
  expect(Buffer.compare(one.memory, other.memory)).toBe(0);
}

test("random programs end in the same state whatever the budget, and whenever decoded code is dropped", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const whole = outcome(seed, 400, 400, false);
    check(outcome(seed, 400, 1, false), whole);
    check(outcome(seed, 400, 13, true), whole);
  }
});
