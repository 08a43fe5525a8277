import type { Token } from "../source.ts";
import { directiveOf, isOp, type TextFile, type TextLine } from "./text.ts";

/** A multi-line macro as its head and body say. */
export interface MacroOutline {
  readonly name: string;
  readonly nameToken: Token;
  readonly line: TextLine;
  readonly file: TextFile;
  readonly least: number;
  /** Infinity where it takes any number. */
  readonly most: number;
  readonly ignoreCase: boolean;
  /** Arguments, from 0, that a line of the body makes a label of (`%1:`). */
  readonly labels: ReadonlySet<number>;
}

const HEAD = /^i?r?macro$/;

/** Whether a directive (without its percent sign) begins a multi-line macro. */
export const beginsMacro = (directive: string): boolean => HEAD.test(directive);
/** Whether a directive ends one. */
export const endsMacro = (directive: string): boolean => directive === "endmacro" || directive === "endm";

/** Every multi-line macro that a file defines. */
export function macrosOf(file: TextFile): MacroOutline[] {
  const found: MacroOutline[] = [];
  const open: Set<number>[] = [];
  for (const line of file.lines) {
    const directive = directiveOf(line);
    if (endsMacro(directive)) open.pop();
    else if (beginsMacro(directive)) {
      const labels = new Set<number>();
      open.push(labels);
      const head = headOf(line, file, directive, labels);
      if (head !== null) found.push(head);
    } else if (open.length > 0 && line.tokens[0]?.kind === "param" && isOp(line.tokens[1], ":")) {
      const number = /^%(\d+)$/.exec(line.tokens[0].text)?.[1];
      if (number !== undefined) open.at(-1)!.add(Number(number) - 1);
    }
  }
  return found;
}

function headOf(line: TextLine, file: TextFile, directive: string, labels: ReadonlySet<number>): MacroOutline | null {
  const nameToken = line.tokens[1];
  if (nameToken?.kind !== "id") return null;
  const count = (at: number): number | null =>
    line.tokens[at]?.kind === "number" ? Number.parseInt(line.tokens[at].text, 10) : null;
  const least = count(2) ?? 0;
  const ranged = isOp(line.tokens[3], "-");
  const greedy = line.tokens.slice(3, 6).some((token) => isOp(token, "+"));
  const most = greedy ? Number.POSITIVE_INFINITY : ranged ? (count(4) ?? Number.POSITIVE_INFINITY) : least;
  const ignoreCase = directive.startsWith("i");
  return { name: nameToken.text, nameToken, line, file, least, most, ignoreCase, labels };
}

/** What a macro takes, as its head has it: `2`, `1-3`, `1-*`, `1+`. */
export function parametersText({ line, least }: MacroOutline): string {
  const greedy = line.tokens.slice(3, 6).some((token) => isOp(token, "+"));
  const ranged = isOp(line.tokens[3], "-");
  return `${least}${ranged ? `-${line.tokens[4]?.text ?? "*"}` : ""}${greedy ? "+" : ""}`;
}
