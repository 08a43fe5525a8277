import { describe, expect, it } from "vitest";
import { CR0_NE, CR0_PE, CR0_PG, CR4_VMXE } from "../../src/isa/control.ts";
import { ROW_LIST } from "../../src/isa/rows.ts";
import { VMCS_FIELDS } from "../../src/isa/vmcs.ts";
import {
  CAPABILITY_MSRS,
  capabilityMsr,
  MSR_VMX_BASIC,
  MSR_VMX_CR0_FIXED0,
  MSR_VMX_CR4_FIXED0,
  MSR_VMX_CR4_FIXED1,
  MSR_VMX_ENTRY_CTLS,
  MSR_VMX_EPT_VPID_CAP,
  MSR_VMX_EXIT_CTLS,
  MSR_VMX_MISC,
  MSR_VMX_PINBASED_CTLS,
  MSR_VMX_PROCBASED_CTLS,
  MSR_VMX_PROCBASED_CTLS2,
  MSR_VMX_TRUE_ENTRY_CTLS,
  MSR_VMX_TRUE_EXIT_CTLS,
  MSR_VMX_TRUE_PINBASED_CTLS,
  MSR_VMX_TRUE_PROCBASED_CTLS,
  MSR_VMX_VMCS_ENUM,
  MSR_VMX_VMFUNC,
  VMCS_REVISION,
} from "../../src/isa/vmx-capabilities.ts";
import {
  CONTROL_SETS,
  type ControlSet,
  controlAt,
  DECIDERS,
  mayBeOne,
  mustBeOne,
  VMX_CONTROLS,
} from "../../src/isa/vmx-controls.ts";

const CHINESE = /[\u4e00-\u9fff]/;
const SETS: readonly ControlSet[] = Object.values(CONTROL_SETS);
const ALL = Object.values(VMX_CONTROLS);
const hex = (value: number): string => (value >>> 0).toString(16);

describe("VMX controls", () => {
  it("have each a bit of their own in the vector, in order, and a title", () => {
    for (const { id, controls } of SETS) {
      const bits = controls.map(({ bit }) => bit);
      expect(bits, id).toEqual([...new Set(bits)].sort((a, b) => a - b));
      for (const { mask, bit } of controls) expect(mask).toBe(1 << bit);
    }
    expect(SETS.flatMap(({ controls }) => controls)).toHaveLength(ALL.length);
    for (const { id, title, words, supported } of ALL) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(title.en, id).not.toBe("");
      expect(supported, id).toBe(words !== null);
      if (words === null) continue;
      expect(title.zh, id).toMatch(CHINESE);
      expect(words.en, id).toMatch(/\.$/);
      expect(words.zh, id).toMatch(/。$/);
    }
  });

  it("stand at the manual's bits", () => {
    const { pin, primary, secondary, exit, entry } = CONTROL_SETS;
    expect(controlAt(pin, 6)?.id).toBe("activate-preemption-timer");
    expect(controlAt(primary, 27)?.id).toBe("monitor-trap-flag");
    expect(controlAt(primary, 25)?.id).toBe("use-io-bitmaps");
    expect(controlAt(secondary, 7)?.id).toBe("unrestricted-guest");
    expect(controlAt(exit, 15)?.id).toBe("acknowledge-interrupt-on-exit");
    expect(controlAt(entry, 2)?.id).toBe("load-debug-controls");
    expect(controlAt(primary, 0)).toBeNull();
  });

  it("fix the bits to 1 that the manual gives, fewer by the TRUE MSRs", () => {
    const { pin, primary, secondary, exit, entry } = CONTROL_SETS;
    expect([pin, primary, secondary, exit, entry].map(({ default1 }) => hex(default1))).toEqual([
      "16",
      "401e172",
      "0",
      "36dff",
      "11ff",
    ]);
    expect([pin, primary, secondary, exit, entry].map((set) => hex(mustBeOne(set)))).toEqual([
      "16",
      "4006172",
      "0",
      "36dfb",
      "11fb",
    ]);
    for (const set of SETS) expect(hex(mayBeOne(set) & set.default1), set.id).toBe(hex(set.default1));
  });

  it("lie in 32-bit control fields", () => {
    for (const { field } of SETS) expect(VMCS_FIELDS[field]).toMatchObject({ width: 32, access: "control" });
  });

  it("are what rows name as deciding about an exit", () => {
    for (const { id, vmx } of ROW_LIST) {
      if (vmx === null) continue;
      const known = vmx.control in DECIDERS || VMX_CONTROLS[vmx.control as keyof typeof VMX_CONTROLS]?.supported;
      expect(known, `${id}: ${vmx.control}`).toBe(true);
    }
    for (const [id, { en, zh }] of Object.entries(DECIDERS)) {
      expect(id in VMX_CONTROLS, id).toBe(false);
      expect(en).toMatch(/\.$/);
      expect(zh).toMatch(/。$/);
    }
  });
});

