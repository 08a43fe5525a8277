import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STOP_DELIVERED } from "../../src/cpu/api.ts";
import { PAGE_WATCHED } from "../../src/cpu/bus.ts";
import { canonicalise } from "../../src/cpu/flags.ts";
import { ACTIVE, DS, EDI, ES, ESI } from "../../src/cpu/state.ts";
import { CODE, Computer, DATA } from "./computer.ts";
import { bytesOf, check, flagsOf, prepare } from "./integer.ts";

describe("single string instructions", () => {
  const memory = { [DATA]: "11223344 55667788", [DATA + 0x100]: "11223355 00000000" };
  const at = { esi: DATA, edi: DATA + 0x100, memory };
  test("MOVS moves both pointers by the size, down where DF is set", () => {
    check("a4", at, { esi: DATA + 1, edi: DATA + 0x101, memory: { [DATA + 0x100]: "11" } });
    check("66 a5", at, { esi: DATA + 2, edi: DATA + 0x102, memory: { [DATA + 0x100]: "1122" } });
    check("a5", { ...at, flags: "d" }, { esi: DATA - 4, edi: DATA + 0xfc, memory: { [DATA + 0x100]: "11223344" } });
  });
  test("STOS, LODS", () => {
    check("aa", { ...at, eax: 0x99 }, { edi: DATA + 0x101, memory: { [DATA + 0x100]: "99" } });
    check("ab", { ...at, eax: 0x01020304 }, { edi: DATA + 0x104, memory: { [DATA + 0x100]: "04030201" } });
    check("ac", { ...at, eax: -1 }, { eax: 0xffffff11, esi: DATA + 1 });
    check("66 ad", { ...at, eax: -1 }, { eax: 0xffff2211, esi: DATA + 2 });
    check("ad", at, { eax: 0x44332211, esi: DATA + 4 });
  });
  test("CMPS subtracts the second from the first, SCAS memory from the accumulator", () => {
    check("a7", at, { esi: DATA + 4, edi: DATA + 0x104, flags: "spc" });
    check("a6", at, { esi: DATA + 1, edi: DATA + 0x101, flags: "zp" });
    check("ae", { ...at, eax: 0x11 }, { edi: DATA + 0x101, flags: "zp" });
    check("66 af", { ...at, eax: 0x2212 }, { edi: DATA + 0x102, flags: "" });
  });
  test("16-bit addresses use SI, DI and CX alone", () => {
    check(
      "f3 67 a4",
      { esi: 0x5ffff, edi: 0x7fffe, ecx: 0x90002, steps: 2, memory: { 65535: "5a", 0: "5b" } },
      { esi: 0x50001, edi: 0x70000, ecx: 0x90000, memory: { 65534: "5a5b" } },
    );
  });
});

describe("REP", () => {
  test("a count of 0 does nothing, in one step", () => {
    check("f3 a4", { esi: DATA, edi: DATA + 8, ecx: 0 }, {});
  });
  test("each iteration is a step; EIP moves on with the last", () => {
    const given = { esi: DATA, edi: DATA + 8, ecx: 5, memory: { [DATA]: "0102030405" } };
    check("f3 a4", { ...given, steps: 3 }, { esi: DATA + 3, edi: DATA + 11, ecx: 2, eip: 0 });
    check(
      "f3 a4",
      { ...given, steps: 5 },
      { esi: DATA + 5, edi: DATA + 13, ecx: 0, memory: { [DATA + 8]: "0102030405" } },
    );
    check("f3 ad", { ...given, steps: 1 }, { eax: 0x04030201, esi: DATA + 4, ecx: 4, eip: 0 });
  });
  test("REPE CMPS ends at a difference, REPNE SCAS at a match", () => {
    const memory = { [DATA]: "01020304", [DATA + 8]: "01020904" };
    check(
      "f3 a6",
      { esi: DATA, edi: DATA + 8, ecx: 4, memory, steps: 3 },
      { esi: DATA + 3, edi: DATA + 11, ecx: 1, flags: "sapc" },
    );
    check("f2 ae", { eax: 3, edi: DATA, ecx: 10, memory, steps: 3 }, { edi: DATA + 3, ecx: 7, flags: "zp" });
    check("f2 ae", { eax: 7, edi: DATA, ecx: 2, memory, steps: 2 }, { edi: DATA + 2, ecx: 0, flags: "p" });
  });
  test("an overlapping copy repeats what it has just written", () => {
    check(
      "f3 a4",
      { esi: DATA, edi: DATA + 1, ecx: 4, memory: { [DATA]: "77" }, steps: 4 },
      { esi: DATA + 4, edi: DATA + 5, ecx: 0, memory: { [DATA]: "7777777777" } },
    );
    check(
      "f3 a5",
      { esi: DATA, edi: DATA + 1, ecx: 2, memory: { [DATA]: "0102030405060708090a" }, steps: 2 },
      { esi: DATA + 8, edi: DATA + 9, ecx: 0, memory: { [DATA]: "0101020304040607080a" } },
    );
  });
  test("a page fault in the middle keeps what was done before", () => {
    const computer = prepare("f3 a5", { esi: DATA, edi: DATA + 0x1ff4, ecx: 8 });
    computer.page();
    computer.memory.write32(computer.pte(DATA + 0x2000), 0);
    const { cpu } = computer;
    // Three iterations, and the delivery of the fault in the fourth.
    expect(cpu.run(100)).toBe(4);
    expect(cpu.last).toMatchObject({ vector: 14, errorCode: 2, eip: CODE });
    expect([...cpu.state.gpr.subarray(6), cpu.state.gpr[1]]).toEqual([DATA + 12, DATA + 0x2000, 5]);
  });
  test("a limit in the middle is #GP(0) at the right iteration", () => {
    const computer = prepare("f3 ab", { edi: 0xff0, ecx: 100 });
    computer.cpu.state.base[ES] = DATA;
    computer.cpu.state.limit[ES] = 0xffd;
    expect(computer.cpu.run(1000)).toBe(4);
    expect(computer.cpu.last).toMatchObject({ vector: 13, errorCode: 0 });
    expect(computer.cpu.state.gpr[EDI]).toBe(0xffc);
  });
  test("STOS over its own bytes is seen by the next iteration", () => {
    // The third byte stored replaces the prefix by NOP (90h), so the instruction becomes a single STOS.
    const computer = prepare("f3 aa f4", { eax: 0x90, edi: CODE - 2, ecx: 100 });
    const { cpu } = computer;
    expect(cpu.run(4)).toBe(4);
    expect(cpu.state.eip).toBe(CODE + 1);
    expect(cpu.state.gpr[1]).toBe(97);
  });
  test("a watched page is noted before it is filled", () => {
    const computer = prepare("f3 aa", { eax: 7, edi: DATA, ecx: 64 });
    const { cpu, memory } = computer;
    memory.write8(DATA, 0);
    memory.watch(DATA >>> 12);
    expect(memory.flags[DATA >>> 12]! & PAGE_WATCHED).not.toBe(0);
    cpu.run(64);
    expect(memory.takeWatchHits()).toEqual([DATA >>> 12]);
    expect(memory.bytes[DATA + 63]).toBe(7);
  });
});

