import { AsmError } from "./diagnostics.ts";
import { type Cursor, type Expr, operatorAt, parseExpression } from "./expression.ts";
import { parseInstruction } from "./instruction.ts";
import { type Message, messages } from "./messages.ts";
import type { Line } from "./preprocessor/frames.ts";
import { REGISTERS } from "./registers.ts";
import type { Token } from "./source.ts";
import type { Action, Bits, Body, DataItem, SectionAttribute, Statement } from "./statement.ts";
import { Suggester } from "./suggest.ts";
import { number } from "./value.ts";
import {
  BRACKETED,
  DATA_WIDTH,
  DIRECTIVES,
  IGNORED,
  isStatementWord,
  RESERVE_WIDTH,
  segmentNamed,
  statementWords,
  UNSUPPORTED,
} from "./words.ts";

/** Turns lines into statements. It knows what the order of lines decides: the code size and the last non-local label. */
export class Parser {
  bits: Bits;
  readonly suggester = new Suggester();
  private parent = "";
  private struc: string | null = null;
  private istruc: string | null = null;
  /** The label of the line parsed last, even when the rest of the line made no sense. */
  lastLabel: { readonly name: string; readonly token: Token } | null = null;
  private bracketed = false;
  /** Where a warning about the line being parsed goes. */
  warn: (words: Message, at: Token) => void = () => {};

  constructor(bits: Bits) {
    this.bits = bits;
  }

  /** The full name of a label as written: `.x` belongs to the last label without a dot. */
  readonly resolve = (written: string): string => {
    const name = written[0] === "$" ? written.slice(1) : written;
    return name[0] === "." && name[1] !== "." ? this.parent + name : name;
  };

  /** Understands one line. Throws an AsmError when it makes no sense. */
  parse(line: Line): Statement {
    this.lastLabel = null;
    let tokens = line.tokens;
    const bracketed = isOp(tokens[0], "[") && isOp(tokens.at(-1), "]");
    this.bracketed = bracketed;
    if (bracketed) tokens = tokens.slice(1, -1);
    const bad = tokens.find((t) => t.kind === "bad");
    if (bad) throw new AsmError(messages.badCharacter(bad.text), bad);
    if (bracketed && tokens[0]?.kind === "id" && BRACKETED.has(tokens[0].text.toLowerCase())) tokens = [];
    const cursor: Cursor = { tokens, at: 0 };
    const label = this.label(cursor);
    const token = tokens[cursor.at] ?? label ?? line.tokens[0]!;
    const isEqu = tokens[cursor.at]?.text.toLowerCase() === "equ";
    const name = label === null ? null : this.resolve(label.text);
    if (label !== null && !isEqu && label.text[0] !== ".") {
      if (!label.text.startsWith("..@")) this.parent = name!;
    }
    if (label !== null && !isEqu) this.lastLabel = { name: name!, token: label };
    const action: Action = cursor.at < tokens.length ? this.action(cursor, label) : { kind: "none" };
    return { label: name, labelToken: label, action, origin: line.origin, token };
  }

  /** Takes a label off the front of the line. */
  private label(cursor: Cursor): Token | null {
    const [first, second] = cursor.tokens;
    if (first?.kind !== "id") return null;
    const colon = isOp(second, ":");
    const known = isStatementWord(first.text);
    if (known && !(colon && segmentNamed(first.text.toLowerCase()) === null)) return null;
    if (known) throw new AsmError(messages.reservedLabel(first.text), first);
    if (REGISTERS.has(first.text.toLowerCase())) {
      throw new AsmError(colon ? messages.reservedLabel(first.text) : messages.notInstruction(first.text, null), first);
    }
    cursor.at = colon ? 2 : 1;
    if (!colon) this.judgeBareLabel(first, second);
    return first;
  }

  /** A first word without a colon: a label if an instruction or EQU follows, else most likely a slip. */
  private judgeBareLabel(first: Token, second: Token | undefined): void {
    const near = this.suggester.suggest(first.text, statementWords());
    if (second === undefined) this.warn(messages.orphanLabel(first.text, near), first);
    else if (second.kind !== "id" || !isStatementWord(second.text)) {
      throw new AsmError(messages.notInstruction(first.text, near), first);
    }
  }

