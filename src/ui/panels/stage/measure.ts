/** How wide a text will be, in CSS pixels. */
export type Measure = (text: string, size: number, weight?: number) => number;

/** Wide signs (Chinese and the like) take a whole em; of the others this share, on the safe side. */
const NARROW_EM = 0.56;
const BOLD_EM = 0.6;

/** A guess that needs no canvas; a little too wide rather than too narrow. */
export const estimate: Measure = (text, size, weight = 400) => {
  let ems = 0;
  for (const sign of text) ems += (sign.codePointAt(0) ?? 0) > 0x2e80 ? 1 : weight >= 600 ? BOLD_EM : NARROW_EM;
  return ems * size;
};

let context: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, number>();

/** As the browser's fonts have it. */
export const measure: Measure = (text, size, weight = 400) => {
  const key = `${size} ${weight} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return estimate(text, size, weight);
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  const width = context.measureText(text).width;
  if (known.size > 2000) known.clear();
  known.set(key, width);
  return width;
};

/** Breaks a text into lines of at most `width`: at spaces, and between wide signs. */
export function wrap(text: string, size: number, width: number, by: Measure, weight = 400): string[] {
  const pieces = text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    if (line !== "" && by((line + piece).trimEnd(), size, weight) > width) {
      lines.push(line.trimEnd());
      line = piece;
    } else line += piece;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}
