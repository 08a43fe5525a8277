import { describe, expect, it } from "vitest";
import {
  ABSENT_FIELDS,
  absentField,
  encodingAccess,
  encodingIndex,
  encodingWidth,
  type FieldName,
  fieldByEncoding,
  fieldBytes,
  isHigh,
  VMCS_BYTES,
  VMCS_DATA_OFFSET,
  VMCS_FIELD_LIST,
  VMCS_FIELDS,
  VMCS_GROUPS,
} from "../../src/isa/vmcs.ts";

const CHINESE = /[\u4e00-\u9fff]/;
/** Titles that are a register's name in any language. */
const UNTRANSLATED = /^I\/O R[A-Z]{2}$/;

describe("VMCS fields", () => {
  it("have each its name and its encoding, absent ones included", () => {
    const encodings = [...VMCS_FIELD_LIST, ...ABSENT_FIELDS].map(({ encoding }) => encoding);
    expect(new Set(encodings).size).toBe(encodings.length);
    expect(Object.keys(VMCS_FIELDS)).toEqual(VMCS_FIELD_LIST.map(({ name }) => name));
    const titles = VMCS_FIELD_LIST.map(({ title }) => title.en);
    expect(new Set(titles).size).toBe(titles.length);
    const zh = VMCS_FIELD_LIST.map(({ title }) => title.zh);
    expect(new Set(zh).size).toBe(zh.length);
  });

  it("are encoded as the manual structures it: bits 0, 12 and from 15 on are clear", () => {
    for (const { encoding } of [...VMCS_FIELD_LIST, ...ABSENT_FIELDS]) expect(encoding & ~0x6ffe).toBe(0);
    expect([encodingWidth(0x0800), encodingWidth(0x201a), encodingWidth(0x4402), encodingWidth(0x681e)]).toEqual([
      16,
      64,
      32,
      "natural",
    ]);
    expect([0x4000, 0x4402, 0x4824, 0x4c00].map(encodingAccess)).toEqual(["control", "read-only", "guest", "host"]);
    expect(encodingIndex(0x2811)).toBe(8);
  });

  it("belong to the group that their encoding says, and are named after it", () => {
    const groups = {
      control: ["execution-controls", "exit-controls", "entry-controls"],
      "read-only": ["exit-information"],
      guest: ["guest-registers", "guest-segments", "guest-other"],
      host: ["host-state"],
    };
    for (const { name, access, group } of VMCS_FIELD_LIST) {
      expect(groups[access], name).toContain(group);
      if (name.startsWith("host")) expect(access, name).toBe("host");
      // What the exit tells of an address is the guest's, too.
      if (/^guest(?!LinearAddress|PhysicalAddress)/.test(name)) expect(access, name).toBe("guest");
    }
    expect(new Set(VMCS_FIELD_LIST.map(({ group }) => group))).toEqual(new Set(Object.keys(VMCS_GROUPS)));
  });

  it("have the encodings of the manual's appendix B", () => {
    const known: readonly (readonly [FieldName, number])[] = [
      ["vpid", 0x0000],
      ["guestTrSelector", 0x080e],
      ["hostTrSelector", 0x0c0c],
      ["ioBitmapA", 0x2000],
      ["eptPointer", 0x201a],
      ["eptpListAddress", 0x2024],
      ["guestPhysicalAddress", 0x2400],
      ["vmcsLinkPointer", 0x2800],
      ["guestPdpte3", 0x2810],
      ["exceptionBitmap", 0x4004],
      ["entryInterruptionInformation", 0x4016],
      ["secondaryControls", 0x401e],
      ["exitReason", 0x4402],
      ["exitInstructionInformation", 0x440e],
      ["guestIdtrLimit", 0x4812],
      ["guestTrAccessRights", 0x4822],
      ["preemptionTimerValue", 0x482e],
      ["cr3TargetValue3", 0x600e],
      ["exitQualification", 0x6400],
      ["guestIdtrBase", 0x6818],
      ["guestRip", 0x681e],
      ["hostRip", 0x6c16],
    ];
    for (const [name, encoding] of known) expect(VMCS_FIELDS[name].encoding, name).toBe(encoding);
    // Segments come in the order of their register numbers, two apart.
    const order = ["Es", "Cs", "Ss", "Ds", "Fs", "Gs", "Ldtr", "Tr"] as const;
    order.forEach((segment, i) => {
      expect(VMCS_FIELDS[`guest${segment}Selector`].encoding).toBe(0x0800 + 2 * i);
      expect(VMCS_FIELDS[`guest${segment}Limit`].encoding).toBe(0x4800 + 2 * i);
      expect(VMCS_FIELDS[`guest${segment}AccessRights`].encoding).toBe(0x4814 + 2 * i);
      expect(VMCS_FIELDS[`guest${segment}Base`].encoding).toBe(0x6806 + 2 * i);
    });
  });

  it("are found by encoding, 64 bits by that of their high half as well", () => {
    for (const field of VMCS_FIELD_LIST) {
      expect(fieldByEncoding(field.encoding)).toBe(field);
      expect(fieldByEncoding(field.encoding | 1)).toBe(field.width === 64 ? field : null);
    }
    expect(isHigh(0x201b)).toBe(true);
    expect(fieldByEncoding(0x2012)).toBeNull();
    expect(fieldByEncoding(0x8000_0000 | 0x4402)).toBeNull();
    expect(absentField(0x2013)?.needs.en).toBe("APIC virtualization");
    expect(absentField(0x5000)).toBeNull();
  });

  it("lie in the region one after the other, none over another", () => {
    const sorted = VMCS_FIELD_LIST.toSorted((a, b) => a.offset - b.offset);
    let end = VMCS_DATA_OFFSET;
    for (const { name, offset, width } of sorted) {
      expect(offset, name).toBe(end);
      expect(offset % 4).toBe(0);
      end += fieldBytes(width);
    }
    expect(end).toBeLessThanOrEqual(VMCS_BYTES);
  });

  it("are told in both languages", () => {
    for (const { title, words } of VMCS_FIELD_LIST) {
      expect(title.zh).toMatch(CHINESE);
      if (words === null) continue;
      expect(words.en).toMatch(/^[A-Z0-9].*\.$/);
      expect(words.zh).toMatch(/。$/);
    }
    for (const { title, needs } of ABSENT_FIELDS) {
      if (!UNTRANSLATED.test(title.en)) expect(title.zh).toMatch(CHINESE);
      expect(needs.en).not.toBe("");
    }
  });
});
