import { describe, expect, it } from "vitest";
import type { EntryCheck, Fields } from "../../src/cpu/vmx/entry-checks.ts";
import { ENTRY_CHECKS } from "../../src/cpu/vmx/vm-entry.ts";
import { type FieldName, VMCS_FIELDS } from "../../src/isa/vmcs.ts";
import { valuesOf, whyFails } from "../../src/recorder/vmx-check-words.ts";

type Values = Partial<Record<FieldName, number | readonly [low: number, high: number]>>;

const fieldsOf = (values: Values): Fields => {
  const half = (name: FieldName, at: 0 | 1) => {
    const value = values[name] ?? 0;
    return typeof value === "number" ? (at === 0 ? value : 0) : value[at];
  };
  return { get: (name) => half(name, 0), high: (name) => half(name, 1) };
};

/** As an event keeps them. */
const numbersOf = (check: EntryCheck, fields: Fields) =>
  check.fields.flatMap((name) =>
    VMCS_FIELDS[name].width === 64 ? [fields.get(name), fields.high(name)] : [fields.get(name)],
  );

const byId = (id: string) => ENTRY_CHECKS.find((check) => check.id === id)!;

describe("why a check of a VM entry fails", () => {
  it.each<[string, Values, string, string]>([
    ["guest-rflags-reserved", { guestRflags: 0 }, "bit 1 is 0 and must be 1", "第 1 位为 0，必须为 1"],
    ["guest-rflags-reserved", { guestRflags: 0xc00022 }, "bits 23:22, 5 are 1 and must be 0", "第 23:22、5 位为 1"],
    ["guest-ss-type", { guestSsAccessRights: 0xc091 }, "type 1: data, read-only, accessed", "类型 1：数据，只读"],
    ["guest-cr0-fixed", { guestCr0: 1 }, "bits 31 (PG), 5 (NE) are 0 and must be 1", "第 31 (PG)、5 (NE) 位为 0"],
    ["guest-cr4", { guestCr4: 0 }, "bit 13 (VMXE) is 0 and must be 1", "第 13 (VMXE) 位为 0"],
    ["guest-tr", { guestTrAccessRights: 0x89 }, "type 9: available 32-bit TSS", "类型 9：可用的 32 位 TSS"],
    ["guest-activity", { guestActivityState: 3 }, "waiting for SIPI", "等待 SIPI"],
    [
      "ept-pointer",
      { primaryControls: 1 << 31, secondaryControls: 2, eptPointer: 0x3c801d },
      "memory type 5 (WP)",
      "内存类型 5（WP）",
    ],
    [
      "ept-pointer",
      { primaryControls: 1 << 31, secondaryControls: 2, eptPointer: 0x3c8006 },
      "a walk of 1 level",
      "1 级遍历",
    ],
    ["virtual-nmis-needs-nmi-exiting", { pinBasedControls: 0x20 }, "“NMI exiting” is 0", "为 0"],
  ])("%s: %o", (id, values, en, zh) => {
    const check = byId(id);
    const fields = fieldsOf(values);
    expect(check.holds(fields)).toBe(false);
    const { words } = whyFails(check, valuesOf(check, numbersOf(check, fields)));
    expect(words.en).toContain(en);
    expect(words.zh).toContain(zh);
  });

  it("names of seven selectors the bad one alone, with RPL and TI", () => {
    const check = byId("host-selectors");
    const fields = fieldsOf({ hostCsSelector: 0xb, hostSsSelector: 0x10, hostFsSelector: 0x14 });
    const why = whyFails(check, valuesOf(check, numbersOf(check, fields)));
    expect(why.fields).toEqual(["hostCsSelector", "hostFsSelector"]);
    expect(why.words.en).toBe("Host CS selector = 0x000b (RPL is 3), Host FS selector = 0x0014 (TI is 1: of the LDT)");
  });

  it("finds something at fault wherever a check that says what fails, among its own fields", () => {
    const values = [
      0,
      1,
      2,
      3,
      5,
      0x10,
      0x33,
      0x8b,
      0xf3,
      0x93,
      0x4000,
      0xc091,
      0x1009b,
      0x20202,
      -1,
      1 << 31,
      0x80000b0d | 0,
    ];
    let seed = 1;
    const any = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) | 0;
      return values[(seed >>> 8) % values.length]!;
    };
    let failed = 0;
    for (const check of ENTRY_CHECKS.filter(({ why }) => why !== undefined)) {
      for (let round = 0; round < 300; round++) {
        const known = new Map<string, number>();
        const read = (key: string) => {
          if (!known.has(key)) known.set(key, any());
          return known.get(key)!;
        };
        const fields: Fields = { get: (name) => read(name), high: (name) => read(`${name} high`) };
        if (check.holds(fields)) continue;
        failed++;
        const own = (name: FieldName) => {
          if (!check.fields.includes(name)) throw new Error(`${check.id} looks at ${name}`);
          return name;
        };
        const told = check.why!({ get: (name) => fields.get(own(name)), high: (name) => fields.high(own(name)) });
        if (check.id !== "guest-link-pointer") expect(told, check.id).not.toEqual([]);
        for (const { field } of told) own(field);
      }
    }
    expect(failed).toBeGreaterThan(1000);
  });
});
