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

  it("show the guest's screen and system ports beside the real ones, which it never reaches", () => {
    const source = `        org 0x100000
start:  mov dx, 0x3d4
        mov ax, 0x510c          ; the screen begins 5100h cells in
        out dx, ax
        mov ax, 0x510e          ; and its cursor stands there
        out dx, ax
        mov ax, 0x140f
        out dx, ax
        mov al, 0x0a
        out dx, al
        mov al, 0
        out 0x92, al
        mov al, 'x'
        out 0xe9, al
        jmp $
`;
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const) {
      const session = open("screen.asm", strategy, source);
      session.begin({ kind: "run", direction: "forward", until: null, maxSteps: 3000 });
      while (!session.advance(3000).done);
      const { groups } = ask(session, { kind: "devices", changes: true });
      const mine = (group: string, key: string) => {
        const row = fact(groups, group, key);
        return row.guest ?? row.physical!;
      };
      expect([mine("vga", "start").value, mine("vga", "start").words!.en]).toEqual([
        "5100",
        "in cells; the screen begins at ba200",
      ]);
      expect([mine("vga", "cursor").value, mine("vga", "cursor").words!.zh]).toEqual(["5114", "第 0 行第 20 列"]);
      expect([mine("vga", "crtc").value, mine("vga", "crtc").words!.en]).toEqual([
        "0a",
        "cursor's first line: 0d at 3D5",
      ]);
      expect([mine("system", "port92").value, mine("system", "port92").words!.en]).toEqual(["00", "A20 closed"]);
      expect(mine("system", "debug").value).toBe("1");
      const real = fact(groups, "vga", "start");
      expect([real.physical!.value, real.differs]).toEqual(
        strategy === "bare-metal" ? ["5100", false] : ["0000", true],
      );
    }
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
