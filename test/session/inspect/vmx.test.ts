import { describe, expect, it } from "vitest";
import { EXIT_CYCLES } from "../../../src/cpu/vmx/cycles.ts";
import { ENTRY_CHECKS } from "../../../src/cpu/vmx/vm-entry.ts";
import { type FieldName, VMCS_FIELD_LIST } from "../../../src/isa/vmcs.ts";
import { viewField } from "../../../src/session/inspect/vmx-field.ts";
import type { VmcsRow } from "../../../src/session/inspect/vmx-vmcs.ts";
import type { Session } from "../../../src/session/session.ts";
import { EPT_TABLE, go, type Hypervisor, hypervisor, load, TO_END, VMCS_REGION, VMXON_REGION } from "../hypervisor.ts";

const EPT = { primaryControls: 0x840061f2, secondaryControls: 2, eptPointer: 0x18301e } as const;

function run(what: Hypervisor, until: "end" | number = "end"): Session {
  const session = load(hypervisor(what));
  go(session, TO_END);
  if (until !== "end") go(session, { kind: "seek", step: until });
  return session;
}
const vmcs = (session: Session) => session.inspect({ kind: "vmcs", pointer: null, changes: true });
const rowsOf = (session: Session) => vmcs(session).groups.flatMap(({ rows }) => rows);
const row = (session: Session, name: FieldName): VmcsRow => rowsOf(session).find((one) => one.name === name)!;
const stepsOf = (session: Session, kind: string) =>
  session
    .events(0, 1000)
    .filter((event) => event.kind === kind)
    .map(({ step }) => step);