describe("capability MSRs", () => {
  const value = (msr: number): string => {
    const { low, high } = capabilityMsr(msr)!;
    return `${hex(high).padStart(8, "0")} ${hex(low).padStart(8, "0")}`;
  };

  it("are those from 480h to 491h, each in words", () => {
    expect(CAPABILITY_MSRS.map(({ msr }) => msr)).toEqual(Array.from({ length: 18 }, (_, i) => 0x480 + i));
    for (const { name, words } of CAPABILITY_MSRS) {
      expect(name).toMatch(/^IA32_VMX_[A-Z0-9_]+$/);
      expect(words.zh, name).toMatch(CHINESE);
    }
    expect(capabilityMsr(0x492)).toBeNull();
  });

  it("say what is allowed: low what must be 1, high what may be", () => {
    expect(value(MSR_VMX_PINBASED_CTLS)).toBe("0000007f 00000016");
    expect(value(MSR_VMX_PROCBASED_CTLS)).toBe("dfc1fbfe 0401e172");
    expect(value(MSR_VMX_PROCBASED_CTLS2)).toBe("000020e6 00000000");
    expect(value(MSR_VMX_EXIT_CTLS)).toBe("0043edff 00036dff");
    expect(value(MSR_VMX_ENTRY_CTLS)).toBe("000011ff 000011ff");
    expect(value(MSR_VMX_TRUE_PINBASED_CTLS)).toBe("0000007f 00000016");
    expect(value(MSR_VMX_TRUE_PROCBASED_CTLS)).toBe("dfc1fbfe 04006172");
    expect(value(MSR_VMX_TRUE_EXIT_CTLS)).toBe("0043edff 00036dfb");
    expect(value(MSR_VMX_TRUE_ENTRY_CTLS)).toBe("000011ff 000011fb");
  });

  it("describe the region, the timer, the activity states and EPT", () => {
    expect(VMCS_REVISION >>> 31).toBe(0);
    // 4096 bytes, 32-bit addresses, write-back, INS and OUTS information, TRUE MSRs.
    expect(value(MSR_VMX_BASIC)).toBe("00d91000 00000052");
    // Four CR3-target values, HLT and shutdown.
    expect(value(MSR_VMX_MISC)).toBe("00000000 000400e0");
    expect(value(MSR_VMX_VMCS_ENUM)).toBe("00000000 0000002e");
    expect(value(MSR_VMX_VMFUNC)).toBe("00000000 00000001");
    // INVVPID of all four types; INVEPT of both, A and D bits, 2 MiB, WB, UC, 4 levels, no execute-only.
    expect(value(MSR_VMX_EPT_VPID_CAP)).toBe("00000f01 06314140");
  });

  it("fix PE, NE, PG and VMXE", () => {
    expect(capabilityMsr(MSR_VMX_CR0_FIXED0)!.low).toBe(CR0_PE | CR0_NE | CR0_PG);
    expect(value(MSR_VMX_CR0_FIXED0)).toBe("00000000 80000021");
    expect(value(MSR_VMX_CR4_FIXED0)).toBe("00000000 00002000");
    expect(capabilityMsr(MSR_VMX_CR4_FIXED1)!.low & CR4_VMXE).toBe(CR4_VMXE);
  });
});
