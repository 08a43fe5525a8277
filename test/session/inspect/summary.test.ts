import { describe, expect, it } from "vitest";
import type { SUMMARY_TABLES } from "../../../src/session/inspect/summary.ts";
import { Session } from "../../../src/session/session.ts";
import type { Answer, Command, StrategyId } from "../../../src/session/types.ts";

const PROGRAM = `        bits 32
        org 0x100000
start:  mov esp, 0x180000
        cli
        cli
        pushfd
        popfd
        popfd
        mov al, 3
        out 0xf4, al
`;
const FOREVER = `        bits 32
        org 0x100000
start:  cli
        jmp start
`;

function loaded(text: string, strategy: StrategyId): Session {
  const session = new Session();
  const program = { kind: "source", main: "a.asm", files: { "a.asm": text } } as const;
  expect(session.load({ program, strategy, memoryMiB: 2, whatIf: [], inputs: [] }).ok).toBe(true);
  return session;
}

function go(session: Session, command: Command): void {
  session.begin(command);
  while (!session.advance(1_000_000).done);
}
const run = (session: Session, maxSteps = 1_000_000): void =>
  go(session, { kind: "run", direction: "forward", until: null, maxSteps });
const summary = (session: Session): Answer<"summary"> => session.inspect({ kind: "summary" });

/** The rows of a table, by name. */
function counts(of: Answer<"summary">, table: (typeof SUMMARY_TABLES)[number]): Record<string, number> {
  return Object.fromEntries(of.tables[table].map(({ name, count }) => [name, count]));
}

describe("what happened", () => {
  it("counts traps by vector and instruction, emulations, silent instructions and transitions", () => {
    const session = loaded(PROGRAM, "trap-and-emulate");
    run(session);
    const found = summary(session);
    expect(counts(found, "traps-by-instruction")).toMatchObject({ CLI: 2, OUT: 1 });
    expect(counts(found, "traps-by-vector")["#GP"]).toBe(3);
    expect(counts(found, "emulated")).toMatchObject({ CLI: 2, OUT: 1 });
    expect(counts(found, "silent")).toEqual({ POPFD: 2, PUSHFD: 1 });
    expect(counts(found, "kinds")).toEqual(session.eventCounts());
    const { "0 → 1": into, "1 → 0": out } = counts(found, "rings");
    expect(into! - out!).toBeLessThanOrEqual(1);
    expect(found.virtualized).toBe(true);
  });

  it("shares out every step and every cycle", () => {
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const) {
      const session = loaded(PROGRAM, strategy);
      run(session);
      const { shares, steps, cycles } = summary(session);
      expect(shares.reduce((sum, share) => sum + share.steps, 0)).toBe(steps);
      expect(shares.reduce((sum, share) => sum + share.cycles, 0)).toBe(cycles);
      expect(steps).toBe(session.view().lastStep);
      expect(shares.map((share) => share.who)).toEqual(
        strategy === "bare-metal" ? ["guest-kernel"] : ["vmm", "guest-kernel"],
      );
    }
  });

  it("is of the whole run wherever one stands, and changes nothing", () => {
    const session = loaded(PROGRAM, "trap-and-emulate");
    run(session);
    const atEnd = summary(session);
    const fresh = loaded(PROGRAM, "trap-and-emulate");
    run(fresh);
    go(fresh, { kind: "seek", step: 7 });
    const digest = fresh.digest();
    expect(summary(fresh)).toEqual(atEnd);
    expect(fresh.view().step).toBe(7);
    expect(fresh.digest()).toBe(digest);
  });

  it("grows with the run", () => {
    const session = loaded(FOREVER, "trap-and-emulate");
    run(session, 1000);
    const early = counts(summary(session), "traps-by-instruction").CLI!;
    run(session, 1000);
    const later = summary(session);
    expect(counts(later, "traps-by-instruction").CLI).toBeGreaterThan(early);
    const once = loaded(FOREVER, "trap-and-emulate");
    run(once, 2000);
    expect(summary(once)).toEqual(later);
  });

  it("leads from each row to its first and next event, and round again", () => {
    const session = loaded(PROGRAM, "trap-and-emulate");
    run(session);
    const row = summary(session).tables["traps-by-instruction"].find(({ name }) => name === "CLI")!;
    const find = (after: number) =>
      session.inspect({ kind: "summary-find", table: "traps-by-instruction", key: row.key, after });
    expect(find(0)!.step).toBe(row.first);
    expect(find(row.first)!.step).toBe(row.last);
    expect(find(row.last)!.step).toBe(row.first);
    expect(session.events(find(0)!.index, 1)[0]!.row).toBe("cli");
  });
});

it("a million events are summed up in well under a second, and at once when asked again", () => {
  const session = loaded(FOREVER, "trap-and-emulate");
  run(session, 1_500_000);
  const began = performance.now();
  const found = summary(session);
  const took = performance.now() - began;
  expect(session.view().eventCount).toBe(1_000_000);
  expect(found.through).not.toBeNull();
  expect(counts(found, "kinds")).toEqual(session.eventCounts());
  expect(took).toBeLessThan(1500);
  const again = performance.now();
  summary(session);
  expect(performance.now() - again).toBeLessThan(100);
}, 30_000);
