import { describe, expect, test } from "vitest";
import { EBX, ECX } from "../../src/cpu/state.ts";
import { type FieldName, VMCS_FIELDS } from "../../src/isa/vmcs.ts";
import type { ControlId } from "../../src/isa/vmx-controls.ts";
import { Machine } from "../../src/machine/machine.ts";
import {
  BITMAP,
  DATA,
  EPT_TABLE,
  GUEST,
  HANDLERS,
  HOST,
  IDT,
  LIST,
  OTHER_PML4,
  PAGES,
  PDPT,
  PML4,
  SIZE,
  VMCS,
  VMCS_2,
  VmxWorld,
} from "./vmx-world.ts";

const WINDOW: ControlId = "interrupt-window-exiting";
const MTF_INJECTED = 0x80000700 | 0;
const EXTERNAL = 0x80000020 | 0;
const NMI = 0x80000202 | 0;
const DB_INJECTED = 0x80000301 | 0;
const handler = (vector: number) => (HANDLERS + vector * 4 - 0x10000).toString(16);

test("a guest is entered and left", () => {
  expect(new VmxWorld().guest("nop").left).toBe("10 +1");
});

describe("ports", () => {
  test("a repeat prefix before IN and OUT repeats nothing, and lets nobody past the VMM", () => {
    for (const line of ["db 0xf3\nout 0x80, al", "db 0xf2\nin al, dx", "db 0xf3\nin eax, 0x80"]) {
      const world = new VmxWorld();
      world.on("unconditional-io-exiting");
      world.cpu.gpr[ECX] = 0;
      expect(world.guest(line).left).toBe("30 +0");
      expect(world.ports).toEqual([]);
    }
  });
  test("INS and OUTS with a count of 0 touch none", () => {
    const world = new VmxWorld();
    world.on("unconditional-io-exiting");
    world.cpu.gpr[ECX] = 0;
    expect(world.guest("rep outsb").left).toBe("10 +2");
  });
});

describe("what is injected", () => {
  test("takes the place of pending debug exceptions (27.7.3)", () => {
    const world = new VmxWorld();
    world.fields({ guestPendingDebugExceptions: 0x4000, entryInterruptionInformation: EXTERNAL, guestRflags: 0x202 });
    expect(world.enter().left).toBe(`10 +${handler(0x20)}`);
    expect(world.hex("guestPendingDebugExceptions")).toBe("0");
    expect(world.cpu.state.dr6 & 0x4000).toBe(0);
  });
  test("leaves DR7 alone where it is #DB (27.6.1.1)", () => {
    const world = new VmxWorld();
    world.on("load-debug-controls", "save-debug-controls");
    world.fields({ guestDr7: 0x2400, entryInterruptionInformation: DB_INJECTED });
    expect(world.enter().left).toBe(`10 +${handler(1)}`);
    expect(world.hex("guestDr7")).toBe("2400");
  });
  test("NMI: blocking is in effect before its delivery leaves the guest (28.1)", () => {
    const world = new VmxWorld();
    world.ept();
    world.memory.write32(0xd000 + (IDT >>> 12) * 8, 0);
    world.fields({ entryInterruptionInformation: NMI });
    expect(world.enter().left).toBe("48 +0");
    expect(world.hex("guestInterruptibilityState")).toBe("8");
    expect(world.hex("idtVectoringInformation")).toBe("80000202");
  });
  test("nothing blocks by STI or MOV SS where delivery leaves the guest (28.1)", () => {
    const world = new VmxWorld();
    world.ept();
    world.memory.write32(0xd000 + (IDT >>> 12) * 8, 0);
    world.fields({ guestInterruptibilityState: 2 });
    expect(world.guest("int 0x30").left).toBe("48 +0");
    expect(world.hex("guestInterruptibilityState")).toBe("0");
  });
  test("a fault in its delivery is followed by the monitor trap flag's exit", () => {
    const world = new VmxWorld();
    world.on("monitor-trap-flag");
    world.memory.write32(IDT + 0x20 * 8 + 4, 0);
    world.fields({ entryInterruptionInformation: EXTERNAL, guestRflags: 0x202 });
    expect(world.enter().left).toBe(`37 +${handler(13)}`);
  });
  test("a double fault that faults is a triple fault, which no event was being delivered in", () => {
    const world = new VmxWorld();
    world.memory.write32(IDT + 8 * 8 + 4, 0);
    world.fields({ entryInterruptionInformation: 0x80000b08 | 0 });
    expect(world.enter().left).toBe("2 +0");
    expect(world.hex("idtVectoringInformation")).toBe("0");
  });
  test("a double fault out of its delivery that exits directly did not happen in it (28.2.4)", () => {
    const world = new VmxWorld();
    world.memory.write32(IDT + 13 * 8 + 4, 0);
    world.fields({ exceptionBitmap: 1 << 8, entryInterruptionInformation: 0x80000b0d | 0 });
    expect(world.enter().left).toBe("0 +0");
    expect(world.hex("exitInterruptionInformation")).toBe("80000b08");
    expect(world.hex("idtVectoringInformation")).toBe("0");
  });
  test("a pending MTF exit leaves the pending debug exceptions", () => {
    const world = new VmxWorld();
    world.fields({ guestPendingDebugExceptions: 0x4000, entryInterruptionInformation: MTF_INJECTED });
    expect(world.enter().left).toBe("37 +0");
    expect(world.hex("guestPendingDebugExceptions")).toBe("4000");
  });
});

