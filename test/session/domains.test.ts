import { beforeAll, describe, expect, it } from "vitest";
import { assembleFiles } from "../../src/session/program.ts";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { Session } from "../../src/session/session.ts";
import type { Command, EventView } from "../../src/session/types.ts";
import { programFiles, programText } from "../programs/library.ts";

const MAIN = "xen/console.asm";
const DRIVER = "xen/driver-domain.asm";

function load(main: string): Session {
  const session = new Session();
  const { inputs } = parseProgramHeader(programText(main)).program;
  const program = { kind: "source", main, files: programFiles } as const;
  const result = session.load({ program, strategy: "paravirtual", memoryMiB: 16, whatIf: [], inputs });
  expect(result).toMatchObject({ ok: true });
  return session;
}

function go(session: Session, command: Command) {
  session.begin(command);
  for (;;) {
    const result = session.advance(200_000);
    if (result.done) return result;
  }
}

const RUN = { kind: "run", direction: "forward", until: null, maxSteps: 5_000_000 } as const;
const assembled = new Map([MAIN, DRIVER].map((main) => [main, assembleFiles(main, programFiles, ["XEN"])]));
const placeAt = (domain: number | null, address: number) => {
  const { file, line } = assembled.get(domain === 0 ? DRIVER : MAIN)!.lines.at(address)!;
  return { file, line };
};
const labels = (main: string) => assembled.get(main)!.symbols;

