import { describe, expect, it } from "vitest";
import type { FactTable } from "../../../src/session/inspect/facts.ts";
import { ask, open, seek } from "./system.ts";

const fact = (tables: readonly FactTable[], group: string, key: string) =>
  tables.find((table) => table.key === group)!.rows.find((row) => row.key === key)!;

describe("devices", () => {
  it("show the guest's beside the real ones", () => {
    const session = open("timer-ticks.asm", "trap-and-emulate");
    seek(session, 20_000);
    const { groups } = ask(session, { kind: "devices", changes: true });
    const base = fact(groups, "pic-master", "base");
    expect([base.guest!.value, base.physical!.value, base.differs]).toEqual(["20-27", "e0-e7", true]);
  });

  it("say when the timer's next interrupt comes, and it comes then", () => {
    const session = open("timer-ticks.asm", "bare-metal");
    seek(session, 3000);
    const { groups, time } = ask(session, { kind: "devices", changes: false });
    const rise = Number(fact(groups, "pit-0", "rise").physical!.value);
    expect(rise).toBeGreaterThan(time);
    session.begin({
      kind: "run",
      direction: "forward",
      until: { kind: "event", event: "interrupt" },
      maxSteps: 1_000_000,
    });
    while (!session.advance(1_000_000).done);
    expect(session.view().time).toBe(rise);
  });

  it("mark what the last step changed, with the old value", () => {
    const session = open("timer-ticks.asm", "bare-metal");
    seek(session, 20_000);
    const io = session.events(0, 200).find((event) => event.kind === "io" && event.title.en.includes("0x21"))!;
    seek(session, io.step);
    const rows = ask(session, { kind: "devices", changes: true }).groups.flatMap((group) => group.rows);
    expect(rows.some((row) => row.physical!.before !== undefined)).toBe(true);
  });
});

describe("the virtual CPU", () => {
  it("does not exist on bare metal", () => {
    const answer = ask(open("lesson-popf.asm", "bare-metal"), { kind: "vcpu", changes: true });
    expect([answer.vcpu, answer.tenants]).toEqual([null, []]);
  });

  it("believes in another ring and in other tables than there are, and its VMM says what it holds", () => {
    const session = open("lesson-popf.asm", "trap-and-emulate");
    seek(session, 3000);
    const { vcpu, tenants, counts } = ask(session, { kind: "vcpu", changes: true });
    const cpl = fact(vcpu!, "privilege", "cpl");
    expect([cpl.guest!.value, cpl.physical!.value, cpl.differs]).toEqual(["0", "1", true]);
    expect(fact(vcpu!, "tables", "gdtr").differs).toBe(true);
    expect(tenants.map(({ name }) => name)).toEqual(["VMM"]);
    expect(tenants[0]!.groups.map(({ key }) => key)).toEqual(["switch", "interrupts", "selectors", "shadow"]);
    expect(counts.find(({ kind }) => kind === "trap")!.count).toBeGreaterThan(0);
  });

  it("is described by what a step is, however one came to it", () => {
    const there = open("preempt-kernel.asm", "trap-and-emulate");
    seek(there, 40_000);
    seek(there, 12_345);
    const straight = open("preempt-kernel.asm", "trap-and-emulate");
    seek(straight, 12_345);
    for (const kind of ["vcpu", "devices", "segments", "tss"] as const) {
      expect(ask(there, { kind, changes: true })).toEqual(ask(straight, { kind, changes: true }));
    }
  });
});
