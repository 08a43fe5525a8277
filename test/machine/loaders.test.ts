import { describe, expect, test } from "vitest";
import type { PhysicalMemory } from "../../src/cpu/bus.ts";
import { loadFlat } from "../../src/machine/loaders/flat.ts";
import { type LoadResult, placeImage } from "../../src/machine/loaders/image.ts";
import { parseMultiboot } from "../../src/machine/loaders/multiboot.ts";

const MIB = 1 << 20;
const MAGIC = 0x1badb002;

/** Segments as `address+bytes+zeroes` and the entry, in hexadecimal; or a part of the English message. */
function check(result: LoadResult, expected: string | RegExp): void {
  if (expected instanceof RegExp) {
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.error.message.en).toMatch(expected);
    for (const words of [result.error.message, result.error.accepted]) {
      expect(words.en).toMatch(/\.$/);
      expect(words.zh).toMatch(/\p{Script=Han}.*。$/u);
    }
    return;
  }
  if (!result.ok) throw new Error(result.error.message.en);
  const { segments, entry } = result.image;
  const parts = segments.map((s) => [s.address, s.bytes.length, s.zeroFill].map((n) => n.toString(16)).join("+"));
  expect(`${parts.join(" ")} @${entry.toString(16)}`).toBe(expected);
}

function dwords(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(i * 4, value >>> 0, true);
  });
  return bytes;
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A file of `size` bytes with a header at `at` that carries its addresses. */
function addressed(at: number, size: number, addresses: number[], flags = 0x10000): Uint8Array {
  const file = new Uint8Array(size);
  file.set(dwords(MAGIC, flags, -(MAGIC + flags), ...addresses), at);
  return file;
}

interface Segment {
  type?: number;
  offset?: number;
  linear?: number;
  physical: number;
  fileSize: number;
  memorySize?: number;
}

interface Elf {
  entry: number;
  segments: Segment[];
  header?: (view: DataView) => void;
  size?: number;
}

/** An ELF32 executable with a Multiboot header at 1000h and its program headers after the ELF header. */
function elf({ entry, segments, header, size = 0x3000 }: Elf): Uint8Array {
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 3, true);
  view.setUint32(24, entry, true);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, segments.length, true);
  segments.slice(0, 60).forEach((s, i) => {
    const { type = 1, offset = 0x1000, physical, fileSize } = s;
    const { linear = physical, memorySize = fileSize } = s;
    file.set(dwords(type, offset, linear, physical, fileSize, memorySize, 7, 0x1000), 52 + 32 * i);
  });
  if (size >= 0x100c) file.set(dwords(MAGIC, 0, -MAGIC), 0x1000);
  header?.(view);
  return file;
}

describe("a flat binary", () => {
  const bytes = new Uint8Array(16);
  test("goes to its address", () => {
    check(loadFlat(bytes, { at: MIB, entry: MIB + 4 }, 2 * MIB), "100000+10+0 @100004");
    check(loadFlat(bytes, { at: 2 * MIB - 16, entry: 2 * MIB - 1 }, 2 * MIB), "1ffff0+10+0 @1fffff");
  });
  test("is refused where it does not fit, is empty, or is not entered", () => {
    check(loadFlat(bytes, { at: 2 * MIB - 15, entry: 2 * MIB - 15 }, 2 * MIB), /up to 0x200001 .*has 2 MiB/);
    check(loadFlat(new Uint8Array(0), { at: 0, entry: 0 }, MIB), /empty/);
    check(loadFlat(bytes, { at: 0x7c00, entry: 0x7c10 }, MIB), /entry point 0x7C10 lies outside/);
    for (const at of [-1, 0.5, 2 ** 32, Number.NaN])
      check(loadFlat(bytes, { at, entry: 0 }, MIB), /not a physical address/);
  });
});

