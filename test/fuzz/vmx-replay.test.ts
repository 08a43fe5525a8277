import { describe, expect, it } from "vitest";
import { Machine, type MachineState } from "../../src/machine/machine.ts";
import type { Memory } from "../../src/machine/memory.ts";
import * as at from "../cpu/vmx-world.ts";
import { FUZZ_TIMEOUT, seeds } from "./campaign.ts";
import { Random } from "./random.ts";
import { layCode, prepare, randomHypervisor } from "./vmx-random.ts";

const AMOUNT = { usual: 80, long: 40_000 };
const STEPS = 700;
const OPTIONS = { memoryBytes: at.SIZE, whatIf: [], vmx: true } as const;

/** Skips whatever has left the guest, and enters it again; gives up where an entry fails. It keeps the guest's registers. */
const HYPERVISOR = `
        vmlaunch
        hlt
        pushad
        mov eax, 0x440c
        vmread ebx, eax
        and ebx, 15
        mov eax, 0x681e
        vmread ecx, eax
        add ecx, ebx
        vmwrite eax, ecx
        mov eax, 0x4824
        xor ebx, ebx
        vmwrite eax, ebx
        mov eax, 0x4826
        vmwrite eax, ebx
        popad
        vmresume
        hlt`;

/** A computer with the seed's guest, and a timer that interrupts. */
function build(seed: number): Machine {
  const machine = new Machine(OPTIONS);
  const random = new Random(seed);
  const world = new at.VmxWorld(machine);
  prepare(world, random);
  if (random.oneIn(3)) layCode(world, at.HOST, randomHypervisor(random, 200));
  else world.put(at.HOST, HYPERVISOR);
  if (random.oneIn(2)) {
    const port = (number: number, value: number) => machine.platform.portOut(number, 1, value, 0);
    for (const [number, value] of [
      [0x20, 0x11],
      [0x21, 0x20],
      [0x21, 4],
      [0x21, 1],
      [0x21, 0xfe],
    ] as const)
      port(number, value);
    for (const [number, value] of [
      [0x43, 0x34],
      [0x40, random.between(20, 120)],
      [0x40, 0],
    ] as const)
      port(number, value);
  }
  machine.cpu.refresh();
  return machine;
}

interface Moment {
  readonly state: MachineState;
  readonly bytes: Uint8Array;
}

/** Devices come up to the present when somebody asks them: here, so that moments can be compared. */
function keep(machine: Machine): Moment {
  machine.platform.advanceTo(machine.time);
  return { state: machine.save(), bytes: machine.memory.bytes.slice() };
}

function restore(machine: Machine, { state, bytes }: Moment): void {
  const memory: Memory = machine.memory;
  memory.bytes.set(bytes);
  for (let page = 0; page < memory.flags.length; page++) memory.replaced(page);
  machine.cpu.dropCaches();
  machine.load(state);
}

function same(machine: Machine, { state, bytes }: Moment): void {
  machine.platform.advanceTo(machine.time);
  expect(machine.save()).toEqual(state);
  expect(Buffer.compare(machine.memory.bytes, bytes)).toBe(0);
}

function runSeed(seed: number): void {
  const random = new Random(seed + 0x70000000);
  const whole = build(seed);
  whole.run(STEPS);
  const expected = keep(whole);

  // Cut anywhere, and looked at in between.
  const cut = build(seed);
  const moments: Moment[] = [];
  while (cut.outcome === "running" && cut.steps < STEPS) {
    cut.run(Math.min(random.oneIn(2) ? 1 : random.between(1, 90), STEPS - cut.steps));
    if (random.oneIn(3)) cut.atGuestInstruction();
    if (random.oneIn(20)) moments.push(keep(cut));
    if (random.oneIn(12)) cut.cpu.dropCaches();
  }
  same(cut, expected);

  // From any moment kept, in the same computer and in a new one.
  for (const machine of [cut, build(seed + 1)]) {
    if (moments.length === 0) break;
    restore(machine, random.pick(moments));
    machine.run(STEPS - machine.steps);
    same(machine, expected);
  }
}

describe("random guests with random VMCSs, replayed", () => {
  it(
    "run the same however the run is cut, and from any moment of it, across entries and exits",
    () => {
      for (const seed of seeds(AMOUNT, { part: 0, parts: 1 })) {
        try {
          runSeed(seed);
        } catch (error) {
          throw new Error(`seed ${seed}; again, alone: FUZZ_SEED=${seed} npx vitest run test/fuzz/vmx-replay`, {
            cause: error,
          });
        }
      }
    },
    FUZZ_TIMEOUT,
  );
});
