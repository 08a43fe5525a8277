import { describe, expect, it } from "vitest";
import type { TimedInput } from "../../../src/machine/machine.ts";
import { OPTIONS, type OptionId } from "../../../src/vmm/vtx/options.ts";
import { vtx } from "../../../src/vmm/vtx/strategy.ts";
import { Random } from "../../fuzz/random.ts";
import { alone, compare } from "../guests.ts";
import { CAUSES, PAGING } from "./causes.ts";
import { agrees, EXIT, exitsOf, runs, strategyWith, vmmOf } from "./guests.ts";

const ROUNDS = 60;
/** Everything that an option can make exit, in rounds, with a port, memory that is written again, and the CR3 of old. */
const GUEST = `
        ${PAGING}
        mov dword [0x9100], ${ROUNDS}
again:  ${CAUSES.map(([, , source]) => source).join("\n")}
        mov al, 'x'
        out 0xe9, al
        mov eax, [0x20000]
        inc dword [0x21000]
        mov eax, cr3
        mov cr3, eax
        dec dword [0x9100]
        jnz near again
        ${EXIT(5)}
`;
const turn = (tick: number, option: OptionId, on: boolean): TimedInput => ({
  tick,
  event: { kind: "set-option", option, on },
});

/** Ticks of the guest: within the rounds. */
const ON = 2600;
const OFF = 3100;
const FURTHER = 3600;

describe("a switch of the VMM that is turned in the middle of a run", () => {
  it("all are to be had so", () => {
    expect(vtx.options!.filter(({ live }) => live !== true)).toEqual([]);
  });

  it.each(CAUSES)("%s: exit %i from there on, and no longer when it is off again", (option, reason) => {
    const { machine, guest } = alone(GUEST, vtx);
    machine.addInput(turn(ON, option, true));
    machine.addInput(turn(OFF, option, false));
    const counts = [ON - 300, ON, OFF, FURTHER].map((tick) => {
      machine.runToTick(tick, 100_000);
      return exitsOf(guest as never)[reason]!;
    });
    const before = counts[1]! - counts[0]!;
    expect(counts[2]! - counts[1]!).toBeGreaterThan(before);
    expect((counts[3]! - counts[2]!) / (FURTHER - OFF)).toBeCloseTo(before / 300, 1);
  });

  it("shows in the cost", () => {
    const cycles = (inputs: readonly TimedInput[]) => {
      const { machine } = alone(GUEST, vtx);
      for (const input of inputs) machine.addInput(input);
      machine.runToTick(FURTHER, 100_000);
      return machine.cycles;
    };
    expect(cycles([turn(ON, "single-step", true)])).toBeGreaterThan(cycles([]) + (FURTHER - ON) * 5000);
  });

  it.each([
    ["open-ports", 30],
    ["shadow-paging", 48],
    ["vpid", -1],
    ["ept-large-pages", 48],
  ] as const)("%s: the guest goes on as on bare metal", (option, reason) => {
    const vmm = runs(GUEST, 5, [], [turn(ON, option, true), turn(OFF, option, false), turn(FURTHER, option, true)]);
    expect(vmm.on()).toEqual([option]);
    const never = runs(GUEST, 5);
    if (option === "open-ports") expect(exitsOf(vmm)[reason]!).toBeLessThan(exitsOf(never)[reason]!);
    if (option === "shadow-paging") expect(exitsOf(vmm)[0]!).toBeGreaterThan(exitsOf(never)[0]!);
    // What EPT had mapped is mapped anew.
    if (option === "ept-large-pages") expect(exitsOf(vmm)[reason]!).toBeGreaterThan(exitsOf(never)[reason]!);
  });

  it("tsc-offset: the guest's time-stamp counter leaps by 2^32, and back", () => {
    const reader = "again: rdtsc\nmov [0x9200], edx\njmp again";
    const { machine, guest } = alone(reader, vtx);
    machine.addInput(turn(1000, "tsc-offset", true));
    machine.addInput(turn(1400, "tsc-offset", false));
    const high = [990, 1100, 1500].map((tick) => {
      machine.runToTick(tick, 100_000);
      return guest.memory.read32(0x9200);
    });
    expect(high).toEqual([0, 1, 0]);
  });

  it("leaves a guest in real mode and its way out of it as they are", () => {
    const guest = `
        lidt [real]
        mov eax, cr0
        and eax, ~1
        mov cr0, eax
        mov ecx, 200
  .loop: inc ebx
        loop .loop
        or eax, 1
        mov cr0, eax
        jmp 8:on
  real: dw 0x3ff
        dd 0
  on:   ${EXIT(6)}`;
    for (let tick = 300; tick < 760; tick += 57) {
      const inputs = [turn(tick, "shadow-paging", true), turn(tick + 40, "shadow-paging", false)];
      expect(agrees(guest, [], 20_000, inputs)).toBe("exited");
    }
  });

  it("at random times, any of them, several at once: the guest cannot tell", () => {
    const ids = OPTIONS.map(({ id }) => id).filter((id) => id !== "tsc-offset");
    for (let seed = 0; seed < 6; seed++) {
      const random = new Random(seed);
      const on = new Set<OptionId>(ids.filter(() => random.oneIn(4)));
      const start = [...on];
      const inputs = Array.from({ length: 30 }, () => random.below(3800))
        .sort((a, b) => a - b)
        .map((tick) => {
          const id = ids[random.below(ids.length)]!;
          if (!on.delete(id)) on.add(id);
          return turn(tick, id, on.has(id));
        });
      const { comparison, ...rest } = compare(GUEST, inputs, 400_000, strategyWith(start));
      expect(comparison.difference).toBeNull();
      expect(rest.exitCode).toBe(5);
      expect(new Set(vmmOf({ comparison, ...rest }).on())).toEqual(on);
    }
  });
});
