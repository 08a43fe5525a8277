import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { CR0_BITS, CR4_BITS } from "../../src/isa/control.ts";
import {
  decodeDescriptor,
  decodeDescriptorBytes,
  descriptorTypeWords,
  encodeDescriptor,
} from "../../src/isa/descriptors.ts";
import { EXCEPTIONS, exceptionByVector, vectorName } from "../../src/isa/exceptions.ts";
import { FLAG_FIELDS, FLAG_IOPL, FLAGS_ARITHMETIC } from "../../src/isa/flags.ts";
import { PAGE_BITS, pageFaultWords } from "../../src/isa/paging.ts";
import { registerByName } from "../../src/isa/registers.ts";

describe("descriptors", () => {
  it("are read as the manual draws them: a flat code segment", () => {
    expect(decodeDescriptor(0x0000ffff, 0x00cf9a00)).toEqual({
      form: "segment",
      codeOrData: true,
      type: 10,
      dpl: 0,
      present: true,
      base: 0,
      limit: 0xffffffff,
      available: false,
      big: true,
      granular: true,
    });
  });

  it("are read as the manual draws them: a TSS, from bytes", () => {
    const bytes = Uint8Array.from([0xff, 0x67, 0x00, 0x78, 0x56, 0x34, 0x89, 0x00, 0x12]);
    expect(decodeDescriptorBytes(bytes, 1)).toMatchObject({
      form: "segment",
      codeOrData: false,
      type: 9,
      base: 0x12345678,
      limit: 0x67,
      granular: false,
    });
  });

  it("are read as the manual draws them: a call gate with three parameters and an interrupt gate", () => {
    expect(decodeDescriptor(0x00085678, 0x1234ec03)).toMatchObject({
      form: "gate",
      type: 12,
      dpl: 3,
      selector: 8,
      offset: 0x12345678,
      parameters: 3,
    });
    expect(decodeDescriptor(0x00081000, 0x00108e00)).toMatchObject({
      form: "gate",
      type: 14,
      dpl: 0,
      offset: 0x101000,
    });
  });

  it("come back as they were, for any 64 bits but what gates ignore", () => {
    const dword = integer({ min: -0x80000000, max: 0x7fffffff });
    assert(
      property(dword, dword, (low, high) => {
        const decoded = decodeDescriptor(low, high);
        const again = encodeDescriptor(decoded);
        expect(decodeDescriptor(again.low, again.high)).toEqual(decoded);
        // Bit 21 (L) has no meaning here; gates have reserved bits.
        if (decoded.form === "segment") expect(again).toEqual({ low, high: high & ~(1 << 21) });
      }),
    );
  });

  it("say their type in words", () => {
    expect(descriptorTypeWords(true, 10).en).toBe("code, readable");
    expect(descriptorTypeWords(true, 7).en).toBe("data, writable, expand-down, accessed");
    expect(descriptorTypeWords(false, 12)).toEqual({ en: "call gate", zh: "调用门" });
    expect(descriptorTypeWords(false, 13).en).toBe("reserved");
  });
});

describe("other facts", () => {
  it("know the exceptions with error codes and the contributory ones", () => {
    const vectors = (keep: (e: (typeof EXCEPTIONS)[number]) => boolean): number[] =>
      EXCEPTIONS.filter(keep).map((e) => e.vector);
    expect(vectors((e) => e.errorCode)).toEqual([8, 10, 11, 12, 13, 14, 17]);
    expect(vectors((e) => e.class === "contributory")).toEqual([0, 10, 11, 12, 13]);
    expect(exceptionByVector(13)!.mnemonic).toBe("#GP");
    expect(exceptionByVector(15)).toBeUndefined();
    expect(vectorName(14)).toBe("#PF");
    expect(vectorName(0x80)).toBe("INT 80h");
  });

  it("name every flag once, from high to low", () => {
    expect(FLAG_FIELDS.find((f) => f.name === "IOPL")).toMatchObject({ mask: FLAG_IOPL, shift: 12 });
    expect(FLAG_FIELDS.map((f) => f.shift)).toEqual(FLAG_FIELDS.map((f) => f.shift).toSorted((a, b) => b - a));
    expect(FLAGS_ARITHMETIC).toBe(0x8d5);
  });

  it("name the bits of CR0, CR4 and page entries in both languages", () => {
    for (const bit of [...CR0_BITS, ...CR4_BITS, ...PAGE_BITS]) expect(bit.words.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(pageFaultWords(7).en).toBe("user write, the page does not allow it");
    expect(pageFaultWords(0).en).toBe("supervisor read, page not present");
  });

  it("find registers by name", () => {
    expect(registerByName("AH")).toEqual({ kind: "general", size: 8, number: 4 });
    expect(registerByName("fs")).toEqual({ kind: "segment", size: 16, number: 4 });
    expect(registerByName("cr3")).toEqual({ kind: "control", size: 32, number: 3 });
    expect(registerByName("rax")).toBeUndefined();
  });
});
