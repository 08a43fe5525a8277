import type { PreparedProgram } from "../program.ts";

/** A place in the program: a label, and the distance from it. */
export interface SymbolPlace {
  readonly name: string;
  readonly offset: number;
}

/** A label stands for what follows it, but not for ever. */
const FAR = 0x1000;

const sorted = new WeakMap<PreparedProgram, { readonly names: string[]; readonly values: Float64Array }>();

function labelsOf(program: PreparedProgram) {
  let labels = sorted.get(program);
  if (!labels) {
    const list = program.program.symbols.filter((symbol) => symbol.isLabel).sort((a, b) => a.value - b.value);
    labels = { names: list.map(({ name }) => name), values: Float64Array.from(list, ({ value }) => value >>> 0) };
    sorted.set(program, labels);
  }
  return labels;
}

/** The label at an address or shortly before it, or null. Programs are linked to run where they are loaded. */
export function nearestSymbol(program: PreparedProgram, address: number): SymbolPlace | null {
  const { names, values } = labelsOf(program);
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= address) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return null;
  const offset = address - values[low - 1]!;
  const { origin, length, moved = [] } = program.program;
  const inside =
    (address >= origin && address < origin + length) ||
    moved.some((section) => address >= section.runsAt && address < section.runsAt + section.length);
  return offset === 0 || (inside && offset < FAR) ? { name: names[low - 1]!, offset } : null;
}

/** The same as text: `handler`, `handler+0x12`; or null. */
export function symbolAt(program: PreparedProgram, address: number): string | null {
  const place = nearestSymbol(program, address);
  if (place === null) return null;
  return place.offset === 0 ? place.name : `${place.name}+0x${place.offset.toString(16)}`;
}