describe("the VMCS", () => {
  const session = run({ guest: "mov eax, 1\ncpuid\nhlt\nmov ecx, 0x174\nrdmsr", fields: EPT });
  const exits = stepsOf(session, "vm-exit");

  it("knows whether there is VT-x, in which operation, and which VMCS is current", () => {
    go(session, { kind: "seek", step: 0 });
    expect(vmcs(session)).toMatchObject({ available: true, operation: "off", current: null, vmxon: null, known: [] });
    expect(vmcs(session)).toMatchObject({ vmxonLacks: ["cr0", "feature", "cr4"], cr0Lacks: ["PG", "NE"] });
    go(session, { kind: "seek", step: exits[0]! });
    expect(vmcs(session)).toMatchObject({
      operation: "root",
      vmxonLacks: [],
      cr0Lacks: [],
      current: VMCS_REGION,
      vmxon: VMXON_REGION,
      featureControl: { locked: true, enabled: true },
      cr4Vmxe: true,
      shown: { pointer: VMCS_REGION, current: true, launched: true, abort: 0 },
    });
    go(session, { kind: "seek", step: exits[0]! - 1 });
    expect(vmcs(session).operation).toBe("non-root");
  });

  it("knows that a region was used without VMCLEAR, from VMPTRLD on", () => {
    for (const text of ["  vmclear [p_vmcs]\n", ""]) {
      const at = load(hypervisor({ guest: "cpuid" }).replace("  vmclear [p_vmcs]\n", text));
      go(at, TO_END);
      const never = (step: number) => {
        go(at, { kind: "seek", step });
        return vmcs(at).neverCleared;
      };
      const entry = stepsOf(at, "vm-entry")[0]!;
      expect([at.view().lastStep, entry - 1, entry + 1, 0].map(never)).toEqual(
        text === "" ? [true, true, true, false] : [false, false, false, false],
      );
    }
  });

  it("has every field once, in its group, with its encoding, as wide as it is", () => {
    const rows = rowsOf(session);
    expect(rows.map(({ name }) => name).toSorted()).toEqual(VMCS_FIELD_LIST.map(({ name }) => name).toSorted());
    expect(row(session, "vmcsLinkPointer")).toMatchObject({
      encoding: 0x2800,
      raw: "ffffffffffffffff",
      high: 0xffffffff,
    });
    expect(row(session, "guestCsSelector").raw).toBe("0008");
  });

  it("takes controls apart bit by bit, with what each has to be", () => {
    const { parts, decoded } = row(session, "primaryControls");
    expect(decoded!.en).toBe("HLT exiting, Activate secondary controls");
    expect(parts.find(({ name }) => name.en === "HLT exiting")).toMatchObject({ bits: [7, 7], set: true, must: null });
    expect(parts.find(({ name }) => name.en === "Use TPR shadow")).toMatchObject({ set: false, must: 0, wrong: false });
    expect(parts.find(({ bits }) => bits![1] === 1)).toMatchObject({ set: true, must: 1, wrong: false });
  });

  it("decodes access rights, selectors, control registers, EPT pointer and exit information", () => {
    go(session, { kind: "seek", step: exits[0]! });
    expect(row(session, "guestCsAccessRights").decoded!.en).toBe("code, execute/read, accessed, DPL 0, 32-bit");
    expect(row(session, "guestLdtrAccessRights").decoded!.en).toBe("unusable");
    expect(row(session, "guestTrAccessRights").decoded!.en).toBe("busy 32-bit TSS, DPL 0");
    expect(row(session, "hostTrSelector").decoded!.en).toBe("GDT[3], RPL 0");
    expect(row(session, "guestCr0").decoded!.en).toBe("PG NE ET PE");
    expect(row(session, "eptPointer").decoded!.en).toBe("tables at 00183000, 4 levels, WB");
    expect(row(session, "exitReason").decoded!.en).toBe("10: CPUID");
  });

  it("sets fields aside that do not count", () => {
    expect(row(session, "ioBitmapA").idle).toBe(true);
    expect(row(session, "eptPointer").idle).toBe(false);
    expect(row(session, "guestLdtrBase").idle).toBe(true);
    expect(row(session, "exitInterruptionInformation").idle).toBe(true);
  });

  it("shows what changed since the exit before, and who did it", () => {
    go(session, { kind: "seek", step: exits[2]! });
    const changed = rowsOf(session).filter(({ before }) => before !== null);
    expect(changed.map(({ name, by }) => `${name} ${by}`)).toEqual([
      "guestRip exit",
      "exitReason exit",
      "exitInstructionLength exit",
    ]);
    expect(row(session, "exitReason")).toMatchObject({ before: "0000000c", raw: "0000001f" });
    // Then the VMM moves RIP on.
    go(session, { kind: "seek", step: stepsOf(session, "vm-entry")[3]! - 1 });
    expect(row(session, "guestRip").by).toBe("vmm");
    expect(vmcs(session).exitStep).toBe(exits[2]);
    // Asking has not moved the run.
    expect(session.view().step).toBe(stepsOf(session, "vm-entry")[3]! - 1);
  });

  it("names the exit that the marks are against, and before the first exit says that there was none", () => {
    go(session, { kind: "seek", step: exits[1]! });
    expect(vmcs(session)).toMatchObject({ exitStep: exits[1], sinceStep: exits[0] });
    go(session, { kind: "seek", step: exits[0]! });
    expect(vmcs(session)).toMatchObject({ exitStep: exits[0], sinceStep: null });
    go(session, { kind: "seek", step: exits[0]! - 1 });
    expect(row(session, "exitReason")).toMatchObject({ idle: true, decoded: { en: "no VM exit yet" }, parts: [] });
    expect(row(session, "exitQualification").idle).toBe(true);
    expect(row(session, "exitInstructionLength").idle).toBe(true);
  });

  it("has a word for a field whose bits have no name", () => {
    go(session, { kind: "seek", step: exits[0]! });
    expect(row(session, "pinBasedControls")).toMatchObject({ raw: "00000016", decoded: { en: "reserved bits only" } });
    expect(row(session, "secondaryControls").decoded!.en).not.toBe("reserved bits only");
    expect(row(session, "cr0GuestHostMask").decoded!.en).toBe("none");
    const plain = run({ guest: "sti\nsti\ncli\nxor eax, eax\ninc eax" });
    expect(row(plain, "guestRflags").decoded!.en).toBe("no flag set");
  });

  it("reads the vector of a device's interrupt in hex, and bit 12 where it has a meaning", () => {
    const names = (name: FieldName, value: number) => {
      const fields = {
        get: (one: FieldName) => (one === name ? value : 0),
        high: () => 0,
        pointer: 0,
        read32: () => 0,
      };
      return viewField(name, fields).parts.map((part) => `${part.name.en} ${part.value.en}`);
    };
    expect(names("idtVectoringInformation", 0x80000040 | 0)).toEqual([
      "Vector 40h (64)",
      "Type external interrupt",
      "Error code 0",
      "Valid 1",
    ]);
    expect(names("exitInterruptionInformation", 0x80000b0e | 0)).toEqual([
      "Vector 14 #PF",
      "Type hardware exception",
      "Error code 1",
      "NMI unblocking by IRET 0",
      "Valid 1",
    ]);
  });

  it("finds a VMCS that is not current by its revision identifier", () => {
    const other = run({ guest: "", more: "", before: "vmclear [p_vmcs]" });
    expect(vmcs(other)).toMatchObject({
      current: null,
      shown: { pointer: VMCS_REGION, current: false, launched: false },
    });
    expect(vmcs(other).known.map(({ pointer }) => pointer)).toEqual([VMCS_REGION]);
    expect(other.inspect({ kind: "vmcs", pointer: 0x200000, changes: false }).shown).toBeNull();
  });
});

