import { describe, expect, test } from "vitest";
import { STOP_WORLD } from "../../src/cpu/api.ts";
import { GP, UD } from "../../src/cpu/fault.ts";
import { EBX } from "../../src/cpu/state.ts";
import { HOLDS, type VmxRule, type VmxUnit } from "../../src/cpu/vmx/unit.ts";
import { VMX } from "../../src/isa/rows-vmx.ts";
import { check, type Setting } from "./check.ts";
import { type Computer, DATA } from "./computer.ts";

/** A line for each row of VT-x; DATA is where the operands stand. */
const LINES = [
  `vmxon [${DATA}]`,
  `vmclear [${DATA}]`,
  `vmptrld [${DATA}]`,
  `vmptrst [${DATA}]`,
  "vmread eax, ebx",
  `vmread [${DATA}], ebx`,
  "vmwrite eax, ebx",
  `vmwrite eax, [${DATA}]`,
  "vmcall",
  "vmlaunch",
  "vmresume",
  "vmxoff",
  "vmfunc",
  `invept eax, [${DATA}]`,
  `invvpid eax, [${DATA}]`,
];

describe("without VT-x its instructions do not exist", () => {
  for (const line of LINES) {
    test(line, () => {
      for (const ring of [0, 1, 3]) check(line, "#UD +0", { ring });
    });
  }
});

/** A unit of a processor that never enters a guest. */
class Idle {
  nonRoot = false;
  readonly watches = false;
  readonly interruptsExit = false;
  readonly cr0Fixed = 0;
  refresh(): void {}
  boundary = (): null => null;
  stepped(): void {}
  stepsUntilBoundary = (): number => Number.POSITIVE_INFINITY;
  sleepUntilBoundary = (): number => Number.POSITIVE_INFINITY;
  exitByInterrupt(): void {}
  intercepts = (): { reason: number } | null => null;
  interceptsException = (): null => null;
  beginSoftware(): void {}
  beginDelivery(): void {}
  endDelivery(): void {}
  exitByTaskSwitch(): never {
    throw new Error("no guest");
  }
  readCr0 = (real: number): number => real;
  readCr4 = (real: number): number => real;
  writeCr0 = (_real: number, value: number): number => value;
  writeCr4 = (_real: number, value: number): number => value;
  tscOffset = (): readonly [number, number] => [0, 0];
  beginIret(): void {}
  endIret(): void {}
  readMsr = (): null => null;
  takesMsr = (): boolean => false;
  writeMsr = (): boolean => false;
}

/** A unit that notes what it is told, and refuses what `refuse` gives a vector for. */
class Told extends Idle implements VmxUnit {
  readonly calls: string[] = [];
  current = true;
  left = (): void => {};
  private readonly refuse: Partial<Record<VmxRule, number>>;

  constructor(refuse: Partial<Record<VmxRule, number>>) {
    super();
    this.refuse = refuse;
  }

  judge(_insn: unknown, rule: VmxRule): number {
    this.calls.push(rule);
    return this.refuse[rule] ?? HOLDS;
  }
  succeed(): void {
    this.calls.push("succeed");
  }
  requireCurrent(): boolean {
    return this.current;
  }
  exit({ reason }: { readonly reason: number }): void {
    this.calls.push(`left for ${reason}`);
    this.nonRoot = false;
    this.left();
  }
  private tell(...parts: readonly (string | number)[]): void {
    this.calls.push(parts.map((part) => (typeof part === "number" ? part.toString(16) : part)).join(" "));
  }
  vmxon = (pointer: () => number): void => this.tell("vmxon", pointer());
  vmxoff = (): void => this.tell("vmxoff");
  vmclear = (pointer: number): void => this.tell("vmclear", pointer);
  vmptrld = (pointer: number): void => this.tell("vmptrld", pointer);
  vmptrst = (): number => (this.current ? 0x9000_5000 : -1);
  vmread = (encoding: number): number | null => {
    this.tell("vmread", encoding);
    return this.current ? 0x1234_5678 : null;
  };
  vmwrite = (encoding: number, value: number): void => this.tell("vmwrite", encoding, value);
  vmlaunch = (): void => this.tell("vmlaunch");
  vmresume = (): void => this.tell("vmresume");
  vmcall = (): void => this.tell("vmcall");
  invept = (type: number, descriptor: () => readonly number[]): void =>
    this.tell("invept", type, ...(type === 1 ? descriptor() : []));
  invvpid = (type: number, descriptor: () => readonly number[]): void => this.tell("invvpid", type, ...descriptor());
  vmfunc = (): void => this.tell("vmfunc");
}

