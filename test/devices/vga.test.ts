import { describe, expect, test } from "vitest";
import { VgaRegisters } from "../../src/devices/vga-registers.ts";
import { textScreen } from "../../src/devices/vga-screen.ts";
import { cp437, textRows } from "../../src/devices/vga-text.ts";

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
  test("has each cell's character and attribute, from the start address on", () => {
    const vga = new VgaRegisters();
    vga.write(0x14, 0x0d);
    vga.write(0x15, 80);
    const { cells, columns, rows } = textScreen(memory(81, "A", 0x9e), vga.save());
    expect([columns, rows, cells.length]).toEqual([80, 25, 4000]);
    expect([...cells.subarray(0, 6)]).toEqual([0, 0, 0x41, 0x9e, 0, 0]);
  });
  test("has the sixteen colours of the CGA, until the guest loads others", () => {
    const vga = new VgaRegisters();
    const hex = () => textScreen(new Uint8Array(0), vga.save()).colours.map((rgb) => rgb.toString(16).padStart(6, "0"));
    expect(hex()).toEqual([
      ...["000000", "0000aa", "00aa00", "00aaaa", "aa0000", "aa00aa", "aa5500", "aaaaaa"],
      ...["555555", "5555ff", "55ff55", "55ffff", "ff5555", "ff55ff", "ffff55", "ffffff"],
    ]);
    vga.write(0x08, 0);
    for (const part of [0x3f, 0x20, 0]) vga.write(0x09, part);
    expect(hex().slice(0, 2)).toEqual(["ff8200", "0000aa"]);
    vga.read(0x1a, 0);
    for (const value of [1, 4]) vga.write(0x00, value);
    expect(hex()[1]).toBe("aa0000");
  });
  test("blinks, or has bright backgrounds, as the mode control register says", () => {
    const vga = new VgaRegisters();
    const screen = () => textScreen(new Uint8Array(0), vga.save());
    expect([screen().blink, screen().dots]).toEqual([true, 9]);
    vga.read(0x1a, 0);
    for (const value of [0x10, 0x04]) vga.write(0x00, value);
    vga.write(0x04, 1);
    vga.write(0x05, 1);
    expect([screen().blink, screen().dots]).toEqual([false, 8]);
  });
  test("has the cursor where and as tall as the controller says, and none when it is off or elsewhere", () => {
    const vga = new VgaRegisters();
    const crtc = (index: number, value: number) => {
      vga.write(0x14, index);
      vga.write(0x15, value);
      return textScreen(new Uint8Array(0), vga.save()).cursor;
    };
    expect(crtc(0x0f, 83)).toEqual({ row: 1, column: 3, first: 13, last: 14 });
    expect(crtc(0x0a, 0)).toEqual({ row: 1, column: 3, first: 0, last: 14 });
    expect(crtc(0x0a, 0x20)).toBeNull();
    crtc(0x0a, 13);
    expect(crtc(0x0d, 84)).toBeNull();
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
