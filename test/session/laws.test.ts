import { describe, expect, it } from "vitest";
import type { EventLog } from "../../src/recorder/event-log.ts";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Random } from "../fuzz/random.ts";
import { programPaths, programText } from "../programs/library.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { Fresh, fingerprintOf, runOf, STRATEGIES, type StrategyName, subject } from "./laws.ts";

/** Steps of a program that are looked at. */
const MOST_STEPS = 60_000;
const PLACES = 5;

function eventsOf(log: EventLog): unknown[] {
  return Array.from({ length: Math.min(log.length, 2000) }, (_, i) => log.at(i));
}

/** Compares a run that is sought about in with a fresh one made in slices, at the same steps. */
function check(path: string, strategy: StrategyName, options: readonly string[] = []): void {
  const random = new Random(path.length * 31 + strategy.length);
  const { setup, inputs } = subject(path, strategy);
  const guest = { setup: { ...setup, options }, inputs };
  const run = runOf(guest, strategy);
  run.forward(MOST_STEPS);
  const end = run.step;
  const places = [end, ...Array.from({ length: PLACES }, () => random.below(end + 1))].sort((a, b) => a - b);

  const fresh = new Fresh(guest, strategy, guest.inputs);
  const expected = new Map<number, Fingerprint>();
  for (const place of places) {
    fresh.runTo(place, random, true);
    expected.set(place, fresh.fingerprint());
  }
  expect(fingerprintOf(run)).toEqual(expected.get(end));
  expect(run.log.countsByKind()).toEqual(fresh.log.countsByKind());
  expect(eventsOf(run.log)).toEqual(eventsOf(fresh.log));

  const tour = [...places, ...places].sort(() => random.between(-1, 1));
  for (const place of tour) {
    run.seek(place);
    expect(fingerprintOf(run)).toEqual(expected.get(place));
    // A step forward and one back is where one was.
    if (random.oneIn(2) && !run.ended) {
      run.forward(1);
      run.seek(place);
      expect(fingerprintOf(run)).toEqual(expected.get(place));
    }
    if (random.oneIn(2)) {
      run.seekTick(random.below(run.timeline.lastTick + 1));
    }
  }
  expect(run.log.countsByKind()).toEqual(fresh.log.countsByKind());
}

describe.each([
  ["EPT", ["vpid"]],
  ["shadow paging", ["shadow-paging"]],
])("seek(n) is a fresh run to n, in slices of any size, with all caches lost: VT-x with %s", (_, options) => {
  // Its VMM keeps little beside simulated memory: some of the programs do.
  it.each(programPaths.filter((_path, i) => i % 12 === 3))("%s", (path) => check(path, "vtx", options));
});

/** Programs that are ported to run paravirtualized, with other domains beside some of them. */
const ported = programPaths.filter((path) =>
  parseProgramHeader(programText(path)).program.comparisons.some(({ strategy }) => strategy === "paravirtual"),
);

describe("seek(n) is a fresh run to n, in slices of any size, with all caches lost: paravirtual", () => {
  it.each(ported)("%s", (path) => check(path, "paravirtual"));
});

describe.each(STRATEGIES)(
  "seek(n) is a fresh run to n, in slices of any size, with all caches lost: %s",
  (strategy) => {
    it.each(programPaths)("%s", (path) => check(path, strategy));
  },
);

describe.each(STRATEGIES)("an input in the middle of a run is recorded: %s", (strategy) => {
  it.each(["serial-echo.asm", "keyboard-echo.asm", "timer-ticks.asm", "preempt-users.asm"])("%s", (path) => {
    const random = new Random(path.length);
    const guest = subject(path);
    const run = runOf(guest, strategy);
    run.forward(20_000);
    const whole = run.step;
    const live = [...guest.inputs];
    const inject = (step: number) => {
      run.seek(step);
      const now = run.machine.time;
      const input = run.timeline.input(
        random.oneIn(2)
          ? { kind: "serial", byte: random.between(0x41, 0x5a) }
          : { kind: "key", code: "KeyQ", down: true },
      );
      run.log.truncate(run.step);
      for (let i = live.length - 1; i >= 0; i--) {
        if (live[i]!.tick > now && !guest.inputs.includes(live[i]!)) live.splice(i, 1);
      }
      live.push(input);
    };
    const first = random.between(1, whole - 1);
    inject(first);
    run.forward(5000);
    inject(random.between(first, run.step));
    run.forward(5000);
    // Back before both: what had come later is another future now.
    inject(random.between(0, first));
    run.forward(20_000);

    const end = run.step;
    const places = [0, first, end, ...Array.from({ length: 6 }, () => random.below(end + 1))].sort((a, b) => a - b);
    const fresh = new Fresh(guest, strategy, live);
    const expected = places.map((place) => {
      fresh.runTo(place, random, false);
      return fresh.fingerprint();
    });
    expect(eventsOf(run.log)).toEqual(eventsOf(fresh.log));
    for (const i of [...places.keys()].reverse()) {
      run.seek(places[i]!);
      expect(fingerprintOf(run)).toEqual(expected[i]);
    }
  });
});
