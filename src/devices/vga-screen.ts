import type { VgaState } from "./vga-registers.ts";
import { TEXT_COLUMNS, TEXT_MEMORY_SIZE, TEXT_ROWS } from "./vga-text.ts";

/** What a VGA in text mode puts on the monitor, after the registers that have a say in it. Plain data. */
export interface TextScreen {
  readonly columns: number;
  readonly rows: number;
  /** A character code (code page 437) and its attribute for each cell, row by row. */
  readonly cells: Uint8Array;
  /** The sixteen colours that attributes name, as 0xRRGGBB. */
  readonly colours: readonly number[];
  /** Bit 7 of an attribute blinks its character; else it is the fourth bit of the background's colour. */
  readonly blink: boolean;
  /** Dots of a character's line: 9 repeats the eighth in the line-drawing characters C0..DF, and is background elsewhere. */
  readonly dots: 8 | 9;
  /** Where the cursor stands and which lines (0..15) of its cell it fills; null if it is off or not on the screen. */
  readonly cursor: {
    readonly row: number;
    readonly column: number;
    readonly first: number;
    readonly last: number;
  } | null;
}

/**
 * The colours that the BIOS loads for text modes: 64 entries, index bits rgbRGB, where a capital is two thirds of the
 * intensity and a small letter one third. 3 bytes of 6 bits each.
 */
export const TEXT_DAC: readonly number[] = Array.from({ length: 256 * 3 }, (_, at) => {
  const index = Math.floor(at / 3);
  if (index > 63) return 0;
  const bit = 2 - (at % 3);
  return ((index >>> bit) & 1) * 0x2a + ((index >>> (bit + 3)) & 1) * 0x15;
});

/** The screen of a VGA whose text memory (from B8000 on; missing bytes count as 0) and registers are these. */
export function textScreen(memory: Uint8Array, vga: VgaState): TextScreen {
  const { crtc, attribute, sequencer } = vga;
  const start = (byte(crtc, 0x0c) << 8) | byte(crtc, 0x0d);
  const cells = new Uint8Array(TEXT_COLUMNS * TEXT_ROWS * 2);
  for (let i = 0; i < cells.length; i++) cells[i] = memory[(start * 2 + i) % TEXT_MEMORY_SIZE] ?? 0;
  return {
    columns: TEXT_COLUMNS,
    rows: TEXT_ROWS,
    cells,
    colours: Array.from({ length: 16 }, (_, index) => colour(vga, index)),
    blink: (byte(attribute, 0x10) & 8) !== 0,
    dots: (byte(sequencer, 1) & 1) === 0 ? 9 : 8,
    cursor: cursorOf(crtc, start),
  };
}

function byte(registers: readonly number[], index: number): number {
  return registers[index] ?? 0;
}

/** An attribute's colour, through the attribute controller's palette and the DAC. */
function colour({ attribute, palette, dacMask }: VgaState, index: number): number {
  const select = byte(attribute, 0x14);
  const mode = byte(attribute, 0x10);
  // Mode bit 7 takes bits 4 and 5 from the colour select register; bits 6 and 7 always come from there.
  const low = byte(attribute, index) & 0x3f;
  const six = (mode & 0x80) === 0 ? low : (low & 0x0f) | ((select & 3) << 4);
  const entry = (six | ((select & 0x0c) << 4)) & dacMask;
  const dac = palette.length === 0 ? TEXT_DAC : palette;
  const eight = (offset: number): number => {
    const value = dac[entry * 3 + offset] ?? 0;
    return (value << 2) | (value >>> 4);
  };
  return (eight(0) << 16) | (eight(1) << 8) | eight(2);
}

function cursorOf(crtc: readonly number[], start: number): TextScreen["cursor"] {
  const first = byte(crtc, 0x0a) & 0x1f;
  const last = Math.min(15, byte(crtc, 0x0b) & 0x1f);
  const at = ((byte(crtc, 0x0e) << 8) | byte(crtc, 0x0f)) - start;
  if ((byte(crtc, 0x0a) & 0x20) !== 0 || first > last || at < 0 || at >= TEXT_COLUMNS * TEXT_ROWS) return null;
  return { row: Math.floor(at / TEXT_COLUMNS), column: at % TEXT_COLUMNS, first, last };
}
