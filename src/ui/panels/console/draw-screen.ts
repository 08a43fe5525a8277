import type { TextScreen } from "../../../devices/vga-screen.ts";
import { FONT_8X16 } from "./font-8x16.ts";

const CELL_HEIGHT = 16;

/** Which half of their blinking characters and cursor are in. */
export interface Phase {
  readonly text: boolean;
  readonly cursor: boolean;
}

/** Size of the picture in dots: 720 x 400, or 640 x 400. */
export function screenSize({ columns, rows, dots }: TextScreen): { readonly width: number; readonly height: number } {
  return { width: columns * dots, height: rows * CELL_HEIGHT };
}

/**
 * Draws a text screen dot by dot.
 * @param pixels `screenSize` dots of RGBA in memory order, as in `ImageData`
 */
export function drawScreen(pixels: Uint32Array, screen: TextScreen, phase: Phase): void {
  const { columns, rows, cells, dots, cursor, blink } = screen;
  const colours = screen.colours.map(littleEndian);
  const width = columns * dots;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * 2;
      const code = cells[at]!;
      const attribute = cells[at + 1]!;
      const background = colours[blink ? (attribute >>> 4) & 7 : attribute >>> 4]!;
      const hidden = blink && (attribute & 0x80) !== 0 && !phase.text;
      const foreground = colours[attribute & 15]!;
      const shown = hidden ? background : foreground;
      const here = phase.cursor && cursor?.row === row && cursor.column === column;
      // The ninth dot continues the line-drawing characters.
      const ninth = code >= 0xc0 && code <= 0xdf;
      for (let line = 0; line < CELL_HEIGHT; line++) {
        let bits = FONT_8X16[code * CELL_HEIGHT + line]! << 1;
        if (ninth) bits |= (bits >>> 1) & 1;
        const struck = here && line >= cursor!.first && line <= cursor!.last;
        const start = (row * CELL_HEIGHT + line) * width + column * dots;
        for (let x = 0; x < dots; x++) {
          pixels[start + x] = struck ? foreground : ((bits >>> (8 - x)) & 1) !== 0 ? shown : background;
        }
      }
    }
  }
}

/** 0xRRGGBB as the bytes R, G, B, opaque. */
function littleEndian(rgb: number): number {
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >>> 16)) >>> 0;
}

/** Whether anything on the screen changes with the phase. */
export function blinks({ cells, blink, cursor }: TextScreen): boolean {
  if (cursor !== null) return true;
  if (!blink) return false;
  for (let at = 1; at < cells.length; at += 2) if ((cells[at]! & 0x80) !== 0) return true;
  return false;
}