describe("debug state", () => {
  test("a pending breakpoint of the VMM's making is delivered, and its bits reach DR6", () => {
    const world = new VmxWorld();
    world.fields({ guestPendingDebugExceptions: 0x1001 });
    expect(world.enter().left).toBe(`10 +${handler(1)}`);
    expect(world.cpu.state.dr6 & 0xffff).toBe(0x0ff1);
  });
  test("without BS or bit 12 there is none", () => {
    const world = new VmxWorld();
    world.fields({ guestPendingDebugExceptions: 1 });
    expect(world.enter().left).toBe("10 +0");
  });
  test("bits 15, 14 and 12 of DR7 are loaded as 0, bit 10 as 1 (27.3.2.1)", () => {
    const world = new VmxWorld();
    world.on("load-debug-controls", "save-debug-controls");
    world.fields({ guestDr7: 0xd000 });
    expect(world.enter().hex("guestDr7")).toBe("400");
  });
  test("BS need not be set while IA32_DEBUGCTL.BTF is", () => {
    const world = new VmxWorld();
    world.fields({ guestInterruptibilityState: 2, guestRflags: 0x102, guestDebugctl: 2 });
    expect(world.enter().left).toBe("10 +0");
  });
});

describe("RF", () => {
  test("is what the frame would have had where a fault's delivery leaves the guest (28.3.3)", () => {
    const world = new VmxWorld();
    world.ept();
    world.memory.write32(0xd000 + (IDT >>> 12) * 8, 0);
    expect(world.guest("ud2").left).toBe("48 +0");
    expect(world.vmcs.get("guestRflags") & 0x10000).toBe(0x10000);
  });
});

describe("activity", () => {
  test("a processor that is shut down leaves for no interrupt window", () => {
    const world = new VmxWorld();
    world.on("interrupt-window-exiting");
    world.fields({ guestActivityState: 2, guestRflags: 0x202, exitReason: 0 });
    world.enter();
    world.cpu.run(10);
    expect(world.vmcs.get("exitReason")).toBe(0);
    expect(world.cpu.state.activity).toBe(2);
  });
});

