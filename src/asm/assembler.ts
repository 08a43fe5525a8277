import { AsmError, Diagnostics, FatalAsmError } from "./diagnostics.ts";
import { type Expr, evaluate, isConstant, parseExpression, type Scope } from "./expression.ts";
import { LIMITS } from "./limits.ts";
import { messages } from "./messages.ts";
import { Parser } from "./parser.ts";
import { Placer } from "./placer.ts";
import type { Files } from "./preprocessor/files.ts";
import type { Host, Line } from "./preprocessor/frames.ts";
import { Preprocessor } from "./preprocessor/preprocessor.ts";
import { alignment, applyAttributes, layout, Section } from "./section.ts";
import type { Origin, Token } from "./source.ts";
import type { Body, SectionAttribute, Statement } from "./statement.ts";
import { Symbols } from "./symbols.ts";
import { isNumber, number, type Value } from "./value.ts";
import { isStatementWord } from "./words.ts";

/** Where the bytes of one statement lie. */
export interface Placement {
  readonly origin: Origin;
  readonly section: Section;
  readonly offset: number;
  readonly size: number;
  /** The operand size that an instruction was assembled for, or null for data, room and padding. */
  readonly code: 16 | 32 | null;
}

/** A program without ORG is loaded here. */
export const DEFAULT_ORIGIN = 0x100000;
const DEFAULT_SECTION = ".text";

type Phase = "first" | "settle" | "final";

/**
 * The passes. The first reads the source and takes every jump for short; the following repeat with the labels of the
 * pass before until none moves; the layout then fixes the sections' addresses, and a last pass stores the bytes.
 */
export class Assembler implements Host, Scope {
  readonly sections: Section[] = [];
  readonly symbols = new Symbols();
  readonly placements: Placement[] = [];
  /** Every line that reached the assembler in the last pass, in order, for the listing. */
  readonly listed: { origin: Origin; placement: Placement | null }[] = [];
  origin: number | null = null;
  private readonly files: Files;
  private readonly diagnostics: Diagnostics;
  private sink: Diagnostics;
  private parser = new Parser(32);
  private phase: Phase = "first";
  current!: Section;
  section = DEFAULT_SECTION;
  /** The section that STRUC interrupted, and the structure's name. */
  private before: Section | null = null;
  private structure: string | null = null;
  private instanceStart: Value | null = null;
  private here_: Value | null = null;
  private readonly placer: Placer;
  private demandBefore = false;
  private looksAround = false;
  private statement: Statement | null = null;

  constructor(files: Files, diagnostics: Diagnostics) {
    this.files = files;
    this.diagnostics = diagnostics;
    this.sink = diagnostics;
    this.placer = new Placer(this, (words, at) => {
      if (this.statement) this.sink.warn(this.statement.origin, words, at);
    });
  }

  get bits(): 16 | 32 {
    return this.parser.bits;
  }

  /** Runs all passes. Errors end up in the diagnostics. */
  run(): void {
    try {
      this.passes();
    } catch (error) {
      if (!(error instanceof FatalAsmError)) throw error;
    }
  }

  private passes(): void {
    const statements = this.firstPass();
    let settled = false;
    let work = statements.length;
    this.phase = "settle";
    for (let pass = 2; !settled && pass <= LIMITS.passes && work < LIMITS.statementPasses; pass++) {
      this.sink = new Diagnostics();
      work += this.repeat(statements);
      settled = this.symbols.changes === 0;
    }
    this.sink = this.diagnostics;
    const wrong = layout(this.sections, this.origin ?? DEFAULT_ORIGIN);
    if (wrong) this.diagnostics.error(this.wholeProgram(), messages.badLayout(wrong.kind, wrong.section));
    this.phase = "final";
    this.repeat(statements);
    const unsettled = this.diagnostics.errors === 0 && (!settled || this.symbols.changes > 0);
    if (unsettled) this.diagnostics.error(this.wholeProgram(), messages.labelsDoNotSettle());
  }

