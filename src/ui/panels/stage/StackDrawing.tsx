import type { TFunction } from "i18next";
import type { StackTransition } from "../../../session/inspect/transition.ts";
import { hex, nameOfSize } from "../../format.ts";
import { measure, wrap } from "./measure.ts";

export const STACK_WIDTH = 182;
const ROW = 20;
const LINE = 16;
const TITLE = 18;
const TEXT = 12.5;

export interface StackInput {
  readonly transition: StackTransition;
  readonly virtual: boolean;
  /** Name of whose stack it is. */
  readonly owner: string;
  /** Name of whose ring 0 it is: the TSS is theirs. */
  readonly t: TFunction<"page">;
  readonly width: number;
}

interface StackLayout {
  readonly height: number;
  readonly heading: readonly string[];
  readonly notes: readonly string[];
  readonly cells: readonly { readonly name: string; readonly value: string; readonly top: number }[];
  readonly cellsTop: number;
  readonly pointer: string;
}

/** The words and places of a stack drawing. */
export function layoutStack({ transition, virtual, owner, t, width }: StackInput): StackLayout {
  const { frame, gate } = transition;
  const pushed = frame.direction === "pushed";
  const heading = wrap(t(pushed ? "rings.pushed" : "rings.popped", { owner }), 13.5, width, measure, 650);
  const facts: string[] = [];
  if (frame.from !== null) {
    const { field, selector } = frame.from;
    facts.push(t("rings.fromTss", { field, selector: hex(selector, 4), owner }));
  } else if (pushed) facts.push(t("rings.sameStack"));
  if (gate !== null) {
    const { table, index, selector, offset } = gate;
    const at = { table, index: hex(index, 2), selector: hex(selector, 4), offset: hex(offset) };
    facts.push(t("rings.byGate", at));
  }
  if (virtual) facts.push(t("rings.virtual"));
  const notes = facts.flatMap((fact) => wrap(fact, TEXT, width, measure));
  const cellsTop = heading.length * TITLE + notes.length * LINE + 8;
  const names = pushed ? "rings.slot" : "rings.popSlot";
  const cells = frame.slots.map(({ name, value }, i) => ({
    name: nameOfSize(t(`${names}.${name}`), frame.size),
    value: slotText(t, name, value, frame.size),
    top: cellsTop + i * ROW,
  }));
  const pointer = `${t(pushed ? "rings.espNow" : "rings.espWas")} ${hex(frame.ss, 4)}:${hex(frame.esp)}`;
  return { heading, notes, cells, cellsTop, pointer, height: cellsTop + cells.length * ROW + 24 };
}

/** What lies in a slot, in hex: of a segment register the selector alone. */
export function slotText(t: TFunction<"page">, name: string, value: number | null, size: 2 | 4): string {
  if (value === null) return t("rings.unmapped");
  if (/^[c-gs]s$/.test(name)) return hex(value & 0xffff, 4);
  return hex(value, size * 2);
}

/** A stack as it grows: the highest address on top, ESP at the bottom. */
export function StackDrawing({ x, y, ...input }: StackInput & { readonly x: number; readonly y: number }) {
  const { heading, notes, cells, cellsTop, pointer } = layoutStack(input);
  const { width, transition } = input;
  const bottom = cellsTop + cells.length * ROW;
  const popped = transition.frame.direction === "popped";
  return (
    <g className={`stack ${popped ? "popped" : ""}`} transform={`translate(${x} ${y})`} data-testid="stack-drawing">
      {heading.map((line, i) => (
        <text key={line} className="stack-title" x={0} y={i * TITLE + 13}>
          {line}
        </text>
      ))}
      {notes.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text, in order
        <text key={i} className="stack-note" x={0} y={heading.length * TITLE + i * LINE + 11}>
          {line}
        </text>
      ))}
      <path className="stack-walls" d={`M0.5 ${cellsTop - 6} V${bottom} H${width - 0.5} V${cellsTop - 6}`} />
      {cells.map(({ name, value, top }) => (
        <g key={top} className="stack-cell">
          <rect x={0.5} y={top} width={width - 1} height={ROW} />
          <text className="stack-name" x={8} y={top + 14}>
            {name}
          </text>
          <text className="stack-value" x={width - 8} y={top + 14} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      <path className="stack-pointer" d={`M6 ${bottom + 11} l5 -7 l5 7 z`} />
      <text className="stack-esp" x={22} y={bottom + 15}>
        {pointer}
      </text>
    </g>
  );
}