test("doing many iterations at once leaves the state that single steps leave", () => {
  const codes = fc.constantFrom(
    "f3a4",
    "f366a5",
    "f3a5",
    "f3aa",
    "f366ab",
    "f3ab",
    "f367a4",
    "f367a5",
    "f367ab",
    "f3a6",
    "f2ae",
  );
  const offset = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0xfc0, max: 0x1040 }),
    fc.integer({ min: 0, max: 0x3fff }),
  );
  const scene = fc.record({
    code: codes,
    source: offset,
    target: offset,
    count: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 })),
    down: fc.boolean(),
    paging: fc.boolean(),
    absent: fc.integer({ min: 0, max: 12 }),
    limit: fc.constantFrom(-1, 0x2fff, 0x1235),
    // Where the target page is mapped: far away, or on the source's own frame, or one that competes for the TLB entry.
    alias: fc.constantFrom(0, 1, 2),
  });
  const play = (s: typeof scene extends fc.Arbitrary<infer T> ? T : never, single: boolean): unknown => {
    const computer = new Computer();
    const { cpu, memory } = computer;
    const { state } = cpu;
    memory.writeBytes(CODE, bytesOf(`${s.code}f4`));
    for (let k = 0; k < 0x4000; k++) memory.bytes[DATA + k] = (k * 7 + (k >> 8)) & 0x3f;
    state.gpr.set([0x3f3f3f00, s.count, 0, 0]);
    state.base[DS] = DATA;
    state.base[ES] = DATA;
    state.limit[ES] = s.limit;
    if (s.paging) {
      computer.page();
      if (s.alias === 1) {
        // ES:0 is linear 1 MiB further on: the same entries of the TLB, the same frames.
        state.base[ES] = DATA + 0x100000;
        for (let k = 0; k < 4; k++) memory.write32(computer.pte(state.base[ES]! + k * 0x1000), (DATA + k * 0x1000) | 7);
      } else if (s.alias === 2) {
        state.base[ES] = DATA + 0x8000;
        for (let k = 0; k < 4; k++) memory.write32(computer.pte(state.base[ES]! + k * 0x1000), (DATA + k * 0x1000) | 7);
      }
      if (s.absent < 4) memory.write32(computer.pte(state.base[ES]! + s.absent * 0x1000), 0);
    }
    state.gpr[ESI] = s.source;
    state.gpr[EDI] = s.target;
    state.rawFlags = flagsOf(s.down ? "d" : "");
    // To the end of the instruction and over the HLT behind it, or to a fault.
    let steps = 0;
    const budget = s.count + 1;
    do steps += cpu.run(single ? 1 : budget - steps);
    while (steps < budget && cpu.stop !== STOP_DELIVERED && state.activity === ACTIVE);
    canonicalise(state);
    const digest = createHash("sha256").update(memory.bytes.subarray(0, 0x50000)).digest("hex");
    return { steps, words: [...state.words], tlb: [...cpu.tlb.words], digest };
  };
  fc.assert(
    fc.property(scene, (s) => {
      expect(play(s, false)).toEqual(play(s, true));
    }),
    { numRuns: 150 },
  );
});
