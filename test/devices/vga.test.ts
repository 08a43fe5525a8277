import { describe, expect, test } from "vitest";
import { VgaRegisters } from "../../src/devices/vga-registers.ts";
import { cp437, textCells, textRows } from "../../src/devices/vga-text.ts";

/** Text memory with `text` (CP437 codes or ASCII) from cell `at` on. */
function memory(at: number, text: string | number[], attribute = 0x07): Uint8Array {
  const bytes = new Uint8Array(0x8000);
  const codes = typeof text === "string" ? [...text].map((char) => char.charCodeAt(0)) : text;
  codes.forEach((code, i) => {
    bytes[((at + i) * 2) % 0x8000] = code;
    bytes[((at + i) * 2 + 1) % 0x8000] = attribute;
  });
  return bytes;
}

/** Row `row` without its trailing blanks. */
function check(bytes: Uint8Array, startAddress: number, row: number, expected: string): void {
  const rows = textRows(bytes, startAddress);
  expect(rows.length).toBe(25);
  expect(rows.every((text) => [...text].length === 80)).toBe(true);
  expect((rows[row] as string).trimEnd()).toBe(expected);
}

describe("the screen", () => {
  test("is 25 rows of 80 cells", () => {
    check(memory(80, "hello"), 0, 1, "hello");
    check(memory(24 * 80 + 79, "x"), 0, 24, `${" ".repeat(79)}x`);
  });
  test("begins at the start address and wraps at the end of text memory", () => {
    check(memory(160, "scrolled"), 160, 0, "scrolled");
    check(memory(0x4000 - 2, "wrap"), 0x4000 - 2, 0, "wrap");
  });
  test("shows code page 437", () => {
    check(memory(0, [0x01, 0x80, 0xb0, 0xc9, 0xe1, 0xfe]), 0, 0, "☺Ç░╔ß■");
    expect(new Set(Array.from({ length: 256 }, (_, i) => cp437(i))).size).toBe(255);
    expect([cp437(0x7f), cp437(0xff), cp437(0)]).toEqual(["⌂", "\u00a0", " "]);
  });
  test("has colours", () => {
    expect(textCells(memory(0, "A", 0x9e), 0)[0]?.[0]).toEqual({
      char: "A",
      foreground: 14,
      background: 1,
      blink: true,
    });
  });
  test("is blank where there is no memory", () => {
    check(new Uint8Array(0), 0, 0, "");
  });
});

describe("the registers", () => {
  const set = (vga: VgaRegisters, index: number, value: number) => {
    vga.write(0x14, index);
    vga.write(0x15, value);
  };
  test("move the cursor and the start of the screen", () => {
    const vga = new VgaRegisters();
    set(vga, 0x0e, 0x01);
    set(vga, 0x0f, 0x23);
    set(vga, 0x0c, 0x04);
    set(vga, 0x0d, 0x56);
    expect([vga.cursor, vga.startAddress]).toEqual([0x123, 0x456]);
    expect([vga.read(0x14, 0), vga.read(0x15, 0)]).toEqual([0x0d, 0x56]);
    expect(vga.cursorVisible).toBe(true);
    set(vga, 0x0a, 0x20);
    expect(vga.cursorVisible).toBe(false);
  });
  test("show the retrace in 3DA as time goes on, 70 times a second", () => {
    const vga = new VgaRegisters();
    let frames = 0;
    let blanks = 0;
    for (let time = 0, last = 0; time < 9_545_000; time += 100) {
      const status = vga.read(0x1a, time);
      if ((status & 8) > last) frames++;
      if ((status & 1) !== 0) blanks++;
      last = status & 8;
    }
    expect(frames).toBe(70);
    expect(blanks).toBeGreaterThan(20_000);
  });
  test("tell index from data in the attribute controller, and 3DA begins anew", () => {
    const vga = new VgaRegisters();
    vga.write(0, 0x10);
    vga.read(0x1a, 0);
    vga.write(0, 0x11);
    vga.write(0, 0x2a);
    vga.write(0, 0x11);
    expect(vga.read(1, 0)).toBe(0x2a);
  });
  test("keep the palette", () => {
    const vga = new VgaRegisters();
    vga.write(8, 1);
    for (const value of [1, 2, 0xff]) vga.write(9, value);
    vga.write(7, 1);
    expect([vga.read(9, 0), vga.read(9, 0), vga.read(9, 0)]).toEqual([1, 2, 0x3f]);
  });
  test("a saved state is a copy, and loading it brings everything back", () => {
    const vga = new VgaRegisters();
    set(vga, 0x0e, 0x07);
    const saved = vga.save();
    const copy = structuredClone(saved);
    set(vga, 0x0e, 0x01);
    expect(saved).toEqual(copy);
    vga.load(saved);
    expect(vga.cursor).toBe(0x700);
  });
});