describe("a VM exit taken apart", () => {
  const session = run({
    guest: "mov dx, 0x3f8\nout dx, al\nmov [0x600000], eax",
    fields: { ...EPT, primaryControls: 0x85006172 },
  });

  it("is the last one up to now, with its neighbours", () => {
    const { exit, previous, next, total } = session.inspect({ kind: "vmx-exit", index: null });
    expect(exit).toMatchObject({ reason: 48, name: "ept-violation", number: 2, cpl: 0, cs: 8, failed: false });
    expect(exit!.instruction!.text).toBe("mov [0x600000], eax");
    expect(exit!.access).toBe("write");
    expect(exit!.fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["exitReason", "exitQualification", "guestPhysicalAddress", "guestLinearAddress"]),
    );
    expect(exit!.fields.find(({ name }) => name === "guestPhysicalAddress")!.raw).toBe("0000000000600000");
    expect([previous, next, total]).toEqual([stepsOf(session, "vm-exit")[0], null, 2]);
    expect(exit!.entry).toMatchObject({ step: stepsOf(session, "vm-entry")[1] });
  });

  it("is any of the log, without moving the run", () => {
    const { step } = session.view();
    const index = session.events(0, 100).findIndex(({ kind }) => kind === "vm-exit");
    const { exit, next } = session.inspect({ kind: "vmx-exit", index });
    expect(exit).toMatchObject({ reason: 30, number: 1, instruction: { text: "out dx, al", bytes: "ee" } });
    expect(exit!.fields.find(({ name }) => name === "exitQualification")!.decoded!.en).toContain("port 0x3f8");
    expect(next).toBe(stepsOf(session, "vm-exit")[1]);
    expect(session.view().step).toBe(step);
    expect(session.inspect({ kind: "vmx-exit", index: 0 }).exit).toBeNull();
  });

  const named = (of: Session) => of.inspect({ kind: "vmx-exit", index: null }).exit!.fields.map(({ name }) => name);

  it("leaves out the length of an instruction that an earlier exit has left behind", () => {
    expect(row(session, "exitInstructionLength")).toMatchObject({ value: 1, idle: true });
    expect(named(session)).not.toContain("exitInstructionLength");
    const back = run({ guest: "cpuid\nint3", fields: { exceptionBitmap: 1 << 3 } });
    expect(named(back)).toContain("exitInstructionLength");
  });

  it("counts what the guest ended: not the instruction that left it, but those before an exit that came between", () => {
    const ran = (what: Hypervisor) => run(what).inspect({ kind: "vmx-exit", index: null }).exit!.entry!;
    const one = ran({ guest: "xor eax, eax" });
    expect(one.ticks).toBe(1);
    // Less than what the exit itself takes.
    expect(one.cycles).toBeLessThan(EXIT_CYCLES);
    expect(ran({ guest: "" }).ticks).toBe(0);
    // The monitor trap flag leaves after the first.
    const trapped = run({ guest: "nop\nnop", fields: { primaryControls: 0x8c006172 | 0 } });
    go(trapped, { kind: "seek", step: stepsOf(trapped, "vm-exit")[0]! });
    expect(trapped.inspect({ kind: "vmx-exit", index: null }).exit).toMatchObject({ reason: 37, entry: { ticks: 1 } });
  });

  it("is of a failed entry the VMM's: its instruction, no entry before it, and a number of its own", () => {
    const failed = run({ guest: "", fields: { guestRflags: 0 } });
    const { exit, total } = failed.inspect({ kind: "vmx-exit", index: null });
    expect(exit).toMatchObject({ reason: 33, failed: true, number: 1, cs: 8, instruction: { text: "vmlaunch" } });
    expect(exit!.entry).toBeNull();
    expect(total).toBe(1);
    expect(named(failed)).toEqual(["exitReason", "exitQualification"]);
    expect(failed.inspect({ kind: "vmx-exits", buckets: 1, axis: "step" })).toMatchObject({ exits: 0, failures: 1 });
  });

  it("says where the host goes on, and that nothing is there", () => {
    const good = run({ guest: "cpuid" }).inspect({ kind: "vmx-exit", index: null }).exit!;
    expect(good.host).toMatchObject({ symbol: "exits", source: { file: "vmx.asm" }, nothing: false });
    expect(good.sentence.en).not.toContain("HOST_RIP");
    const nowhere = run({ guest: "cpuid", fields: { hostRip: 0 } }, 400);
    const lost = nowhere.inspect({ kind: "vmx-exit", index: null }).exit!;
    expect(lost.host).toEqual({ rip: 0, symbol: null, source: null, nothing: true });
    expect(lost.sentence.en).toMatch(/ The host goes on at HOST_RIP = 0x0, where there is no code/);
    expect(lost.sentence.zh).toContain("那里没有代码");
  });
});

