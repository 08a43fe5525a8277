import { describe, expect, it } from "vitest";
import type { TableName } from "../../../src/session/inspect/tables.ts";
import type { Session } from "../../../src/session/session.ts";
import { ask, open, seek, toLabel } from "./system.ts";

const table = (session: Session, name: TableName, all = false) =>
  ask(session, { kind: "table", table: name, all, from: 0, count: 8192, changes: true });

const segments = (session: Session) => ask(session, { kind: "segments", changes: true });

describe("descriptor tables", () => {
  it("show the guest's GDT beside the shadow and say in words why they differ", () => {
    const session = open("lesson-popf.asm", "trap-and-emulate");
    seek(session, 3000);
    const answer = table(session, "gdt");
    const notes = (index: number) => answer.rows.find((row) => row.index === index)!.notes.map(({ en }) => en);
    expect(answer.virtualized).toBe(true);
    expect(answer.note!.en).toMatch(/VMM's/);
    expect(notes(1)).toEqual([
      "DPL 0 became 1: ring 0 is the VMM's.",
      "Limit cut from ffffffff to ffbfffff, below the VMM.",
    ]);
    expect(notes(3).at(-1)).toMatch(/^Not present until its first load/);
    expect(notes(5)).toEqual([expect.stringMatching(/^A system descriptor/)]);
    expect(notes(8191)).toEqual(["The VMM's code segment."]);
  });

  it("have one side and no notes on bare metal", () => {
    const session = open("lesson-popf.asm", "bare-metal");
    seek(session, 3000);
    const answer = table(session, "gdt");
    expect(answer).toMatchObject({ virtualized: false, guest: null, note: null });
    expect(answer.rows.every((row) => row.guest === null && row.notes.length === 0 && !row.differs)).toBe(true);
    expect(answer.rows[0]!.physical.view).toMatchObject({
      type: { en: "code, readable, accessed" },
      dpl: 0,
      present: true,
    });
  });

  it("list all 8192 entries of a table when asked, a slice at a time", () => {
    const session = open("lesson-popf.asm", "trap-and-emulate");
    const answer = ask(session, { kind: "table", table: "gdt", all: true, from: 8000, count: 50, changes: false });
    expect(answer.total).toBe(8192);
    expect(answer.rows.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, i) => 8000 + i));
  });

  it("name what gates lead to: the guest's labels, and the VMM's host gates", () => {
    const session = open("lesson-popf.asm", "trap-and-emulate");
    seek(session, 3000);
    const row = table(session, "idt").rows[3]!;
    expect(row.guest!.view!.target).toMatchObject({ selector: 8, symbol: "unexpected", hostGate: false });
    expect(row.physical.view!.target).toMatchObject({ symbol: null, hostGate: true });
  });

  it("show what the last step changed, with the old descriptor", () => {
    const session = open("hidden-descriptor.asm", "bare-metal");
    toLabel(session, "show");
    let found = null;
    // The instruction that rewrites the base in the table comes after the first `show`.
    for (let step = session.view().step; found === null && step < session.view().step + 400; step++) {
      seek(session, step);
      const answer = table(session, "gdt");
      if (answer.changed.length > 0) found = answer;
    }
    const row = found!.rows[found!.changed[0]!]!;
    expect(row.physical.before!.base).not.toBe(row.physical.view!.base);
    expect(row.physical.changes![0]!.en).toMatch(/^base [0-9a-f]{8} became [0-9a-f]{8}$/);
  });

  it("show the table register that the last step loaded, with the old one", () => {
    const session = open("lesson-popf.asm", "trap-and-emulate");
    let before = {};
    for (let step = 1; Object.keys(before).length === 0 && step < 400; step++) {
      seek(session, step);
      before = ask(session, { kind: "table", table: "gdt", all: false, from: 0, count: 0, changes: true }).before;
    }
    expect(before).toEqual({ guest: { base: 0x800, limit: 23, entries: 3, size: 8 } });
  });

  it("answer at once for tables that wrap, end nowhere, or lie beyond memory", () => {
    const source = `BITS 32
ORG 0x100000
start:  lgdt [wild]
        lidt [wild]
stop:   jmp stop
wild:   dw 0xffff
        dd 0xfffffff3
`;
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const) {
      const session = open("wild.asm", strategy, source);
      toLabel(session, "stop");
      for (const name of ["gdt", "idt", "ldt"] as const) {
        const answer = table(session, name, true);
        expect(answer.total).toBe(name === "gdt" ? 8192 : name === "idt" ? 256 : 0);
      }
    }
  });
});

describe("segment registers", () => {
  it("decode the selector and mark a hidden part that the table no longer says", () => {
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const) {
      const session = open("hidden-descriptor.asm", strategy);
      let found = null;
      for (let step = 1; found === null && step < 20_000; step += 500) {
        seek(session, step);
        const fs = segments(session).rows.find(({ name }) => name === "fs")!;
        const part = fs.guest ?? fs.physical;
        if (part.stale.length > 0) found = part;
      }
      expect(found, strategy).toMatchObject({ table: "gdt", rpl: 0, usable: true });
      expect(found!.stale[0]!.en).toMatch(/^the table now says base /);
    }
  });

  it("are never stale in real mode: a paragraph number names no descriptor", () => {
    const session = open(
      "real.asm",
      "bare-metal",
      `start: mov eax, 10h
        mov cr0, eax
        mov ax, 2000h
        mov ds, ax
here:   hlt`,
    );
    toLabel(session, "here");
    const ds = segments(session).rows.find(({ name }) => name === "ds")!;
    expect(ds.physical).toMatchObject({ selector: 0x2000, base: 0x20000, limit: 0xffffffff, stale: [] });
  });

  it("show what the last step loaded, with the old selector and hidden part", () => {
    const session = open("lesson-popf.asm", "trap-and-emulate");
    seek(session, 3000);
    const real = segments(session).rows.find(({ name }) => name === "cs")!;
    expect(real.differs).toBe(true);
    expect([real.guest!.selector, real.physical.selector, real.physical.rpl]).toEqual([8, 9, 1]);
    let before = {};
    for (let step = 1; Object.keys(before).length === 0 && step < 100; step++) {
      seek(session, step);
      before = segments(session).rows.find(({ name }) => name === "cs")!.physical.before;
    }
    expect(before).toMatchObject({ selector: 0xfff8, dpl: 0 });
  });
});

describe("the TSS", () => {
  it("shows ring stacks and sums the I/O bitmap up as port ranges", () => {
    const session = open("io-bitmap.asm", "bare-metal");
    seek(session, 100_000);
    const answer = ask(session, { kind: "tss", changes: true });
    const { portMap } = answer.physical!;
    expect(portMap!.inLimit).toBe(true);
    expect(portMap!.ports).toBe(portMap!.allowed.reduce((sum, [first, last]) => sum + last - first + 1, 0));
    expect(portMap!.ports).toBeGreaterThan(0);
    expect(answer.fields.find(({ name }) => name === "esp0")!.physical).toBeGreaterThan(0);
  });

  it("of the VMM opens no port, whatever the guest's says", () => {
    const session = open("io-bitmap.asm", "trap-and-emulate");
    seek(session, 100_000);
    const answer = ask(session, { kind: "tss", changes: true });
    expect(answer.physical!.portMap!.ports).toBe(0);
    expect(answer.guest!.portMap!.ports).toBeGreaterThan(0);
    expect(answer.note!.en).toMatch(/ring-0 stack/);
  });
});