interface Case extends Setting {
  readonly refuse?: Partial<Record<VmxRule, number>>;
  /** There is no current VMCS. */
  readonly none?: boolean;
}

/** Runs a line with such a unit: what happened, and what the unit was told. */
function told(line: string, expected: string, setting: Case = {}): void {
  check(line, expected, {
    ...setting,
    prepare: (computer) => {
      const { memory, cpu } = computer;
      const unit = new Told(setting.refuse ?? {});
      unit.current = setting.none !== true;
      cpu.vmx = unit;
      cpu.gpr[EBX] = 0x4402;
      memory.write32(DATA, 0x7000);
      memory.write32(DATA + 4, 1);
      memory.write32(DATA + 8, 0x2222);
      memory.write32(DATA + 12, 0x3333);
      setting.prepare?.(computer);
    },
    show: (computer) => `${(computer.cpu.vmx as Told).calls.join(", ")}${setting.show?.(computer) ?? ""}`,
  });
}

describe("the gate asks in the manual's order", () => {
  test("VMX operation, then the exit, then the CPL", () => {
    told("vmlaunch", "done: vmx-operation, vmlaunch");
    told("vmlaunch", "#GP(0) +0: vmx-operation", { ring: 3 });
    told("vmlaunch", "#UD +0: vmx-operation", { ring: 3, refuse: { "vmx-operation": UD } });
  });
  test("VMXON: CR4.VMXE, the exit, the CPL, then what forbids to enter", () => {
    told(`vmxon [${DATA}]`, "done: vmx-enabled, vmxon-allowed, vmxon 100007000");
    told(`vmxon [${DATA}]`, "#GP(0) +0: vmx-enabled", { ring: 1 });
    told(`vmxon [${DATA}]`, "#GP(0) +0: vmx-enabled, vmxon-allowed", { refuse: { "vmxon-allowed": GP } });
    told(`vmxon [${DATA}]`, "#UD +0: vmx-enabled", { ring: 3, refuse: { "vmx-enabled": UD } });
  });
  test("VMFUNC at any CPL", () => {
    told("vmfunc", "done: vm-functions, vmfunc", { ring: 3 });
    told("vmfunc", "#UD +0: vm-functions", { refuse: { "vm-functions": UD } });
  });
  test("real mode is #UD, but for the exit of VMCALL", () => {
    const real: Case = {
      prepare: ({ cpu }) => {
        cpu.state.cr0 &= ~1;
      },
    };
    told("vmlaunch", "#UD +0: vmx-operation", real);
    told(`vmxon [${DATA}]`, "#UD +0: vmx-enabled", real);
    told("vmcall", "#UD +0: vmx-operation", real);
  });
  test("MOV DR leaves the guest before #UD and #GP, which it finds when it is begun again", () => {
    const inGuest = (setting: Setting): Case => ({
      ...setting,
      prepare: (computer) => {
        const unit = computer.cpu.vmx as Told;
        unit.nonRoot = true;
        unit.intercepts = () => ({ reason: 29 });
        unit.left = () => computer.cpu.requestStop(STOP_WORLD);
        setting.prepare?.(computer);
      },
    });
    const extensions: Setting = {
      prepare: ({ cpu }) => {
        cpu.state.cr4 |= 8;
      },
    };
    told("mov eax, dr0", "done: left for 29", inGuest({}));
    told("mov eax, dr0", "#GP(0) +0: left for 29", inGuest({ ring: 3 }));
    told("mov dr4, eax", "#UD +0: left for 29", inGuest(extensions));
  });
});