describe("the entry checks", () => {
  const checks = (session: Session) => session.inspect({ kind: "vmx-checks", pointer: null });

  it("all hold where VMLAUNCH would enter", () => {
    const session = run({ guest: "" });
    const [entry] = stepsOf(session, "vm-entry");
    go(session, { kind: "seek", step: entry! - 1 });
    const answer = checks(session);
    expect(answer).toMatchObject({ pointer: VMCS_REGION, wouldEnter: true, wants: "vmlaunch", failure: null });
    expect(answer.groups.map(({ id }) => id)).toEqual(["basic", "control", "host", "guest", "msr"]);
    const ids = answer.groups.slice(1, 4).flatMap((group) => group.checks.map(({ id }) => id));
    expect(ids).toEqual(ENTRY_CHECKS.map(({ id }) => id));
    go(session, { kind: "seek", step: stepsOf(session, "vm-exit")[0]! });
    expect(checks(session).wants).toBe("vmresume");
  });

  it.each<[string, Hypervisor["fields"], string, string]>([
    ["control", { primaryControls: 0x84206172 }, "primary-reserved", "bit 21, “Use TPR shadow”, is 1 and not allowed"],
    ["host", { hostTrSelector: 0 }, "host-tr", "Host TR selector = 0x0000"],
    ["host", { hostCsSelector: 0xb }, "host-selectors", "Host CS selector = 0x000b (RPL is 3)"],
    ["guest", { vmcsLinkPointer: 0x182000 }, "guest-link-pointer", "this VMCS itself"],
    ["guest", { guestRflags: 0x8002 }, "guest-rflags-reserved", "Guest RFLAGS = 0x00008002"],
  ])("mark the first that fails, among those of the %s", (group, fields, id, why) => {
    const session = run({ guest: "", fields: fields! });
    const failed = stepsOf(session, "vm-fail")[0]!;
    go(session, { kind: "seek", step: failed - 1 });
    const answer = checks(session);
    const failing = answer.groups.flatMap((one) =>
      one.checks.filter(({ holds }) => !holds).map((check) => ({ ...check, group: one.id })),
    );
    expect(failing.find(({ first }) => first)).toMatchObject({ id, group });
    expect(failing[0]!.why!.en).toContain(why);
    expect(failing[0]!.fields.length).toBeGreaterThan(0);
    expect(answer.wouldEnter).toBe(false);
    expect(answer.failure).toBeNull();
    go(session, { kind: "seek", step: failed });
    expect(checks(session).failure).toMatchObject({ step: failed, check: id });
    expect(checks(session).failure!.source).not.toBeNull();
  });

  it("say what is missing where there is no VMCS yet", () => {
    const session = run({ guest: "" }, 3);
    const answer = checks(session);
    expect(answer).toMatchObject({ available: true, pointer: null, wouldEnter: false, wants: null });
    const failing = answer.groups[0]!.checks.filter(({ holds }) => !holds).map(({ id }) => id);
    expect(failing).toEqual(["operation", "current-vmcs"]);
  });

  it("come with the failure that all others have followed from: no VMCS was made current", () => {
    const session = load(hypervisor({ guest: "" }).replace(`[${VMCS_REGION}], eax`, `[${VMCS_REGION}], esp`));
    go(session, TO_END);
    const failed = stepsOf(session, "vm-fail");
    expect(failed.length).toBeGreaterThan(20);
    const [root] = session.events(0, 100).filter(({ kind }) => kind === "vm-fail");
    expect(root!.row).toBe("vmptrld_m64p");
    const more = failed.length - 1;
    expect(checks(session).failure).toMatchObject({ step: failed[0], entry: false, more, lastStep: failed.at(-1) });
    go(session, { kind: "seek", step: failed[0]! });
    expect(checks(session).failure).toMatchObject({ step: failed[0], more: 0, lastStep: failed[0] });
  });

  it("look at every item of the MSR-load list", () => {
    const session = run({
      guest: "",
      before: "mov dword [0x188000], 0x174\nmov dword [0x188010], 0x480\nmov dword [0x188020], 0x999",
      fields: { entryMsrLoadCount: 3, entryMsrLoadAddress: 0x188000 },
    });
    go(session, { kind: "seek", step: stepsOf(session, "vm-fail")[0]! - 1 });
    const group = checks(session).groups.find(({ id }) => id === "msr")!;
    expect(group.checks.map(({ id, holds, first }) => [id, holds, first])).toEqual([
      ["msr-1", true, false],
      // IA32_VMX_BASIC is there, but cannot be written.
      ["msr-2", false, true],
      ["msr-3", false, false],
    ]);
    const last = session.events(0, 100).find(({ kind }) => kind === "vm-fail")!;
    expect(last.reason.en).toContain("Item 2 of the VM-entry MSR-load list could not be loaded");
  });
});

