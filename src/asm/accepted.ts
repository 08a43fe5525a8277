import { rowsByMnemonic } from "../isa/rows.ts";
import type { OperandKind, Words } from "../isa/types.ts";
import type { Operand } from "./statement.ts";

/** What an operand may be, widths apart. */
type Shape = string;

const SHAPES_ZH: Readonly<Record<string, string>> = {
  register: "寄存器",
  memory: "内存",
  "register or memory": "寄存器或内存",
  "a number": "数字",
  "a label": "标号",
  "selector:offset": "选择子:偏移",
  "far memory": "far 内存",
  "a segment register": "段寄存器",
  "a control register": "控制寄存器",
  "a debug register": "调试寄存器",
};

function shapeOf(kind: OperandKind, alone: boolean): Shape {
  if (/^rm\d|^r(?:16|32)m16$/.test(kind)) return "register or memory";
  if (/^r(?:8|16|32)(?:op|rm)?$|^(?:al|ax|eax)$/.test(kind)) return "register";
  if (kind.startsWith("m16_")) return alone ? "far memory" : "memory";
  if (kind.startsWith("m")) return "memory";
  if (/imm/.test(kind)) return "a number";
  if (kind.startsWith("rel")) return "a label";
  if (kind.startsWith("ptr")) return "selector:offset";
  if (kind === "sreg" || /^[cdefgs]s$/.test(kind)) return "a segment register";
  if (kind === "cr") return "a control register";
  if (kind === "dr") return "a debug register";
  return kind === "one" ? "1" : kind;
}

const includes = (wide: Shape, narrow: Shape): boolean =>
  wide === narrow ||
  (wide === "register or memory" && (narrow === "register" || narrow === "memory" || narrow === "cl")) ||
  (wide === "a number" && narrow === "1");

/** The operand lists that a mnemonic takes, widths apart, the special ones left out where a general one includes them. */
function shapesOf(mnemonic: string): Shape[][] {
  const lists: Shape[][] = [];
  for (const row of rowsByMnemonic(mnemonic)) {
    if (row.alias !== null) continue;
    const list = row.operands.map((kind) => shapeOf(kind, row.operands.length === 1));
    if (!lists.some((l) => l.length === list.length && l.every((s, i) => s === list[i]))) lists.push(list);
  }
  return lists.filter(
    (list) => !lists.some((l) => l !== list && l.length === list.length && l.every((s, i) => includes(s, list[i]!))),
  );
}

/** What a mnemonic takes, as the end of a sentence: `register or memory, then register or a number; ...`. */
export function acceptedOperands(mnemonic: string): Words {
  const groups = new Map<string, { readonly first: readonly Shape[]; readonly last: Shape[] }>();
  for (const list of shapesOf(mnemonic)) {
    const first = list.slice(0, -1);
    const group = groups.get(first.join()) ?? { first, last: [] };
    group.last.push(list.at(-1) ?? "");
    groups.set(first.join(), group);
  }
  const zh = (shape: Shape): string => SHAPES_ZH[shape] ?? shape;
  const alternatives = (shapes: readonly string[], or: string, comma: string): string =>
    shapes.length < 2 ? shapes.join("") : `${shapes.slice(0, -1).join(comma)}${or}${shapes.at(-1)}`;
  const all = [...groups.values()];
  return {
    en: all
      .map((g) =>
        [
          ...g.first,
          alternatives(
            g.last.map((s) => s || "nothing"),
            " or ",
            ", ",
          ),
        ].join(", then "),
      )
      .join("; "),
    zh: all
      .map((g) =>
        [
          ...g.first.map(zh),
          alternatives(
            g.last.map((s) => zh(s) || "无操作数"),
            "或",
            "、",
          ),
        ].join("，再"),
      )
      .join("；"),
  };
}

/** Whether the operands are what some form of the mnemonic takes, widths apart: then only the widths are wrong. */
export function fitsButForWidth(mnemonic: string, operands: readonly Operand[]): boolean {
  const given = operands.map(givenShape);
  return shapesOf(mnemonic).some((l) => l.length === given.length && l.every((s, i) => includes(s, given[i]!)));
}

function givenShape(operand: Operand): Shape {
  switch (operand.kind) {
    case "memory":
      return operand.distance === "far" ? "far memory" : "memory";
    case "immediate":
      return operand.selector === null ? "a number" : "selector:offset";
    case "register": {
      const { class: cls } = operand.register;
      return cls === "general" ? "register" : `a ${cls} register`;
    }
  }
}
