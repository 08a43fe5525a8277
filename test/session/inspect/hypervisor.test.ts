import { beforeAll, describe, expect, it } from "vitest";
import type { FrameUse } from "../../../src/session/inspect/hypervisor-frames.ts";
import type { Session } from "../../../src/session/session.ts";
import type { Command, StrategyId } from "../../../src/session/types.ts";
import { programText } from "../../programs/library.ts";
import { ask, open, seek } from "./system.ts";

const END = 5_000_000;

function go(session: Session, command: Command): void {
  session.begin(command);
  while (!session.advance(END).done);
}

function ran(program: string): Session {
  const session = open(program, "paravirtual");
  go(session, { kind: "run", direction: "forward", until: null, maxSteps: END });
  return session;
}

const callsOf = (session: Session) => ask(session, { kind: "hypercalls" }).hypercalls!;
const eventsOf = (session: Session) => ask(session, { kind: "hypervisor-events", changes: true }).events!;
const ringsOf = (session: Session) => ask(session, { kind: "hypervisor-rings" }).rings!;
const framesOf = (session: Session, frame: number | null = null, use: FrameUse | null = null) =>
  ask(session, { kind: "frames", owner: null, use, frame }).frames!;

describe("the inspections of a hypervisor", () => {
  it("have nothing to show where the guest knows of none", () => {
    for (const strategy of ["bare-metal", "trap-and-emulate"] as const satisfies readonly StrategyId[]) {
      const session = open("hello-uart.asm", strategy);
      expect(ask(session, { kind: "hypercalls" })).toEqual({ hypercalls: null });
      expect(ask(session, { kind: "hypervisor-events", changes: true })).toEqual({ events: null });
      expect(ask(session, { kind: "frames", owner: null, use: null, frame: 1 })).toEqual({ frames: null });
      expect(ask(session, { kind: "hypervisor-rings" })).toEqual({ rings: null });
    }
  });
});

describe("the log of hypercalls of two domains", () => {
  const session = ran("xen/two-domains.asm");
  const all = callsOf(session);

  it("has every call in order, by domain, with its arguments, and the last is the one that ends the run", () => {
    expect(all.total).toBe(session.eventCounts().hypercall);
    expect(all.calls.map(({ number }) => number)).toEqual(Array.from({ length: all.total }, (_, i) => i + 1));
    expect(new Set(all.calls.map(({ domain }) => domain))).toEqual(new Set([1, 2]));
    expect(all.calls.at(-1)).toMatchObject({ name: "sched_op", args: "shutdown(poweroff)", failed: false });
    expect(all.calls.find(({ answer }) => answer !== null)).toMatchObject({
      args: "alloc_unbound(domain self, remote domain 2)",
      answer: "port 1",
    });
  });

  it("leads to the step at which each was done, and to the line that called", () => {
    for (const { number, step, tick } of all.calls.filter(({ number: n }) => n % 9 === 0)) {
      seek(session, step!);
      expect(callsOf(session).calls.at(-1)).toMatchObject({ number, step, tick });
      expect(session.view().transition.some(({ kind }) => kind === "hypercall")).toBe(true);
      seek(session, step! - 1);
      expect(callsOf(session).total).toBe(number - 1);
    }
    seek(session, END);
    const placed = all.calls.filter(({ source }) => source !== null);
    expect(placed.length).toBe(all.calls.filter(({ name }) => name !== "iret").length);
    for (const { name, source } of placed) {
      const line = programText(source!.file).split("\n")[source!.line - 1];
      expect(line).toMatch(new RegExp(`hypercall ${name}`));
    }
  });

  it("names the call in the event's title", () => {
    const events = session.events(0, 1000).filter(({ kind }) => kind === "hypercall");
    expect(events.map(({ title }) => title.en)).toEqual(all.calls.map(({ name }) => `hypercall: ${name}`));
  });

  it("has the entries of a multicall, and how many were not kept", () => {
    const call = callsOf(ran("xen/burst-multicall.asm")).calls.find(({ name }) => name === "multicall")!;
    expect(call.entries.length).toBeGreaterThan(4);
    expect(call.entries.length + call.more).toBe(256);
    expect(call.entries[0]).toMatchObject({ result: "0" });
    expect(call.entries[0]!.text).toMatch(/^update_va_mapping\(va 0x\w+, val 0x\w+ \(mfn 0x\w+, P U\), flags none\)$/);
  });

  it("says in words why a call was refused, with the numbers", () => {
    const source = `BITS 32
ORG 0x100000
%include "lib/machine.inc"
%include "include/xen.inc"
        xen_guest "refused", start
start:  mov ecx, 7
        hypercall update_va_mapping, 0xFC000000, 0x1003, 0, 0
        hypercall sched_op, SCHEDOP_SHUTDOWN, reason
        align 4
reason: dd 0
`;
    const refused = open("a.asm", "paravirtual", source);
    go(refused, { kind: "run", direction: "forward", until: null, maxSteps: 1000 });
    const [call] = callsOf(refused).calls;
    expect(call).toMatchObject({ errno: "EINVAL", result: -22, failed: true, source: { file: "a.asm", line: 7 } });
    expect(call!.refusal!.en).toContain("The address 0xfc000000 is the hypervisor's");
    expect(call!.refusal!.zh).toContain("0xfc000000");
  });
});

