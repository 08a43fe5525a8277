import { describe, expect, it } from "vitest";
import type { EventView } from "../../src/session/types.ts";
import { go, type Hypervisor, hypervisor, load, TO_END, VMCS_REGION, VMXON_REGION } from "./hypervisor.ts";

const PRIMARY = 0x84006172;
const HLT = 0x80;
const CR3_LOAD = 1 << 15;
const ALWAYS_IO = 1 << 24;
const IO_BITMAPS = 1 << 25;
const MSR_BITMAPS = 1 << 28;

/** Events of VT-x in a run to the end. */
function vmx(text: string | Hypervisor): readonly EventView[] {
  const session = load(typeof text === "string" ? text : hypervisor(text));
  go(session, TO_END);
  return session.events(0, 1000).filter(({ kind }) => kind.startsWith("vm-"));
}
const exitsOf = (what: Hypervisor) => vmx(what).filter(({ kind }) => kind === "vm-exit");
const only = (events: readonly EventView[], kind: string) => events.filter((event) => event.kind === kind);

describe("what VT-x does, in the event log", () => {
  it("tells entries and exits in turn, with the lines that did it", () => {
    const events = vmx({ guest: "mov eax, 1\ncpuid" });
    expect(events.map(({ kind }) => kind)).toEqual(["vm-entry", "vm-exit", "vm-entry", "vm-exit"]);
    expect(events.map(({ row }) => row)).toEqual(["vmlaunch", "cpuid", "vmresume", "vmcall"]);
    const lines = hypervisor({ guest: "mov eax, 1\ncpuid" }).split("\n");
    expect(events.map(({ source }) => lines[source!.line - 1]!.trim())).toEqual([
      "vmlaunch",
      "cpuid",
      "vmresume",
      "vmcall",
    ]);
    expect(events[0]!.reason.en).toMatch(/^VMLAUNCH passed every check .* went into the guest at 0x/);
    expect(events[1]!.title.en).toBe("VM exit 10: CPUID");
    expect(events[1]!.reason.en).toMatch(
      /^CPUID of leaf 0x1 at 0x[0-9a-f]+ left the guest: exit reason 10\. CPUID always exits\.$/,
    );
  });

  it.each<[string, Hypervisor, RegExp]>([
    ["HLT", { guest: "hlt", fields: { primaryControls: PRIMARY | HLT } }, /exit reason 12, because “HLT exiting” is 1/],
    [
      "I/O without bitmaps",
      { guest: "mov dx, 0x3f8\nin al, dx", fields: { primaryControls: PRIMARY | ALWAYS_IO } },
      /^IN of 1 byte at port 0x3f8 .*exit reason 30, because “Unconditional I\/O exiting” is 1/,
    ],
    [
      "I/O by bitmap A",
      {
        guest: "mov dx, 0x3f8\nout dx, al",
        before: "mov byte [0x18607f], 1",
        fields: { primaryControls: PRIMARY | IO_BITMAPS, ioBitmapA: 0x186000, ioBitmapB: 0x187000 },
      },
      /^OUT of 1 byte at port 0x3f8 .*: bit 0x3f8 of I\/O bitmap A is 1/,
    ],
    [
      "I/O by bitmap B",
      {
        guest: "mov dx, 0x9000\nin eax, dx",
        before: "mov byte [0x187200], 4",
        fields: { primaryControls: PRIMARY | IO_BITMAPS, ioBitmapA: 0x186000, ioBitmapB: 0x187000 },
      },
      /^IN of 4 bytes at port 0x9000 .*: of the bits 0x1000-0x1003 of I\/O bitmap B one is 1/,
    ],
    [
      "RDMSR without bitmaps",
      { guest: "mov ecx, 0x174\nrdmsr" },
      /^RDMSR of MSR 0x174 .*because “Use MSR bitmaps” is 0/,
    ],
    [
      "WRMSR beyond the bitmaps",
      { guest: "mov ecx, 0x40000000\nwrmsr", fields: { primaryControls: PRIMARY | MSR_BITMAPS, msrBitmap: 0x188000 } },
      /^WRMSR of MSR 0x40000000 .*: the MSR bitmaps do not reach to it/,
    ],
    [
      "MOV to CR3",
      { guest: "mov ebx, cr3\nmov cr3, ebx", fields: { primaryControls: PRIMARY | CR3_LOAD, cr3TargetCount: 1 } },
      /^MOV of 0x180000 \(EBX\) to CR3 .*“CR3-load exiting” is 1, and the value is none of the CR3-target values/,
    ],
    [
      "CLTS",
      { guest: "clts", fields: { cr0GuestHostMask: 8, cr0ReadShadow: 8 } },
      /^CLTS .*: TS belongs to the VMM .* reads it as 1/,
    ],
    [
      "an exception",
      { guest: "ud2", fields: { exceptionBitmap: 1 << 6 } },
      /^UD2 at 0x[0-9a-f]+ raised #UD, which left the guest .*: bit 6 of the exception bitmap is 1/,
    ],
    [
      "a page fault",
      { guest: "mov eax, [0x80000000]", fields: { exceptionBitmap: 1 << 14 } },
      /^MOV at 0x[0-9a-f]+ raised #PF\(0x0\).*linear address 0x80000000 is the exit qualification; CR2 is unchanged/,
    ],
    [
      "an EPT violation",
      { guest: "mov [0x600000], eax", fields: { secondaryControls: 2, eptPointer: 0x18301e } },
      /^EPT violation by MOV at 0x[0-9a-f]+: write to guest-physical 0x600000, but EPT maps nothing there/,
    ],
    [
      "an EPT violation by rights",
      {
        guest: "mov [0x300000], eax",
        before: "mov dword [0x185008], 0x2000b5",
        fields: { secondaryControls: 2, eptPointer: 0x18301e },
      },
      /write to guest-physical 0x300000, but the EPT entries allow only reads and fetches/,
    ],
    [
      "an EPT misconfiguration",
      {
        guest: "mov eax, [0x300000]",
        before: "mov dword [0x185008], 0x2000b6",
        fields: { secondaryControls: 2, eptPointer: 0x18301e },
      },
      /^EPT misconfiguration at guest-physical 0x300000, for MOV at 0x[0-9a-f]+: in the EPT PDE, bit 1 allows writes, but bit 0 no reads/,
    ],
    ["a triple fault", { guest: "ud2" }, /could not be delivered, and neither could the double fault/],
    [
      "VMX instructions at any CPL",
      { guest: "vmxoff" },
      /^VMXOFF at 0x[0-9a-f]+ left the guest: exit reason 26\. VMXOFF always exits\.$/,
    ],
  ])("says why the guest was left: %s", (_, what, sentence) => {
    const [first] = exitsOf(what);
    expect(first!.reason.en).toMatch(sentence);
    expect(first!.reason.zh).not.toBe("");
  });

  it("says which check of VMLAUNCH failed, which field, which value, which rule", () => {
    const [failed] = vmx({ guest: "", fields: { pinBasedControls: 0x96 } });
    expect(failed).toMatchObject({ kind: "vm-fail", row: "vmlaunch", title: { en: "VMX failure: VMLAUNCH, error 7" } });
    expect(failed!.reason.en).toContain("error 7, VM entry with an invalid control field");
    expect(failed!.reason.en).toContain("Pin-based controls: bits that must be 1 are");
    expect(failed!.reason.en).toContain("Pin-based execution controls = 0x00000096");
    expect(failed!.reason.en).toContain("bit 7, “Process posted interrupts”, is 1 and not allowed");
  });

  it("tells a failed entry from a failed instruction: the host goes on at HOST_RIP", () => {
    const [failed] = vmx({ guest: "", fields: { guestRflags: 0 } });
    expect(failed!.title.en).toBe("VMX failure: VMLAUNCH, entry failed (exit reason 33)");
    expect(failed!.reason.en).toContain("RFLAGS: bit 1 is 1");
    expect(failed!.reason.en).toContain("Guest RFLAGS = 0x00000000 (bit 1 is 0 and must be 1)");
  });

  it.each<[string, string, RegExp]>([
    ["a VMLAUNCH after one", "vmlaunch", /error 4.*enter by VMRESUME, or VMCLEAR it first/],
    ["a field that does not exist", "mov ecx, 0x1234\nvmread eax, ecx", /error 12.*No field has the encoding 0x1234/],
    [
      "a field that may not be written",
      "mov ecx, 0x4402\nvmwrite ecx, eax",
      /error 13.*“Exit reason” \(0x4402\) is exit information/,
    ],
    ["VMPTRLD of the VMXON region", "vmptrld [p_vmxon]", new RegExp(`error 10.*0x${VMXON_REGION.toString(16)} is`)],
    ["VMCALL in root operation", "vmcall", /error 1, .*there is nobody to call/],
    ["a VMCS elsewhere", "vmptrld [p_bad]", /error 9.*The address 0x123 is not 4 KiB aligned/],
    [
      "no VMCS at all",
      "vmclear [p_vmcs]\nvmread eax, ecx",
      /^VMREAD .*VMfailInvalid: CF = 1.*There is no current VMCS: VMPTRLD/,
    ],
    [
      "an error that nobody can read",
      "vmclear [p_vmcs]\nvmptrld [p_bad]",
      /VMfailInvalid.*It is error 9, .*but there is no current VMCS to hold the number.*0x123/,
    ],
    [
      "a VMXON region that is none",
      "vmxoff\nvmxon [p_none]",
      /^VMXON .*0x100000 is no VMXON region: its first dword is 0x[1-9a-f][0-9a-f]*, but it must be the revision identifier 0x52/,
    ],
    [
      "a region with another revision",
      "mov dword [0x184000], 0x53\nvmptrld [p_other]",
      /^VMPTRLD .*error 11.*0x184000 is no VMCS: its first dword is 0x53, but .* 0x52/,
    ],
  ])("says what is wrong with an instruction of VT-x: %s", (what, code, sentence) => {
    const launch = what === "a VMLAUNCH after one";
    const source = hypervisor({ guest: "", more: "p_bad: dq 0x123\np_none: dq 0x100000\np_other: dq 0x184000" });
    const changed = launch
      ? source.replace("done:\n", `done:\n${code}\n`)
      : source.replace("ready:\n", `ready:\n${code}\n`);
    const [failed] = only(vmx(changed), "vm-fail");
    expect(failed!.reason.en).toMatch(sentence);
  });

  it.each<[string, string, string, RegExp, string]>([
    [
      "CR4.VMXE",
      "vmxon [p_vmxon]\n",
      "mov bl, 0x10\nmov cr4, ebx\nvmxon [p_vmxon]\n",
      /^VMXON .*#UD;.* CR4\.VMXE \(bit 13\) must be 1 .*CR4 is 0x10\.$/,
      "CR4.VMXE（第 13 位）",
    ],
    [
      "paging and NE",
      "or eax, 0x80000021",
      "or eax, 1",
      /^VMXON .*#GP\(0x0\);.* wants CR0\.PG, CR0\.NE to be 1/,
      "CR0.PG、CR0.NE",
    ],
    [
      "the lock",
      "mov eax, 5",
      "mov eax, 4",
      /^VMXON .*#GP\(0x0\);.* \(MSR 3Ah\) is 0x4, but bit 2 .* and bit 0 \(lock\) must be 1\.$/,
      "0x4",
    ],
    ["VMX operation", "vmxon [p_vmxon]\n", "vmxoff\n", /^VMXOFF .*#UD;.* outside VMX operation/, "VMX 操作之外"],
    [
      "a CR4 with VMXE",
      "on:\n",
      "on:\nmov cr4, ebx\n",
      /^MOV .*#GP\(0x0\);.* CR4\.VMXE must stay 1: VMXOFF comes first\.$/,
      "VMXOFF",
    ],
    [
      "a CR0 with paging",
      "on:\n",
      "on:\nmov eax, 0x21\nmov cr0, eax\n",
      /^MOV .*#GP\(0x0\);.* the new value has CR0\.PG 0\.$/,
      "CR0.PG",
    ],
    ["none of VT-x", "on:\n", "on:\nmov eax, 0x11\nmov ds, ax\nmov fs, [0xffffffff]\n", /ring 0\.$/, "环 0"],
  ])("says which rule an instruction broke that wants %s", (_, line, instead, sentence, zh) => {
    const traps = `xor ebx, ebx
mov dword [0x188030], 0x80000 + (bad - $$)
mov dword [0x188034], 0x108e00
mov dword [0x188068], 0x80000 + (bad - $$)
mov dword [0x18806c], 0x108e00
lidt [idtr]
`;
    const source = hypervisor({ guest: "", more: "idtr: dw 0x7f\n  dd 0x188000\nbad: out 0xf4, al" })
      .replace(line, instead)
      .replace("  mov eax, cr4\n", `${traps}  mov eax, cr4\n`);
    const session = load(source);
    go(session, TO_END);
    const [fault] = session.events(0, 1000).filter(({ kind }) => kind === "exception");
    expect(fault!.reason.en).toMatch(sentence);
    expect(fault!.reason.zh).toContain(zh);
  });

  it("says of a VMX abort that it is none of the guest's triple faults", () => {
    const session = load(
      hypervisor({
        guest: "",
        before: "mov dword [0x188000], 0x999",
        fields: { exitMsrLoadCount: 1, exitMsrLoadAddress: 0x188000 },
      }),
    );
    go(session, TO_END);
    const last = session.events(0, 100).at(-1)!;
    expect(session.view().outcome).toBe("shutdown");
    expect(last).toMatchObject({ kind: "shutdown" });
    expect(last.reason.en).toMatch(
      /VMX abort 4: .* The VMCS at 0x182000 holds the indicator\. The host's MSRs could not be loaded\./,
    );
    expect(session.inspect({ kind: "vmcs", pointer: VMCS_REGION, changes: false }).shown).toMatchObject({ abort: 4 });
  });

  it("tells the same of a step that is made again", () => {
    const session = load(hypervisor({ guest: "mov eax, 1\ncpuid\nmov ecx, 0x174\nrdmsr" }));
    go(session, TO_END);
    const once = JSON.stringify(session.events(0, 100));
    go(session, { kind: "seek", step: 10 });
    go(session, { kind: "seek", step: session.view().lastStep });
    expect(JSON.stringify(session.events(0, 100))).toBe(once);
    // Another future is told anew.
    const [, exit] = session.events(0, 100).filter(({ kind }) => kind.startsWith("vm-"));
    go(session, { kind: "seek", step: exit!.step - 1 });
    session.edit({ kind: "set-register", name: "eax", value: 7 });
    go(session, TO_END);
    const [, again] = session.events(0, 100).filter(({ kind }) => kind.startsWith("vm-"));
    expect(again!.reason.en).toContain("CPUID of leaf 0x7");
  });

  it("knows who runs: root and non-root are two worlds of the bare machine", () => {
    const session = load(hypervisor({ guest: "nop\nnop" }));
    go(session, TO_END);
    const [entry, exit] = session.events(0, 100).filter(({ kind }) => kind.startsWith("vm-"));
    go(session, { kind: "seek", step: entry!.step });
    expect(session.view().current).toBe("inner-kernel");
    expect(session.view().occupants.map(({ who, world }) => `${who} ${world}`)).toEqual([
      "guest-kernel root",
      "guest-user root",
      "inner-kernel non-root",
      "inner-user non-root",
    ]);
    go(session, { kind: "seek", step: exit!.step });
    expect(session.view().current).toBe("guest-kernel");
    expect(session.timelinePoint("step", entry!.step).who).toBe("inner-kernel");
    expect(session.timelinePoint("step", exit!.step).who).toBe("guest-kernel");
    expect(session.timelinePoint("step", exit!.step).world).toBeNull();
    const shares = session.inspect({ kind: "summary" }).shares;
    const inner = shares.find(({ who }) => who === "inner-kernel")!;
    expect(inner.steps).toBe(exit!.step - entry!.step);
    expect(session.inspect({ kind: "vmcs", pointer: null, changes: false }).current).toBe(VMCS_REGION);
  });

  it("knows which instruction left the guest, and which was only in its way", () => {
    const session = load(hypervisor({ guest: "nop\ncpuid", fields: { primaryControls: PRIMARY | (1 << 27) } }));
    go(session, { ...TO_END, until: { kind: "exit", reason: null } });
    expect(session.view().transition[0]!.title.en).toBe("VM exit 37: Monitor trap flag");
    expect(session.inspect({ kind: "executed" }).instruction).toMatchObject({ how: "held-up" });
    const other = load(hypervisor({ guest: "nop\ncpuid" }));
    go(other, { ...TO_END, until: { kind: "exit", reason: null } });
    expect(other.inspect({ kind: "executed" }).instruction).toMatchObject({ text: "cpuid", how: "faulted" });
  });

  it("leaves machines without VT-x as they were", () => {
    const plain = hypervisor({ guest: "" }).replace("; processor: vt-x\n", "");
    const session = load(plain);
    go(session, TO_END);
    expect(session.view().occupants.map(({ who, world }) => [who, world])).toEqual([
      ["guest-kernel", undefined],
      ["guest-user", undefined],
    ]);
    expect(session.inspect({ kind: "vmcs", pointer: null, changes: true }).available).toBe(false);
    expect(session.inspect({ kind: "vmx-checks", pointer: null }).available).toBe(false);
    expect(session.inspect({ kind: "vmx-exit", index: null })).toMatchObject({
      available: false,
      exit: null,
      total: 0,
    });
  });
});
