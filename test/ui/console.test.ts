import { describe, expect, test } from "vitest";
import { VgaRegisters } from "../../src/devices/vga-registers.ts";
import { textScreen } from "../../src/devices/vga-screen.ts";
import { blinks, drawScreen, screenSize } from "../../src/ui/panels/console/draw-screen.ts";
import { FONT_8X16 } from "../../src/ui/panels/console/font-8x16.ts";
import { strokesOf } from "../../src/ui/panels/console/keys.ts";
import { plainText, terminalLines } from "../../src/ui/panels/console/terminal-text.ts";

/** What a terminal shows of bytes (a string stands for its characters' low bytes). */
function check(sent: string, expected: string): void {
  const bytes = Uint8Array.from(sent, (char) => char.charCodeAt(0));
  expect(plainText(terminalLines(bytes))).toBe(expected);
}

describe("the terminal", () => {
  test("ends lines at line feed, with or without carriage return", () => {
    check("one\r\ntwo\nthree", "one\ntwo\nthree");
    check("\n\nx", "\n\nx");
  });
  test("moves as a teletype does: carriage return, backspace, tab", () => {
    check("10%\r20%", "20%");
    check("abc\b\bX", "aXc");
    check("a\tb", "a       b");
  });
  test("leaves colours out, and shows what else is no text as the bytes that it is", () => {
    check("\x1b[1;31mred\x1b[0m", "red");
    check("\x1b[2Jx", "<1B>[2Jx");
    check("\x1b]0;title\x07", "<1B>]0;title<07>");
    check("a\0\xffb", "a<00 FF>b");
  });
  test("reads UTF-8, and shows what is ill-formed", () => {
    const bytes = [...new TextEncoder().encode("环 0 ✓"), 0xe7, 0x8e];
    expect(plainText(terminalLines(Uint8Array.from(bytes)))).toBe("环 0 ✓<E7 8E>");
    check("\xc0\xaf", "<C0 AF>");
  });
});

describe("the font", () => {
  test("has a shape for every character but the three blanks", () => {
    expect(FONT_8X16.length).toBe(4096);
    const blank = Array.from({ length: 256 }, (_, code) => code).filter((code) =>
      FONT_8X16.subarray(code * 16, code * 16 + 16).every((line) => line === 0),
    );
    expect(blank).toEqual([0, 32, 255]);
  });
  test("has 255 different shapes but for those that look alike", () => {
    const shapes = new Set(
      Array.from({ length: 256 }, (_, code) => FONT_8X16.subarray(code * 16, code * 16 + 16).join()),
    );
    expect(shapes.size).toBeGreaterThanOrEqual(250);
  });
});

describe("the picture", () => {
  const LIT = { text: true, cursor: true };
  /** Dots of the first cell with this character and attribute, as its rows of colours. */
  function cell(code: number, attribute: number, setUp?: (vga: VgaRegisters) => void, phase = LIT): number[][] {
    const vga = new VgaRegisters();
    // The cursor is elsewhere.
    for (const [index, value] of [
      [0x0e, 1],
      [0x0f, 0],
    ] as const) {
      vga.write(0x14, index);
      vga.write(0x15, value);
    }
    setUp?.(vga);
    const screen = textScreen(Uint8Array.from([code, attribute]), vga.save());
    const { width, height } = screenSize(screen);
    const pixels = new Uint32Array(width * height);
    drawScreen(pixels, screen, phase);
    return Array.from({ length: 16 }, (_, y) => [...pixels.subarray(y * width, y * width + screen.dots)]);
  }
  const WHITE = 0xffffffff;
  const BLUE = 0xffaa0000;

  test("is 720 x 400, or 640 x 400 in eight-dot mode", () => {
    const vga = new VgaRegisters();
    expect(screenSize(textScreen(new Uint8Array(0), vga.save()))).toEqual({ width: 720, height: 400 });
    vga.write(0x04, 1);
    vga.write(0x05, 1);
    expect(screenSize(textScreen(new Uint8Array(0), vga.save()))).toEqual({ width: 640, height: 400 });
  });
  test("has a character's colours by its attribute", () => {
    const dots = cell(0x41, 0x1f);
    expect(new Set(dots.flat())).toEqual(new Set([WHITE, BLUE]));
    expect(dots.every((row) => row[8] === BLUE)).toBe(true);
  });
  test("continues line-drawing characters into the ninth dot, and no others", () => {
    expect(
      cell(0xdb, 0x1f)
        .flat()
        .every((dot) => dot === WHITE),
    ).toBe(true);
    expect(cell(0xb2, 0x1f).every((row) => row[8] === BLUE)).toBe(true);
  });
  test("takes bit 7 as blinking, or as a bright background, as the mode says", () => {
    expect(new Set(cell(0x41, 0x9f, undefined, { text: false, cursor: true }).flat())).toEqual(new Set([BLUE]));
    const bright = cell(0x20, 0x9f, (vga) => {
      vga.read(0x1a, 0);
      for (const value of [0x10, 0x04]) vga.write(0x00, value);
    });
    expect(new Set(bright.flat())).toEqual(new Set([0xffff5555]));
  });
  test("has the cursor in the character's colour, in the lines that the controller names", () => {
    const dots = cell(0x20, 0x1f, (vga) => {
      for (const [index, value] of [
        [0x0e, 0],
        [0x0a, 3],
        [0x0b, 5],
      ] as const) {
        vga.write(0x14, index);
        vga.write(0x15, value);
      }
    });
    expect(dots.map((row) => row.every((dot) => dot === WHITE))).toEqual(
      Array.from({ length: 16 }, (_, y) => y >= 3 && y <= 5),
    );
  });
  test("blinks only where there is a cursor or a blinking character", () => {
    const vga = new VgaRegisters();
    vga.write(0x14, 0x0a);
    vga.write(0x15, 0x20);
    expect(blinks(textScreen(Uint8Array.from([0x41, 0x07]), vga.save()))).toBe(false);
    expect(blinks(textScreen(Uint8Array.from([0x41, 0x87]), vga.save()))).toBe(true);
  });
});

test("a text becomes the strokes of a US keyboard; what no key types is said", () => {
  expect(strokesOf("aB?\n").strokes).toEqual([
    { code: "KeyA", shift: false },
    { code: "KeyB", shift: true },
    { code: "Slash", shift: true },
    { code: "Enter", shift: false },
  ]);
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
  expect(strokesOf(ascii).missing).toBe("");
  expect(strokesOf("é中").missing).toBe("é中");
});