  private action(cursor: Cursor, label: Token | null): Action {
    const token = cursor.tokens[cursor.at]!;
    const word = token.kind === "id" ? token.text.toLowerCase() : "";
    if (word === "times") return this.times(cursor);
    if (UNSUPPORTED.has(word)) throw new AsmError(messages.unsupportedDirective(token.text), token);
    if (DIRECTIVES.has(word)) {
      cursor.at++;
      const action = this.directive(word, token, cursor, label);
      const rest = cursor.tokens[cursor.at];
      if (rest !== undefined) throw new AsmError(messages.expected("the end of the line", rest.text), rest);
      return action;
    }
    return this.body(cursor);
  }

  private times(cursor: Cursor): Action {
    const token = cursor.tokens[cursor.at++]!;
    const count = this.expression(cursor);
    if (cursor.at >= cursor.tokens.length)
      throw new AsmError(messages.expected("an instruction or data after the count", null), token);
    const next = cursor.tokens[cursor.at]!;
    if (next.text.toLowerCase() === "times") throw new AsmError(messages.nestedTimes(), next);
    return { kind: "times", count, body: this.body(cursor) };
  }

  private expression(cursor: Cursor): Expr {
    return parseExpression(cursor, this.resolve);
  }

  private directive(word: string, token: Token, cursor: Cursor, label: Token | null): Action {
    if (IGNORED.has(word)) {
      cursor.at = cursor.tokens.length;
      return { kind: "none" };
    }
    switch (word) {
      case "equ":
        if (label === null) throw new AsmError(messages.equNeedsLabel(), token);
        return { kind: "equ", value: this.expression(cursor) };
      case "org":
        return { kind: "org", value: this.expression(cursor) };
      case "bits":
      case "use16":
      case "use32":
        return this.codeSize(word, token, cursor);
      case "align":
      case "alignb":
        return this.align(word, token, cursor);
      case "sectalign":
        cursor.at = cursor.tokens.length;
        return { kind: "none" };
      case "absolute":
        return { kind: "absolute", start: this.expression(cursor) };
      case "section":
      case "segment":
        return this.section(token, cursor);
      default:
        return this.structure(word, token, cursor);
    }
  }

  private codeSize(word: string, token: Token, cursor: Cursor): Action {
    const size = word === "bits" ? cursor.tokens[cursor.at++]?.text : word.slice(3);
    if (size !== "16" && size !== "32")
      throw new AsmError(messages.badBits(size ?? null), cursor.tokens[cursor.at - 1] ?? token);
    this.bits = size === "16" ? 16 : 32;
    return { kind: "none" };
  }

  private align(word: string, token: Token, cursor: Cursor): Action {
    const boundary = this.expression(cursor);
    let fill: Body = word === "align" ? NOP : { kind: "reserve", width: 1, count: one(token) };
    if (operatorAt(cursor) === ",") {
      cursor.at++;
      if (cursor.at < cursor.tokens.length) fill = this.body(cursor);
    }
    return { kind: "align", boundary, fill, token };
  }

  private section(token: Token, cursor: Cursor): Action {
    const name = cursor.tokens[cursor.at++];
    if (name === undefined || (name.kind !== "id" && name.kind !== "string")) {
      throw new AsmError(messages.expected("a section name", name?.text ?? null), name ?? token);
    }
    const primitive = this.bracketed;
    const attributes: SectionAttribute[] = [];
    while (cursor.at < cursor.tokens.length) {
      const key = cursor.tokens[cursor.at++]!;
      const attribute = key.text.toLowerCase();
      if (!isOp(cursor.tokens[cursor.at], "=")) {
        attributes.push({ name: attribute, value: null, token: key });
        continue;
      }
      cursor.at++;
      const target = cursor.tokens[cursor.at];
      if (attribute === "follows" || attribute === "vfollows") {
        cursor.at++;
        attributes.push({ name: attribute, value: target?.text ?? "", token: key });
      } else attributes.push({ name: attribute, value: this.expression(cursor), token: key });
    }
    return { kind: "section", name: name.kind === "string" ? name.value : name.text, attributes, primitive };
  }