describe("a run of two domains", () => {
  const session = load(MAIN);
  let events: readonly EventView[] = [];
  beforeAll(() => {
    go(session, RUN);
    events = session.events(0, 1_000_000);
  });
  const at = (step: number) => {
    go(session, { kind: "seek", step });
    return session.view();
  };

  it("says of every event whose turn it was", () => {
    let domain = 1;
    const switches = events.filter(({ kind }) => kind === "domain");
    expect(switches.length).toBeGreaterThan(2);
    for (const event of events) {
      if (event.kind === "domain") expect(event.domain).not.toBe(domain);
      if (event.kind === "domain") domain = event.domain!;
      expect(event.domain).toBe(domain);
    }
    expect(new Set(events.map((event) => event.domain))).toEqual(new Set([0, 1]));
  });

  it("finds each event's line in the source of its own domain", () => {
    const traps = events.filter(({ kind, source }) => kind === "trap" && source !== null);
    for (const { domain, source, eip } of traps) {
      expect(placeAt(domain, eip)).toEqual(source);
    }
    // Ports are the driver domain's.
    const ports = events.filter(({ kind, domain }) => kind === "io" && domain === 0);
    expect(ports.length).toBeGreaterThan(20);
    expect(ports.some(({ source }) => source?.file === DRIVER)).toBe(true);
  });

  it("shows the domain that runs, its next instruction and the line of that", () => {
    const resumes = events.filter(({ kind }) => kind === "resume");
    for (const domain of [0, 1]) {
      const { step } = resumes.find((event) => event.domain === domain)!;
      const view = at(step);
      expect(view).toMatchObject({ domain, current: domain === 1 ? "guest-kernel" : "driver-kernel" });
      expect(view.next.linear).toBe(view.physical.eip);
      expect(view.next.source).toEqual(placeAt(domain, view.next.linear));
      const inVmm = at(events.find((event) => event.kind === "trap" && event.domain === domain)!.step);
      expect(inVmm).toMatchObject({ domain: null, current: "vmm" });
    }
  });

  it("shows registers, memory and names as the domain has them whose turn it is", () => {
    for (const domain of [0, 1]) {
      const image = [...assembled.get(domain === 0 ? DRIVER : MAIN)!.bytes.subarray(0x40, 0x60)];
      const { step } = events.find(({ kind, domain: whose }) => kind === "resume" && whose === domain)!;
      const running = at(step);
      expect([running.guest.eip, running.guest.gpr]).toEqual([running.physical.eip, running.physical.gpr]);
      const trap = events.find((event) => event.kind === "trap" && event.domain === domain && event.step > step)!;
      for (const where of [step, trap.step]) {
        at(where);
        expect(session.readMemory("guest-linear", 0x100040, image.length)).toEqual(image);
        const [value] = session.inspect({ kind: "expression", text: ["dword [0x100040]"] });
        const bytes = Uint8Array.from(image.slice(0, 4));
        expect(value).toMatchObject({ ok: true, value: { bits: new DataView(bytes.buffer).getUint32(0, true) } });
      }
      // The VMM has stopped it there: what it believes has not changed.
      expect(session.view().guest.cpl).toBe(1);
      const { lines } = session.inspect({
        ...{ kind: "disassembly", space: "linear", before: 0, after: 1 },
        address: labels(domain === 0 ? DRIVER : MAIN).get("start")!.value,
      });
      expect(lines[0]).toMatchObject({ label: "start", source: { file: domain === 0 ? DRIVER : MAIN } });
    }
  });

  it("takes an edit for the domain that runs, and remembers it", () => {
    const { step } = events.find(({ kind, domain }) => kind === "resume" && domain === 0)!;
    const edited = load(MAIN);
    go(edited, { kind: "seek", step });
    const { digest, before } = { digest: edited.digest(), before: edited.view().guest.gpr[5]! };
    expect(edited.edit({ kind: "set-register", name: "ebp", value: 0x1234 })).toMatchObject({ ok: true });
    expect(edited.view().guest.gpr[5]).toBe(0x1234);
    expect(edited.view().physical.gpr[5]).toBe(0x1234);
    expect(edited.digest()).not.toBe(digest);
    edited.removeEdit(0);
    expect(edited.view().guest.gpr[5]).toBe(before);
    expect(edited.digest()).toBe(digest);
  });

  it("has a seat for the other domain only where there is one", () => {
    const whos = (view: ReturnType<Session["view"]>) => view.occupants.map(({ who }) => who);
    expect(whos(session.view())).toEqual(["vmm", "guest-kernel", "guest-user", "driver-kernel", "driver-user"]);
    expect(whos(load("xen/hello.asm").view())).toEqual(["vmm", "guest-kernel", "guest-user"]);
    expect(load("xen/hello.asm").view().domain).toBeNull();
  });

  it("keeps the other domain's time apart, in lanes and in the summary", () => {
    const { lastStep } = session.view();
    const { occupants } = session.timelineWindow("step", 0, lastStep, 50, 50);
    const lane = (who: string) => occupants.find((one) => one.who === who);
    expect(occupants.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    for (const who of ["vmm", "guest-kernel", "driver-kernel"]) expect(lane(who)!.share, who).toBeGreaterThan(0.01);
    expect(lane("driver-user")).toBeUndefined();
    // The same by going through the events one by one.
    let domain = 1;
    let vmm = true;
    let from = 0;
    const steps = { vmm: 0, "guest-kernel": 0, "driver-kernel": 0 };
    const owner = () => (vmm ? "vmm" : domain === 1 ? "guest-kernel" : "driver-kernel");
    for (const { kind, step, domain: now } of events) {
      steps[owner()] += step - from;
      from = step;
      domain = now!;
      if (kind === "trap" || kind === "resume") vmm = kind === "trap";
    }
    steps[owner()] += lastStep - from;
    for (const [who, count] of Object.entries(steps)) expect(lane(who)!.share * lastStep, who).toBeCloseTo(count, 6);
    const { shares } = session.inspect({ kind: "summary" });
    expect(Object.fromEntries(shares.map((share) => [share.who, share.steps]))).toEqual(steps);
    // One position asked about by itself.
    const some = events.filter(({ kind }) => kind === "resume").filter((_, i) => i % 7 === 0);
    for (const { step, domain: whose } of some) {
      const { who } = session.timelinePoint("step", step);
      expect(who).toBe(whose === 1 ? "guest-kernel" : "driver-kernel");
    }
  });

  it("stops at a line of the other domain's program, and only when that runs", () => {
    const symbols = labels(DRIVER);
    const own = labels(MAIN);
    // The same address is code of both programs: the entry is the first code behind the notes.
    const stopped = load(MAIN);
    const { line } = placeAt(0, symbols.get("start")!.value);
    stopped.setBreakpoints([{ id: "1", at: { file: DRIVER, line } }]);
    const result = go(stopped, RUN);
    expect(result.cause).toBe("breakpoint");
    expect(stopped.view()).toMatchObject({
      domain: 0,
      current: "driver-kernel",
      next: { linear: symbols.get("start")!.value, source: { file: DRIVER, line } },
    });
    expect(result.stops?.[0]?.words.en).toContain(`${DRIVER}:${line}`);
    go(stopped, { kind: "over", direction: "forward" });
    expect(stopped.view()).toMatchObject({ domain: 0, next: { source: { file: DRIVER } } });
    // An address is the guest's own.
    stopped.setBreakpoints([{ id: "2", at: { address: own.get("start")!.value } }]);
    go(stopped, { kind: "seek", step: 0 });
    expect(go(stopped, RUN).cause).toBe("breakpoint");
    expect(stopped.view().domain).toBe(1);
  });

  it("lists the programs of both", () => {
    const { rows, beside } = session.inspect({ kind: "listing" });
    expect(rows!.some(({ file }) => file === MAIN)).toBe(true);
    expect(rows!.some(({ file }) => file === DRIVER)).toBe(false);
    expect(beside.map(({ domain }) => domain)).toEqual([0]);
    expect(beside[0]!.rows.some(({ file, address }) => file === DRIVER && address !== null)).toBe(true);
  });

  it("says at the command line which domain it is", () => {
    const { step } = events.find(({ kind, domain }) => kind === "resume" && domain === 0)!;
    at(step);
    const answer = session.inspect({ kind: "console", line: "info program", language: "en", breakpoints: [] });
    expect(answer.lines.join("\n")).toContain("domain 0");
    expect(answer.lines.join("\n")).toContain(DRIVER);
  });
});

describe("memory of a guest whose page tables hold the machine's frames", () => {
  const session = load("xen/demand-paging.asm");
  const assembly = assembleFiles("xen/demand-paging.asm", programFiles, ["XEN"]);
  beforeAll(() => {
    go(session, RUN);
    // In user mode, with pages mapped on demand.
    go(session, { kind: "run", direction: "back", until: { kind: "ring" }, maxSteps: 5_000_000 });
  });

  it("reads the same through the guest's tables, by guest-physical addresses and by the computer's", () => {
    const image = [...assembly.bytes.subarray(0x100, 0x140)];
    const from = 0x100100;
    expect(session.readMemory("guest-linear", from, image.length)).toEqual(image);
    expect(session.readMemory("guest-physical", from, image.length)).toEqual(image);
    const { guest, physical, direct } = session.inspect({ kind: "walk", linear: from, access: "read", user: false });
    // One walk: the guest's tables are those of the processor.
    expect(guest).toBeNull();
    expect(direct!.at(-1)).toMatchObject({ owner: 1, page: from >>> 12 });
    if (!physical.result.ok) throw new Error("nothing is mapped there");
    expect(physical.result.physical).not.toBe(from);
    expect(session.readMemory("physical", physical.result.physical, image.length)).toEqual(image);
    const shown = (space: "linear" | "guest-physical" | "host-linear") => {
      const { bytes } = session.inspect({ kind: "memory", space, address: from, length: image.length, changes: false });
      return bytes;
    };
    expect(shown("linear")).toEqual(shown("guest-physical"));
    expect(shown("linear")).toEqual(shown("host-linear"));
  });

  it("reads what Xen has mapped for it and is not its own", () => {
    const m2p = session.readMemory("guest-linear", 0xfc000000, 4);
    expect(m2p).not.toContain(null);
    const { lines } = session.inspect({
      kind: "disassembly",
      space: "linear",
      address: assembly.symbols.get("start")!.value,
      before: 0,
      after: 1,
    });
    expect(lines[0]).toMatchObject({ label: "start", source: { file: "xen/demand-paging.asm" } });
  });

  it("shows the tree of the tables that the processor walks", () => {
    const open = { physical: [0], guest: [0] };
    const { guest, physical, direct } = session.inspect({ kind: "paging", open, changes: false });
    expect([guest, direct]).toEqual([null, true]);
    expect(physical.runs.some(({ pages }) => pages !== null)).toBe(true);
  });
});