describe("events", () => {
  it("has shared_info and the channels of both ends, and what they were one step before", () => {
    const session = open("xen/two-domains.asm", "paravirtual");
    go(session, { kind: "run", direction: "forward", until: null, maxSteps: 1000 });
    const { calls } = callsOf(session);
    const bind = calls.find(({ args }) => args.startsWith("bind_interdomain"))!;
    seek(session, bind.step!);
    const { now, before } = eventsOf(session);
    expect(now.map(({ domain }) => domain.id)).toEqual([1, 2]);
    const [first, second] = now.map(({ channels }) => channels);
    expect(first).toMatchObject([{ port: 1, kind: "interdomain", domain: 2, target: second![0]!.port }]);
    expect(second).toMatchObject([{ kind: "interdomain", domain: 1, target: 1, pending: true }]);
    expect(before![0]!.channels).toMatchObject([{ port: 1, kind: "unbound", domain: 2 }]);
    expect(before![1]!.channels).toEqual([]);
    expect(now[1]!.eventCallback).not.toBeNull();
    expect(now[0]!.wallClock.seconds).toBeGreaterThan(0);
  });
});

describe("frames", () => {
  const session = open("xen/demand-paging.asm", "paravirtual");
  beforeAll(() => go(session, { kind: "run", direction: "forward", until: null, maxSteps: 3000 }));

  it("are all there, each once, and as many as the totals say", () => {
    const { count, runs, totals, areas } = framesOf(session);
    let next = 0;
    for (const { first, count: length } of runs) {
      expect(first).toBe(next);
      next += length;
    }
    expect(next).toBe(count);
    const summed = totals.reduce((sum, { uses }) => sum + Object.values(uses).reduce((a, b) => a + b), 0);
    expect(summed).toBe(count);
    for (const { cells, perCell, count: length } of areas) expect(cells.length).toBe(Math.ceil(length / perCell));
    const tables = framesOf(session, null, "l2").runs;
    expect(tables).toMatchObject([{ owner: 1, use: "l2", validated: true, pinned: true }]);
  });

  it("are mapped where the page tables say, and named by what they hold", () => {
    const { domains } = framesOf(session);
    const { firstFrame } = domains[0]!;
    const image = framesOf(session, firstFrame + 0x100).frame!;
    expect(image).toMatchObject({ owner: 1, use: "writable", page: 0x100, image: true });
    const at = image.found.find(({ linear }) => linear !== null)!;
    const { physical } = session.inspect({ kind: "walk", linear: at.linear!, access: "read", user: false });
    expect(physical.result).toMatchObject({ ok: true, physical: (firstFrame + 0x100) * 4096 });
    expect(physical.levels.at(-1)).toMatchObject({ index: at.index, address: at.table * 4096 + at.index * 4 });
    const directory = framesOf(session, null, "l2").runs[0]!.first;
    expect(framesOf(session, directory).frame!.purpose!.en).toBe("page directory in CR3 of domain 1");
    expect(framesOf(session, 0x60 + 1).frame!.purpose!.en).toBe("shared_info of domain 1");
    expect(framesOf(session, 0x61).frame).toMatchObject({ owner: 1, use: "writable" });
    expect(framesOf(session, 0x340).frame).toMatchObject({ owner: "hypervisor", page: -1 });
    expect(framesOf(session, 1 << 24).frame).toBeNull();
  });
});

describe("rings", () => {
  const session = open("xen/disk.asm", "paravirtual");

  it("are found by start_info and the store page, with indices, grants and channels", () => {
    go(session, { kind: "run", direction: "forward", until: null, maxSteps: END });
    const { rings, grants, mapped } = ringsOf(session);
    expect(rings.map(({ device }) => device)).toEqual(["console", "block"]);
    const block = rings[1]!;
    expect(block).toMatchObject({ domain: 1, state: "connected", channel: { kind: "interdomain", domain: 0 } });
    const [flow] = block.flows;
    expect(flow).toMatchObject({ size: 32, produced: 3, consumed: 3, waiting: [] });
    expect(flow!.done).toEqual(["#0: okay, id 0", "#1: okay, id 1", "#2: error, id 2"]);
    const grant = grants.find(({ reference }) => reference === block.grant)!;
    expect(grant).toMatchObject({ granter: 1, domain: 0, frame: block.frame, writers: 1 });
    expect(mapped).toContainEqual(expect.objectContaining({ domain: 0, granter: 1, frame: block.frame }));
  });

  it("show a request while it waits", () => {
    const waits = () => ringsOf(session).rings.find(({ device }) => device === "block")?.flows[0]?.waiting ?? [];
    const { calls } = callsOf(session);
    const sends = calls.filter(({ args, domain }) => domain === 1 && args.startsWith("send"));
    const seen = sends.flatMap(({ step }) => {
      seek(session, step!);
      return waits();
    });
    expect(seen.some((line) => /^#0: write, sector \d+, segments 1/.test(line))).toBe(true);
  });
});