describe("the exits counted", () => {
  const session = run({
    guest: "mov ecx, 20\nagain: push ecx\nmov eax, 1\ncpuid\npop ecx\nloop again\nmov ecx, 0x174\nrdmsr",
  });
  const ask = (buckets: number, axis: "step" | "tick" = "step") =>
    session.inspect({ kind: "vmx-exits", buckets, axis });

  it("by reason, of the whole run and up to now", () => {
    const all = ask(1);
    expect(all.reasons.map(({ name, count, now }) => [name, count, now])).toEqual([
      ["cpuid", 20, 20],
      ["vmcall", 1, 1],
      ["rdmsr", 1, 1],
    ]);
    expect(all).toMatchObject({ entries: 22, exits: 22, failures: 0, through: null });
    const exits = stepsOf(session, "vm-exit");
    go(session, { kind: "seek", step: exits[4]! });
    const part = ask(1);
    expect(part).toMatchObject({ exits: 22, exitsNow: 5, entriesNow: 5 });
    expect(part.reasons[0]).toMatchObject({
      now: 5,
      previous: exits[3],
      next: exits[5],
      first: exits[0],
      last: exits[19],
    });
    go(session, TO_END);
  });

  it("over the timeline, by steps and by ticks", () => {
    for (const axis of ["step", "tick"] as const) {
      const { edges, reasons } = ask(7, axis);
      expect(edges).toHaveLength(8);
      for (const { count, perBucket } of reasons) {
        expect(perBucket).toHaveLength(7);
        expect(perBucket.reduce((sum, one) => sum + one, 0)).toBe(count);
      }
      expect(reasons[0]!.perBucket[0]).toBe(0);
    }
  });

  it("with what they cost outside the guest", () => {
    const { reasons, rootCycles, guestCycles } = ask(1);
    expect(reasons.reduce((sum, { cycles }) => sum + cycles, 0)).toBe(rootCycles);
    expect(guestCycles).toBeGreaterThan(0);
    const sums = ask(1);
    expect(sums).toMatchObject({ guestCyclesNow: guestCycles, rootCyclesNow: rootCycles });
    go(session, { kind: "seek", step: stepsOf(session, "vm-entry")[0]! - 1 });
    expect(ask(1)).toMatchObject({ guestCyclesNow: 0, rootCyclesNow: 0, guestCycles, rootCycles });
    go(session, { kind: "seek", step: stepsOf(session, "vm-exit")[4]! });
    const part = ask(1);
    expect(part.reasons[0]!.cyclesNow).toBe(part.rootCyclesNow);
    expect(part.rootCyclesNow).toBeGreaterThan(0);
    expect(part.guestCyclesNow).toBeLessThan(guestCycles);
    go(session, { kind: "seek", step: stepsOf(session, "vm-entry")[5]! });
    expect(ask(1).rootCyclesNow).toBeGreaterThan(part.rootCyclesNow);
    expect(ask(1).reasons[0]!.cyclesNow).toBe(ask(1).rootCyclesNow);
    go(session, TO_END);
  });
});