describe("a Multiboot image with addresses of its own", () => {
  test("is loaded whole when it gives no end", () => {
    check(parseMultiboot(addressed(0, 0x100, [MIB, MIB, 0, 0, MIB + 0x30]), 4 * MIB), "100000+100+0 @100030");
  });
  test("is loaded from what precedes its header, to its end, with zeroes after it", () => {
    const file = addressed(0x20, 0x100, [MIB + 0x10, MIB, MIB + 0x80, MIB + 0x1000, MIB + 0x40]);
    check(parseMultiboot(file, 4 * MIB), "100000+80+f80 @100040");
  });
  test("may have its header at the end of the first 8 KiB, and no later", () => {
    const at = 8192 - 32;
    check(parseMultiboot(addressed(at, 0x3000, [MIB + at, MIB, 0, 0, MIB]), 4 * MIB), "100000+3000+0 @100000");
    check(parseMultiboot(addressed(8192, 0x3000, [MIB, MIB, 0, 0, MIB]), 4 * MIB), /no Multiboot header/);
    check(parseMultiboot(addressed(2, 0x3000, [MIB, MIB, 0, 0, MIB]), 4 * MIB), /no Multiboot header/);
  });
  test("is passed over where its checksum is wrong, and found behind it", () => {
    const wrong = concat(dwords(MAGIC, 0x10000, 5), addressed(0, 0x80, [MIB, MIB, 0, 0, MIB]));
    check(parseMultiboot(wrong, 4 * MIB), "100000+80+0 @100000");
    check(parseMultiboot(dwords(MAGIC, 0x10000, 5), MIB), /offset 0x0 has a wrong checksum/);
  });
  test("is refused where its addresses contradict the file", () => {
    for (const addresses of [
      [MIB - 4, MIB, 0, 0, MIB],
      [MIB + 4, MIB, 0, 0, MIB],
      [MIB, MIB, MIB + 0x101, 0, MIB],
      [MIB, MIB, MIB - 1, 0, MIB],
      [MIB, MIB, MIB + 0x80, MIB + 0x7f, MIB],
      [MIB, MIB, 0, 1, MIB],
    ]) {
      check(parseMultiboot(addressed(0, 0x100, addresses), 4 * MIB), /contradict the file/);
    }
    check(
      parseMultiboot(addressed(0, 0x100, [MIB, MIB, 0, 0xffffffff, MIB]), 4 * MIB),
      /needs memory up to 0xFFFFFFFF/,
    );
    check(parseMultiboot(addressed(0, 0x100, [MIB, MIB, 0, 0, 0]), 4 * MIB), /entry point 0x0/);
    check(parseMultiboot(addressed(0, 0x100, [MIB, MIB, 0, 0, MIB]).subarray(0, 20), 4 * MIB), /cut off/);
  });
  test("is refused where it requires what there is not", () => {
    check(parseMultiboot(addressed(0, 0x100, [MIB, MIB, 0, 0, MIB], 0x10008), MIB), /flags 0x10008/);
    check(parseMultiboot(addressed(0, 0x100, [MIB, MIB, 0, 0, MIB, 0, 1024, 768, 32], 0x10004), MIB), /graphics/);
    const text = addressed(0, 0x100, [MIB, MIB, 0, 0, MIB, 1, 80, 25, 0], 0x10007);
    check(parseMultiboot(text, 4 * MIB), "100000+100+0 @100000");
  });
  test("is refused where it is neither this nor ELF", () => {
    check(parseMultiboot(dwords(MAGIC, 0, -MAGIC), MIB), /no ELF file/);
    check(parseMultiboot(new Uint8Array(0), MIB), /no Multiboot header/);
  });
});