describe("operands", () => {
  const eax = { show: ({ cpu }: Computer) => `; ${(cpu.gpr[0]! >>> 0).toString(16)}` };
  const stored = {
    show: ({ memory }: Computer) => `; ${[0, 4].map((at) => (memory.read32(DATA + at) >>> 0).toString(16)).join(" ")}`,
  };
  const PREFACE = "vmx-operation";

  test("pointers are 64 bits of memory", () => {
    told(`vmclear [${DATA}]`, `done: ${PREFACE}, vmclear 100007000`);
    told(`vmptrld [${DATA}]`, `done: ${PREFACE}, vmptrld 100007000`);
    told(`vmptrst [${DATA}]`, `done: ${PREFACE}, succeed; 90005000 0`, stored);
    told(`vmptrst [${DATA}]`, `done: ${PREFACE}, succeed; ffffffff ffffffff`, { none: true, ...stored });
  });
  test("VMREAD writes its destination, and says so afterwards", () => {
    told("vmread eax, ebx", `done: ${PREFACE}, vmread 4402, succeed; 12345678`, eax);
    told(`vmread [${DATA}], ebx`, `done: ${PREFACE}, vmread 4402, succeed; 12345678 1`, stored);
    told("vmread eax, ebx", `done: ${PREFACE}, vmread 4402; 0`, { none: true, ...eax });
  });
  test("VMWRITE reads its source only where there is a current VMCS", () => {
    told("vmwrite ebx, ebx", `done: ${PREFACE}, vmwrite 4402 4402`);
    told(`vmwrite ebx, [${DATA}]`, `done: ${PREFACE}, vmwrite 4402 7000`);
    told("vmwrite ebx, [cs:-1]", `done: ${PREFACE}`, { none: true });
  });
  test("INVEPT and INVVPID read 16 bytes when the unit asks", () => {
    told(`mov eax, 1\ninvept eax, [${DATA}]`, `done: ${PREFACE}, invept 1 7000 1 2222 3333`);
    told(`invept eax, [${DATA}]`, `done: ${PREFACE}, invept 0`);
    told(`invvpid eax, [${DATA}]`, `done: ${PREFACE}, invvpid 0 7000 1 2222 3333`);
  });
  test("the others have none", () => {
    for (const name of ["vmcall", "vmresume", "vmxoff"]) told(name, `done: ${PREFACE}, ${name}`);
  });
  test("faults are those of memory", () => {
    const absent: Case = {
      prepare: (c) => {
        c.page();
        c.memory.write32(c.pte(DATA + 0x1000), 0);
      },
    };
    const at = (DATA + 0x1000).toString(16);
    told(`vmptrld [${DATA + 0xffc}]`, `#PF(0)@${at} +0: ${PREFACE}`, absent);
    told(`vmptrst [${DATA + 0xffc}]`, `#PF(2)@${at} +0: ${PREFACE}; 7000 1`, { ...absent, ...stored });
    told(`vmread [${DATA + 0xffe}], ebx`, `#PF(2)@${at} +0: ${PREFACE}, vmread 4402`, absent);
    told(`invvpid eax, [${DATA + 0xff8}]`, `#PF(0)@${at} +0: ${PREFACE}`, absent);
  });
});

test("the lines have every instruction of the family", () => {
  const mnemonics = LINES.map((line) => line.split(" ")[0]);
  expect(new Set(mnemonics)).toEqual(new Set(Object.values(VMX).map(({ mnemonic }) => mnemonic)));
});
