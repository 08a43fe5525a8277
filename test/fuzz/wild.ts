import type { Machine } from "../../src/machine/machine.ts";
import { PageStore } from "../../src/recorder/page-store.ts";
import { Timeline } from "../../src/recorder/timeline.ts";
import { buildTranslation } from "../../src/vmm/binary-translation/strategy.ts";
import type { Computer, GuestSetup } from "../../src/vmm/strategy.ts";
import { trapAndEmulate } from "../../src/vmm/trap-and-emulate/strategy.ts";
import { vtx } from "../../src/vmm/vtx/strategy.ts";
import { fingerprint } from "../session/fingerprint.ts";
import { type Guest, placeGuest } from "./guest.ts";
import { GUEST_BYTES } from "./layout.ts";
import { Random } from "./random.ts";
import { optionsFor, TRANSLATION_PREMISES } from "./translation.ts";
import { turnsFor, vtxOptionsFor } from "./vtx.ts";
import { VtxWatch } from "./vtx-watch.ts";
import { type Premises, Violation, Watch } from "./watch.ts";

/** Steps at most: of most guests, and of one in eight. */
const MOST_STEPS = 1200;
const MANY_STEPS = 6000;

type Build = (setup: GuestSetup) => Computer;

function build(guest: Guest, under: Build): Computer {
  const place = (memory: Parameters<typeof placeGuest>[1]) => placeGuest(guest, memory);
  const computer = under({ memoryBytes: GUEST_BYTES, whatIf: [], place });
  for (const input of guest.inputs) computer.machine.addInput(input);
  return computer;
}

/** A wild guest under trap-and-emulate. */
export function runWild(seed: number, guest: Guest): string {
  return run(seed, guest, trapAndEmulate.build);
}

/** A wild guest in translation. */
export function runWildTranslated(seed: number, guest: Guest): string {
  return run(seed, guest, (setup) => buildTranslation(setup, optionsFor(seed)), TRANSLATION_PREMISES);
}

/** A wild guest under VT-x. */
export function runWildVtx(seed: number, guest: Guest): string {
  const under: Build = (setup) => vtx.build({ ...setup, options: vtxOptionsFor(seed) });
  const inputs = seed % 2 === 0 ? guest.inputs : [...guest.inputs, ...turnsFor(seed)];
  return watched(seed, { ...guest, inputs }, under, (computer) => new VtxWatch(computer));
}

function run(seed: number, guest: Guest, under: Build, premises?: Premises): string {
  return watched(seed, guest, under, (computer) => new Watch(computer, premises));
}

/** Holds a guest's time travel to its law, then runs it under watch, in slices. Throws what goes wrong. */
function watched(
  seed: number,
  guest: Guest,
  under: Build,
  watchOver: (computer: Computer) => { finish(): void },
): string {
  const random = new Random(seed);
  const computer = build(guest, under);
  const { machine } = computer;
  travel(guest, machine, random, under);
  const watch = watchOver(computer);
  const end = random.between(300, random.oneIn(8) ? MANY_STEPS : MOST_STEPS);
  while (machine.steps < end && machine.outcome === "running") {
    machine.run(Math.min(end - machine.steps, random.between(1, 1000)));
  }
  watch.finish();
  return machine.outcome;
}

/** seek(n) = replay(n): on to some step, further, back; at times a fresh run in other slices. Ends at step 0. */
function travel(guest: Guest, machine: Machine, random: Random, under: Build): void {
  const timeline = new Timeline(machine, guest.inputs);
  timeline.forward(random.between(1, 300));
  const step = machine.steps;
  const before = JSON.stringify(fingerprint(machine, timeline.pages()));
  timeline.forward(random.between(1, 200));
  timeline.seek(step);
  same(step, before, JSON.stringify(fingerprint(machine, timeline.pages())));
  timeline.seek(0);
  if (!random.oneIn(4)) return;
  const fresh = build(guest, under).machine;
  const store = new PageStore(fresh.memory);
  while (fresh.steps < step) fresh.run(Math.min(step - fresh.steps, random.between(1, 40)));
  same(step, before, JSON.stringify(fingerprint(fresh, store.take())));
}

function same(step: number, before: string, after: string): void {
  if (after !== before) throw new Violation(`step ${step} is not what the run had there:\n${before}\n${after}`);
}