describe("a Multiboot image in ELF", () => {
  const text: Segment = { physical: MIB, fileSize: 0x800 };
  const data: Segment = { physical: 2 * MIB, fileSize: 0x10, memorySize: 0x2000, offset: 0x2000 };

  test("has its loadable segments at their physical addresses", () => {
    const note: Segment = { type: 4, physical: 0, fileSize: 0x1000 };
    check(
      parseMultiboot(elf({ entry: MIB + 12, segments: [text, note, data] }), 4 * MIB),
      "100000+800+0 200000+10+1ff0 @10000c",
    );
  });
  test("is entered where its entry lies physically", () => {
    const high: Segment = { ...text, linear: 0xc0100000 };
    check(parseMultiboot(elf({ entry: 0xc010000c, segments: [high] }), 4 * MIB), "100000+800+0 @10000c");
    check(parseMultiboot(elf({ entry: MIB + 12, segments: [high] }), 4 * MIB), "100000+800+0 @10000c");
  });
  test("is refused if it is of another kind", () => {
    const segments = [text];
    const bad = (header: (view: DataView) => void) => parseMultiboot(elf({ entry: MIB, segments, header }), 4 * MIB);
    check(
      bad((view) => view.setUint8(4, 2)),
      /64-bit/,
    );
    check(
      bad((view) => view.setUint8(5, 2)),
      /little-endian/,
    );
    check(
      bad((view) => view.setUint16(16, 3, true)),
      /type 3/,
    );
    check(
      bad((view) => view.setUint16(18, 62, true)),
      /machine 62/,
    );
  });
  test("is refused, without effort, whatever it claims", () => {
    const bad = (elfFile: Elf) => parseMultiboot(elf(elfFile), 4 * MIB);
    const many = { entry: MIB, segments: [text] };
    check(bad({ ...many, header: (view) => view.setUint16(44, 0xffff, true) }), /65535 program headers/);
    check(bad({ ...many, header: (view) => view.setUint16(42, 0, true) }), /do not fit the file/);
    check(bad({ ...many, header: (view) => view.setUint16(42, 0xffff, true) }), /do not fit/);
    check(bad({ ...many, header: (view) => view.setUint32(28, 0xffffffff, true) }), /do not fit the file/);
    check(bad({ entry: MIB, segments: [] }), /entry point/);
    check(bad({ entry: MIB, segments: [{ ...text, fileSize: 0xffffffff }] }), /claims 4294967295 bytes/);
    check(bad({ entry: MIB, segments: [{ ...text, offset: 0xfffff000 }] }), /claims/);
    check(bad({ entry: MIB, segments: [{ ...text, memorySize: 0x10 }] }), /claims/);
    check(bad({ entry: MIB, segments: [{ ...text, memorySize: 0xffffffff }] }), /needs memory up to/);
    check(bad({ entry: MIB, segments: [text, { ...data, physical: MIB + 0x7ff }] }), /overlap/);
    check(bad({ entry: MIB, segments: [{ ...text, physical: 0xffffffff }] }), /needs memory up to/);
    check(bad({ entry: 5 * MIB, segments: [text, data] }), /entry point 0x500000/);
  });
  test("of random bytes behind a good header never throws", () => {
    let seed = 7;
    let loaded = 0;
    for (let round = 0; round < 2000; round++) {
      const file = elf({ entry: MIB, segments: [{ ...text, fileSize: 0x80 }, data], size: 0x2800 });
      for (let n = 0; n < 6; n++) {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        file[4 + ((seed >>> 8) % 112)] = seed >>> 16;
      }
      const result = parseMultiboot(file, 4 * MIB);
      if (result.ok) {
        loaded++;
        for (const s of result.image.segments) {
          expect(s.address + s.bytes.length + s.zeroFill).toBeLessThanOrEqual(4 * MIB);
        }
      }
    }
    expect(loaded).toBeGreaterThan(20);
  });
});

test("an image is put into memory with its zeroes, and pages with flags are told before", () => {
  const noted: number[] = [];
  const bytes = new Uint8Array(0x4000).fill(0xcc);
  const flags = Uint8Array.of(1, 1, 1, 1);
  const memory = { bytes, flags, noteWrite: (page: number) => void noted.push(page) } as unknown as PhysicalMemory;
  placeImage({ segments: [{ address: 0x1ffe, bytes: Uint8Array.of(1, 2, 3), zeroFill: 2 }], entry: 0x1ffe }, memory);
  expect([...bytes.subarray(0x1ffd, 0x2004)]).toEqual([0xcc, 1, 2, 3, 0, 0, 0xcc]);
  expect(noted).toEqual([1, 2]);
});