  /**
   * The first pass takes jumps for shorter than they may become. When %if looked at labels, what it found wrong may
   * not hold in the end, and the last pass reads the source again anyway; so only a reading that stands is reported.
   */
  private firstPass(): Statement[] {
    this.sink = new Diagnostics();
    let complete = false;
    try {
      const statements = this.readSource();
      complete = true;
      return statements;
    } finally {
      if (!complete || !this.looksAround) this.diagnostics.merge(this.sink);
    }
  }

  private wholeProgram(): Origin {
    return { source: { file: this.files.main, line: 1, text: "" }, expansion: null };
  }

  /** Reads the source and executes each statement as it comes. */
  private readSource(): Statement[] {
    const { sink } = this;
    this.startPass();
    const statements: Statement[] = [];
    this.parser = new Parser(32);
    const preprocessor = new Preprocessor(this.files, this, sink);
    for (let line = preprocessor.next(); line !== null; line = preprocessor.next()) {
      const statement = this.parse(line, sink);
      if (statement === null) continue;
      statements.push(statement);
      this.execute(statement);
    }
    return statements;
  }

  private parse(line: Line, sink: Diagnostics): Statement | null {
    this.parser.warn = (words, at) => sink.warn(line.origin, words, at);
    const statement = sink.guard(line.origin, () => this.parser.parse(line));
    if (statement !== null) return statement;
    const label = this.parser.lastLabel;
    if (label === null) return null;
    return {
      label: label.name,
      labelToken: label.token,
      action: { kind: "none" },
      origin: line.origin,
      token: label.token,
    };
  }

  /** A later pass: over the statements again, or over the source if %if or %assign looked at labels. */
  private repeat(statements: readonly Statement[]): number {
    if (this.looksAround) return this.readSource().length;
    this.startPass();
    for (const statement of statements) this.execute(statement);
    return statements.length;
  }

  private startPass(): void {
    this.symbols.pass++;
    this.placer.startPass();
    this.symbols.changes = 0;
    this.placements.length = 0;
    this.listed.length = 0;
    this.before = null;
    for (const section of this.sections) section.offset = 0;
    this.section = DEFAULT_SECTION;
    this.current = this.sectionNamed(DEFAULT_SECTION);
  }

  private sectionNamed(name: string): Section {
    const known = this.sections.find((s) => s.name === name);
    if (known) return known;
    const section = new Section(name, this.sections.length, name === ".bss", 4);
    this.sections.push(section);
    return section;
  }

  // What the preprocessor asks.

  isStatement(word: string): boolean {
    return isStatementWord(word);
  }

  evaluate(tokens: readonly Token[]): bigint {
    const cursor = { tokens, at: 0 };
    const expr = parseExpression(cursor, this.parser.resolve);
    const rest = tokens[cursor.at];
    if (rest !== undefined) throw new AsmError(messages.expected("the end of the expression", rest.text), rest);
    if (!isConstant(expr)) this.looksAround = true;
    this.here_ = null;
    return this.critical(expr);
  }

  // What expressions ask.

  symbol(name: string, at: Token): Value {
    return this.symbols.value(name, at, this.demandBefore ? "before" : this.phase === "final" ? "defined" : null);
  }

  here(): Value {
    this.here_ ??= this.addressAt(this.current.offset);
    return this.here_;
  }

  base(): Value {
    return this.addressAt(0);
  }

  /** An expression's value with the sections' addresses put in; see `Placer`. */
  resolved(value: Value): { number: bigint; at: Section | null } | null {
    return this.placer.resolved(value);
  }

  private addressAt(offset: number): Value {
    const { absolute, key } = this.current;
    if (absolute !== null) return number(absolute + BigInt(offset));
    return { number: BigInt(offset), terms: [{ key, times: 1 }], unknown: false };
  }

  get storing(): boolean {
    return this.phase === "final";
  }

  /** The value of an expression that has to be a plain number known at this point. */
  critical(expr: Expr): bigint {
    this.demandBefore = true;
    try {
      const value = evaluate(expr, this);
      if (!isNumber(value)) throw new AsmError(messages.notConstant(), expr.token);
      return value.number;
    } finally {
      this.demandBefore = false;
    }
  }

  // Statements.