describe("lists of MSRs", () => {
  test("one that cannot be stored is a VMX abort (28.4, 28.7)", () => {
    for (const entry of [
      [0x999, 0],
      [0x174, 1],
    ] as const) {
      const world = new VmxWorld();
      world.memory.write32(LIST, entry[0]);
      world.memory.write32(LIST + 4, entry[1]);
      world.fields({ exitMsrStoreCount: 1, exitMsrStoreAddress: LIST });
      world.enter();
      expect(world.memory.read32(world.vmcs.pointer + 4)).toBe(1);
      expect(world.cpu.state.activity).toBe(2);
    }
  });
  test("may not reach beyond 32 bits (27.2.1.2)", () => {
    const world = new VmxWorld();
    world.fields({ entryMsrLoadCount: 2, entryMsrLoadAddress: 0xfffffff0 | 0 });
    world.enter();
    expect(world.vmcs.get("vmInstructionError")).toBe(7);
  });
  test("store the time-stamp counter as it is, without the guest's offset", () => {
    const world = new VmxWorld();
    world.on("use-tsc-offsetting");
    world.memory.write32(LIST, 0x10);
    world.fields({ exitMsrStoreCount: 1, exitMsrStoreAddress: LIST, tscOffset: 0x100_0000 });
    world.enter();
    expect(world.memory.read32(LIST + 8)).toBeLessThan(0x10_0000);
  });
});

describe("checks", () => {
  test("a link pointer may name another region with the right revision (27.3.1.5)", () => {
    const linked = (pointer: number) => {
      const world = new VmxWorld();
      world.vmcs.set64("vmcsLinkPointer", pointer, 0);
      return world.enter().left;
    };
    expect(linked(VMCS_2)).toBe("10 +0");
    expect(linked(DATA)).toBe("failed 33");
    expect(linked(VMCS_2 + 8)).toBe("failed 33");
    expect(linked(0x2000)).toBe("failed 33");
  });
});

test("a real-mode guest that loads a segment register that was unusable can be entered again", () => {
  const world = new VmxWorld();
  world.ept();
  world.on("unrestricted-guest");
  world.fields({ guestCr0: 0x30, guestDsAccessRights: 0x10000, guestRip: GUEST });
  expect(world.guest("xor eax, eax\nmov ds, eax").left).toBe("10 +4");
  expect(world.hex("guestDsLimit")).toBe("ffff");
  expect(world.enter().left).toBe("10 +4");
});

describe("INVEPT and INVVPID", () => {
  test("need no current VMCS", () => {
    for (const line of ["invept eax, [0x12000]", "invvpid eax, [0x12000]"]) {
      const world = new VmxWorld();
      world.cpu.state.vmcsPointer = -1;
      world.cpu.refresh();
      world.root(`mov eax, 2\nstc\n${line}`);
      expect(world.cpu.getEflags() & 0x41).toBe(0);
    }
  });
});

describe("a VMCS that plain stores change while its guest runs", () => {
  const offset = (name: FieldName) => VMCS + VMCS_FIELDS[name].offset;
  /** The guest's registers and memory after so many steps, made so many at a time. */
  const ran = (steps: number, atATime: number, source: string, on: readonly ControlId[]) => {
    const world = new VmxWorld();
    world.on(...on);
    world.ept();
    for (let page = 0; page < 512; page++) world.memory.write32(EPT_TABLE + page * 8, (page << 12) | 0x37);
    // Another EPT, which has DATA elsewhere.
    for (let at = 0; at < 0x1000; at += 4)
      world.memory.write32(OTHER_PML4 + 0x8000 + at, world.memory.read32(EPT_TABLE + at));
    world.memory.write32(OTHER_PML4 + 0x8000 + (DATA >>> 12) * 8, 0x50037);
    world.memory.write32(OTHER_PML4, (OTHER_PML4 + 0x6000) | 7);
    world.memory.write32(OTHER_PML4 + 0x6000, (OTHER_PML4 + 0x7000) | 7);
    world.memory.write32(OTHER_PML4 + 0x7000, (OTHER_PML4 + 0x8000) | 7);
    world.memory.write32(DATA, 0x1111);
    world.memory.write32(0x50000, 0x2222);
    world.put(GUEST, source);
    world.cpu.run(1);
    for (let made = 0; made < steps; ) made += Math.max(1, world.cpu.run(Math.min(atATime, steps - made)));
    return [...world.cpu.state.words];
  };
  const CASES: readonly (readonly [string, string, readonly ControlId[]])[] = [
    ["the EPT pointer", `mov dword [${offset("eptPointer")}], ${OTHER_PML4 | 0x1e}\nnop\nnop\nmov eax, [${DATA}]`, []],
    [
      "the monitor trap flag",
      `or dword [${offset("primaryControls")}], ${1 << 27}\nmov eax, 1\nmov eax, 2\nmov eax, 3`,
      [],
    ],
    ["interrupt windows", `or dword [${offset("primaryControls")}], 4\nsti\nmov eax, 2\nmov eax, 3\nmov eax, 4`, []],
    ["the same taken away", `and dword [${offset("primaryControls")}], ~4\nsti\nmov eax, 2\nmov eax, 3`, [WINDOW]],
  ];
  for (const [name, source, on] of CASES) {
    test(`${name}: it runs the same however often one looks`, () => {
      expect(ran(4, 1, source, on)).toEqual(ran(4, 4, source, on));
      expect(ran(4, 2, source, on)).toEqual(ran(4, 4, source, on));
    });
  }
});