describe("the walk in two dimensions", () => {
  /** The guest has tables of its own of two levels, under EPT. */
  const paged: Hypervisor = {
    guest: "mov eax, [0x00300000]",
    before: `
      mov dword [0x189000], 0x18a007
      mov ecx, 1024
      mov edi, 0x18a000
      mov eax, 7
    fill: stosd
      add eax, 0x1000
      loop fill
      mov dword [0x185008], 0x18b007
      mov ecx, 512
      mov edi, 0x18b000
      mov eax, 0x200037
    ept: mov [edi], eax
      mov dword [edi + 4], 0
      add edi, 8
      add eax, 0x1000
      loop ept`,
    fields: { ...EPT, guestCr3: 0x189000 },
  };
  const session = run(paged);
  const cr3Exits = (of: Session) =>
    of.inspect({ kind: "vmx-walk", address: 0, space: "linear", access: "read", user: false }).walk!.cr3Exits;
  const walk = (address: number, space: "linear" | "guest-physical" = "linear", access: "read" | "write" = "read") =>
    session.inspect({ kind: "vmx-walk", address, space, access, user: false }).walk!;

  it("counts every reference: 14 at most for two levels under four", () => {
    const found = walk(0x00300123);
    // The guest's tables lie in a 2 MiB page of EPT, which saves a level each.
    expect(found.references.map(({ table }) => table)).toEqual([
      ...["ept-pml4e", "ept-pdpte", "ept-pde", "guest-pde"],
      ...["ept-pml4e", "ept-pdpte", "ept-pde", "guest-pte"],
      ...["ept-pml4e", "ept-pdpte", "ept-pde", "ept-pte"],
    ]);
    expect(found).toMatchObject({ most: 14, ept: true, paging: true, cr3: 0x189000, vpid: 0 });
    expect(found.outcome).toMatchObject({ kind: "arrives", physical: 0x300123, guestPhysical: 0x300123 });
    expect(found.references[0]).toMatchObject({ physical: EPT_TABLE, guestPhysical: 0x189000, bits: ["R", "W", "X"] });
    expect(found.references[3]!.bits).toContain("A");
  });

  it("knows whether the guest may load CR3 as it likes", () => {
    expect(cr3Exits(session)).toBe(false);
    expect(cr3Exits(run({ guest: "", fields: { primaryControls: 0x8400e172 } }))).toBe(true);
  });

  it("shows the memory type of a page, and which bits of an entry are a misconfiguration", () => {
    expect(walk(0x300000, "guest-physical").references.map(({ bits }) => bits.at(-1))).toEqual(["X", "X", "X", "WB"]);
    const bad = run({ guest: "mov eax, [0x300000]", before: "mov byte [0x185008], 0x97", fields: EPT });
    const { exit } = bad.inspect({ kind: "vmx-exit", index: null });
    expect(exit!.sentence.en).toContain("in the EPT PDE, bits 5:3 give the memory type 2, which is reserved.");
    const { walk: ended } = bad.inspect({
      kind: "vmx-walk",
      address: 0x300000,
      space: "linear",
      access: "read",
      user: false,
    });
    expect(ended!.references.at(-1)).toMatchObject({ verdict: "misconfiguration", bits: ["R", "W", "X", "2", "PS"] });
    expect(ended!.references.at(-1)!.words.en).toContain("memory type 2, which is reserved: EPT misconfiguration");
  });

  it("walks a guest-physical address through EPT alone", () => {
    const found = walk(0x300000, "guest-physical");
    expect(found.references).toHaveLength(4);
    expect(found.most).toBe(4);
    expect(found.outcome.physical).toBe(0x300000);
  });

  it("says where it ends: the guest's own page fault, a violation", () => {
    expect(walk(0x80000000)).toMatchObject({ outcome: { kind: "page-fault", errorCode: 0, physical: null } });
    expect(walk(0x80000000).references.at(-1)).toMatchObject({ table: "guest-pde", verdict: "page-fault" });
    const out = walk(0x500000, "guest-physical", "write");
    expect(out.outcome).toMatchObject({ kind: "ept-violation", guestPhysical: 0x500000 });
    expect(out.outcome.qualification! & 7).toBe(2);
    expect(out.references.at(-1)).toMatchObject({ table: "ept-pde", verdict: "violation" });
  });

  it("leads the page inspectors to the guest's tables, wherever EPT has put them", () => {
    // Guest-physical 200000h to 3FFFFFh lies at 400000h: tables at 389000h are at 589000h.
    const moved: Hypervisor = {
      guest: "mov eax, [0x00201000]",
      before: `
      mov dword [0x185008], 0x4000b7
      mov dword [0x589000], 0x38a007
      mov ecx, 512
      mov edi, 0x58a000
      mov eax, 7
    fill: stosd
      add eax, 0x1000
      loop fill
      mov dword [0x58a804], 0x207007`,
      fields: { ...EPT, guestCr3: 0x389000 },
    };
    const far = load(hypervisor(moved), { memoryMiB: 8 });
    go(far, TO_END);
    expect(stepsOf(far, "vm-exit")).toHaveLength(1);
    go(far, { kind: "seek", step: stepsOf(far, "vm-exit")[0]! - 1 });
    const ask = { access: "read", user: false } as const;
    const { physical, tlb, outcome } = far.inspect({ kind: "walk", linear: 0x201000, ...ask });
    expect(physical.levels.map(({ address, host, raw }) => [address, host, raw & ~0x60])).toEqual([
      [0x389000, 0x589000, 0x38a007],
      [0x38a804, 0x58a804, 0x207007],
    ]);
    expect(physical.result).toMatchObject({ ok: true, physical: 0x207000, host: 0x407000 });
    expect(outcome.physical).toBe(0x407000);
    expect(tlb.every(({ stale }) => stale.length === 0)).toBe(true);
    const { physical: tree } = far.inspect({ kind: "paging", open: { physical: [0], guest: [] }, changes: false });
    expect(tree.runs[0]).toMatchObject({ kind: "table", frame: 0x38a000, present: 513 });
    expect(far.readMemory("guest-linear", 0x201000, 1)).toEqual([0]);
    // Beyond EPT.
    expect(far.inspect({ kind: "walk", linear: 0x100000, ...ask }).physical.result).toMatchObject({ ok: true });
    const [end] = far.inspect({ kind: "vmx-exits", axis: "step", buckets: 1 }).reasons;
    expect(end).toMatchObject({ reason: 18 });
  });

  it("says what VPID keeps", () => {
    expect(walk(0x300000).vpidWords.en).toContain("VPID is off");
    const tagged = run({ ...paged, fields: { ...paged.fields, secondaryControls: 0x22, vpid: 5 } });
    const found = tagged.inspect({ kind: "vmx-walk", address: 0x300000, space: "linear", access: "read", user: false })
      .walk!;
    expect(found.vpid).toBe(5);
    expect(found.tlb).toMatchObject([{ buffer: "data", frame: 0x300000, answers: true, stale: false }]);
  });
});