  private execute(statement: Statement): void {
    this.here_ = null;
    this.statement = statement;
    const section = this.current;
    const offset = section.offset;
    this.sink.guard(statement.origin, () => this.perform(statement));
    if (this.phase !== "final") return;
    const size = section === this.current ? section.offset - offset : 0;
    const placement =
      size > 0 && section.absolute === null
        ? { origin: statement.origin, section, offset, size, code: codeOf(statement.action) }
        : null;
    if (placement) this.placements.push(placement);
    this.listed.push({ origin: statement.origin, placement });
  }

  private perform(statement: Statement): void {
    const { action, label, labelToken, origin, token } = statement;
    if (label !== null && action.kind !== "equ") {
      this.symbols.define(label, this.here(), "label", origin, labelToken!);
    }
    switch (action.kind) {
      case "none":
        return;
      case "equ":
        this.symbols.define(label!, evaluate(action.value, this), "constant", origin, labelToken!);
        return;
      case "org":
        this.setOrigin(action.value);
        return;
      case "times":
        this.repeatBody(action.body, this.critical(action.count), token);
        return;
      case "align":
        this.align(action.boundary, action.fill, token);
        return;
      case "section":
        this.openSection(action.name, action.attributes, token);
        if (!action.primitive) this.section = action.name;
        return;
      case "absolute":
        this.current = new Section("", -1, true, 1, this.critical(action.start));
        return;
      case "struc":
        this.before ??= this.current;
        this.structure = action.name;
        this.current = new Section("", -1, true, 1, action.start === null ? 0n : this.critical(action.start));
        this.here_ = null;
        this.symbols.define(action.name, this.here(), "constant", origin, token);
        return;
      case "endstruc":
        this.endStructure(statement);
        return;
      case "istruc":
        this.instanceStart = this.here();
        return;
      case "at":
        this.fillTo(action.field, action.zero, token);
        if (action.content !== null) {
          this.here_ = null;
          this.placer.place(action.content, 1, token);
        }
        return;
      case "iend":
        this.fillTo(action.size, action.zero, token);
        return;
      default:
        this.placer.place(action, 1, token);
    }
  }

  private setOrigin(expr: Expr): void {
    const value = this.critical(expr);
    if (value < 0n || value > 0xffffffffn) throw new AsmError(messages.badOrigin(value), expr.token);
    if (this.phase === "first" && this.origin !== null && this.origin !== Number(value)) {
      throw new AsmError(messages.secondOrigin(), expr.token);
    }
    this.origin = Number(value);
  }

  private repeatBody(body: Body, count: bigint, token: Token): void {
    if (count < 0n) {
      if (this.phase === "final") throw new AsmError(messages.negativeTimes(count), token);
      return;
    }
    if (count > BigInt(LIMITS.reservedBytes)) throw new AsmError(messages.tooManyTimes(count), token);
    this.placer.place(body, Number(count), token);
  }

  private align(boundary: Expr, fill: Body, token: Token): void {
    const to = alignment(this.critical(boundary), boundary.token);
    if (this.current.absolute === null) this.current.align = Math.max(this.current.align, to);
    const count = (to - (this.current.offset % to)) % to;
    if (count > 0) this.placer.place(fill, count, token);
  }

  private fillTo(field: Expr, zero: Body, token: Token): void {
    if (this.instanceStart === null) throw new AsmError(messages.strayEnd(token.text), token);
    const so = BigInt(this.current.offset) - this.instanceStart.number;
    this.repeatBody(zero, this.critical(field) - so, token);
  }

  private endStructure({ origin, token }: Statement): void {
    if (this.before === null || this.structure === null) throw new AsmError(messages.strayEnd(token.text), token);
    const size = number(BigInt(this.current.offset));
    this.symbols.define(`${this.structure}_size`, size, "constant", origin, token);
    this.current = this.before;
    this.before = null;
    this.structure = null;
  }

  private openSection(name: string, attributes: readonly SectionAttribute[], token: Token): void {
    if (this.sections.length >= LIMITS.sections) throw new AsmError(messages.tooManySections(), token);
    const section = this.sectionNamed(name);
    this.current = section;
    this.before = null;
    applyAttributes(section, attributes, (expr) => this.critical(expr));
  }
}

function codeOf(action: Statement["action"]): Placement["code"] {
  const body = action.kind === "times" ? action.body : action;
  return body.kind === "instruction" ? body.instruction.bits : null;
}