describe("what the TLB keeps", () => {
  test("INVLPG in a guest drops what its VPID has under other EPT pointers too (29.4.3.1)", () => {
    const world = new VmxWorld();
    world.on("enable-vpid", "enable-vm-functions");
    world.ept();
    world.memory.write32(OTHER_PML4, PDPT | 7);
    world.memory.write32(BITMAP, PML4 | 0x1e);
    world.memory.write32(BITMAP + 8, OTHER_PML4 | 0x1e);
    world.memory.write32(DATA, 0x1111);
    world.memory.write32(0x50000, 0x2222);
    world.fields({ vpid: 1, vmFunctionControls: 1, eptpListAddress: BITMAP });
    const pte = PAGES + 0x1000 + (DATA >>> 12) * 4;
    const change = `mov dword [${pte}], 0x50007`;
    const switchTo = (index: number) => `xor eax, eax\nmov ecx, ${index}\nvmfunc`;
    world.guest(`mov ebx, [${DATA}]\n${switchTo(1)}\n${change}\ninvlpg [${DATA}]\n${switchTo(0)}\nmov ebx, [${DATA}]`);
    expect(world.vmcs.get("exitReason")).toBe(10);
    expect(world.cpu.gpr[EBX]).toBe(0x2222);
  });
  test("a translation made with CR0.WP clear does not let a guest write that is entered with it set", () => {
    const world = new VmxWorld();
    world.on("enable-vpid");
    world.fields({ vpid: 1 });
    world.memory.write32(PAGES + 0x1000 + (DATA >>> 12) * 4, DATA | 5);
    expect(world.guest(`mov [${DATA}], eax`).vmcs.get("exitReason")).toBe(10);
    world.fields({ guestCr0: world.vmcs.get("guestCr0") | 0x10000, guestRip: GUEST, exceptionBitmap: 1 << 14 });
    expect(world.enter().left).toBe("0 +0");
  });
});

describe("shut down", () => {
  test("a guest that is entered so sleeps until the preemption timer leaves it (26.5.1)", () => {
    const machine = new Machine({ memoryBytes: SIZE, whatIf: [], vmx: true });
    const world = new VmxWorld(machine);
    world.put(HOST, "vmlaunch\nhlt\nhlt");
    world.on("activate-preemption-timer");
    world.fields({ guestActivityState: 2, guestRflags: 0x202, preemptionTimerValue: 5000 });
    machine.run(100);
    expect(world.left).toBe("52 +0");
    expect(world.hex("guestActivityState")).toBe("2");
    expect(machine.outcome).toBe("halted");
    expect(machine.idle).toBeGreaterThan(4000);
  });
  test("without one the computer is", () => {
    const machine = new Machine({ memoryBytes: SIZE, whatIf: [], vmx: true });
    const world = new VmxWorld(machine);
    world.fields({ guestActivityState: 2 });
    machine.run(100);
    expect(machine.outcome).toBe("shutdown");
  });
});