  /** STRUC, ISTRUC and what goes with them (NASM manual, 4.11.10 and 4.11.11). */
  private structure(word: string, token: Token, cursor: Cursor): Action {
    const zero: Body = { kind: "data", width: 1, items: [{ kind: "value", value: number(0n), token }] };
    if (word === "endstruc" || word === "iend") {
      const name = word === "endstruc" ? this.struc : this.istruc;
      if (name === null) throw new AsmError(messages.strayEnd(token.text), token);
      if (word === "endstruc") {
        this.struc = null;
        return { kind: "endstruc" };
      }
      this.istruc = null;
      return { kind: "iend", size: { kind: "symbol", name: `${name}_size`, token }, zero };
    }
    if (word === "at") {
      if (this.istruc === null) throw new AsmError(messages.strayEnd(token.text), token);
      const dotted = cursor.tokens[cursor.at];
      const local = dotted?.kind === "id" && dotted.text[0] === ".";
      const field: Expr = local
        ? { kind: "symbol", name: this.istruc + dotted.text, token: dotted }
        : this.expression(cursor);
      if (local) cursor.at++;
      if (operatorAt(cursor) === ",") cursor.at++;
      return { kind: "at", field, content: cursor.at < cursor.tokens.length ? this.body(cursor) : null, zero };
    }
    const name = cursor.tokens[cursor.at++];
    if (name?.kind !== "id")
      throw new AsmError(messages.expected("a structure's name", name?.text ?? null), name ?? token);
    if (word === "istruc") {
      this.istruc = name.text;
      return { kind: "istruc" };
    }
    let start: Expr | null = null;
    if (operatorAt(cursor) === ",") {
      cursor.at++;
      start = this.expression(cursor);
    }
    this.struc = name.text;
    this.parent = name.text;
    return { kind: "struc", name: name.text, start };
  }

  private body(cursor: Cursor): Body {
    const token = cursor.tokens[cursor.at]!;
    const word = token.kind === "id" ? token.text.toLowerCase() : "";
    const width = DATA_WIDTH[word];
    if (width !== undefined) {
      cursor.at++;
      return { kind: "data", width, items: this.items(cursor, token) };
    }
    const reserve = RESERVE_WIDTH[word];
    if (reserve !== undefined) {
      cursor.at++;
      const count = this.expression(cursor);
      const rest = cursor.tokens[cursor.at];
      if (rest !== undefined) throw new AsmError(messages.expected("the end of the line", rest.text), rest);
      return { kind: "reserve", width: reserve, count };
    }
    return { kind: "instruction", instruction: parseInstruction(cursor, this) };
  }

  private items(cursor: Cursor, directive: Token): DataItem[] {
    const items: DataItem[] = [];
    for (;;) {
      const token = cursor.tokens[cursor.at];
      if (token === undefined)
        throw new AsmError(messages.expected("a number or a string", null), cursor.tokens[cursor.at - 1] ?? directive);
      const after = cursor.tokens[cursor.at + 1];
      if (token.kind === "string" && (after === undefined || isOp(after, ","))) {
        items.push({ kind: "bytes", bytes: token.value, token });
        cursor.at++;
      } else if (token.kind === "id" && REGISTERS.has(token.text.toLowerCase())) {
        throw new AsmError(messages.registerInData(token.text), token);
      } else items.push(this.expression(cursor));
      if (cursor.at >= cursor.tokens.length) return items;
      const comma = cursor.tokens[cursor.at]!;
      if (!isOp(comma, ",")) throw new AsmError(messages.expected("`,`", comma.text), comma);
      cursor.at++;
      if (cursor.at >= cursor.tokens.length) return items;
    }
  }
}

const NOP_PLACE: Token = {
  kind: "id",
  text: "nop",
  value: "",
  source: { file: "", line: 0, text: "" },
  start: 0,
  end: 0,
  space: false,
};

/** What ALIGN fills with: the one-byte NOP, in any code size. */
const NOP: Body = {
  kind: "data",
  width: 1,
  items: [{ kind: "value", value: number(0x90n), token: NOP_PLACE }],
};

function one(token: Token): Expr {
  return { kind: "value", value: number(1n), token };
}

function isOp(token: Token | undefined, text: string): boolean {
  return token?.kind === "op" && token.text === text;
}
