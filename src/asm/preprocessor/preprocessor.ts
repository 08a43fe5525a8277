import { AsmError, type Diagnostics, FatalAsmError } from "../diagnostics.ts";
import { LIMITS } from "../limits.ts";
import { type Message, messages } from "../messages.ts";
import type { Expansion, Origin, Token } from "../source.ts";
import { retext } from "../source.ts";
import { builtin } from "./builtins.ts";
import { type ConditionHost, conditionHolds } from "./condition-lines.ts";
import { stepConditional } from "./conditionals.ts";
import { Defines } from "./defines.ts";
import { DIRECTIVES } from "./directives.ts";
import type { Files } from "./files.ts";
import type { Collecting, Context, Frame, Host, Line } from "./frames.ts";
import {
  argumentsFor,
  type BodyLine,
  type Macro,
  type MacroCall,
  parseMacroHead,
  splitArguments,
  substituteParameters,
} from "./macros.ts";
import { unknownDirective } from "./names.ts";
import { closingBracket, pasteAdjacent } from "./paste.ts";

/**
 * Reads files and yields the lines to assemble: NASM's preprocessor. One object serves one pass; it pulls line by line,
 * because %if and %assign may ask for `$` and labels, which the assembler knows only as far as it has come.
 */
export class Preprocessor {
  readonly defines: Defines;
  readonly macros = new Map<string, Macro[]>();
  readonly contexts: Context[] = [];
  readonly diagnostics: Diagnostics;
  readonly host: Host;
  readonly files: Files;
  private readonly frames: Frame[] = [];
  private collecting: Collecting | null = null;
  private origin: Origin;
  private unique = 0;
  private lineCount = 0;
  private queued: Line | null = null;

  constructor(files: Files, host: Host, diagnostics: Diagnostics) {
    this.files = files;
    this.host = host;
    this.diagnostics = diagnostics;
    this.origin = { source: { file: files.main, line: 1, text: "" }, expansion: null };
    this.defines = new Defines((token) => builtin(token, this.origin, this.host));
    for (const [name, body] of files.predefined) this.defines.define(name, null, body, false);
    this.pushFile(files.main, null);
  }

  /** The next line to assemble, or null at the end. */
  next(): Line | null {
    if (this.queued !== null) {
      const line = this.queued;
      this.queued = null;
      return line;
    }
    for (;;) {
      const frame = this.frames.at(-1);
      if (frame === undefined) return null;
      if (frame.at >= frame.lines.length) {
        this.endOf(frame);
        continue;
      }
      const body = frame.lines[frame.at++]!;
      this.origin = { source: body.source, expansion: frame.expansion };
      if (++this.lineCount > LIMITS.lines) this.fatal(messages.tooManyLines());
      const tokens = this.diagnostics.guard(this.origin, () => this.line(frame, body));
      if (tokens !== null && tokens.length > 0) return { tokens, origin: this.origin };
    }
  }

  /** The tokens that remain of a line, or null when the preprocessor used it up. */
  private line(frame: Frame, body: BodyLine): readonly Token[] | null {
    if (this.collecting !== null) {
      this.collect(this.collecting, body);
      return null;
    }
    const reading = this.reading(frame);
    let tokens = body.tokens;
    if (tokens.length === 0) return null;
    if (reading) {
      tokens = substituteParameters(tokens, this.call(), (t) => this.contextName(t));
      tokens = this.indirect(tokens);
    }
    const first = tokens[0];
    if (first?.kind === "directive") {
      this.directive(first, tokens.slice(1), reading, frame);
      return null;
    }
    if (!reading) return null;
    tokens = this.defines.expand(tokens);
    if (tokens.length > LIMITS.lineTokens) throw new AsmError(messages.lineTooLong(), null);
    return this.macroCall(tokens);
  }

  private reading(frame: Frame): boolean {
    const conditional = frame.conditionals.at(-1);
    return (conditional === undefined || conditional.state === "on") && !this.exiting();
  }

  private exiting(): boolean {
    return this.frames.at(-1)?.rep?.exited === true;
  }

  /** The macro call that %1 and %%x refer to: the innermost one around. */
  private call(): MacroCall | null {
    return this.frames.at(-1)?.call ?? null;
  }

  /** Replaces `%[...]` by the expansion of what is inside. */
  private indirect(tokens: Token[]): Token[] {
    const open = tokens.findIndex((t) => t.kind === "op" && t.text === "%[");
    if (open < 0) return tokens;
    const close = closingBracket(tokens, open);
    if (close < 0) throw new AsmError(messages.expected("`]`", null), tokens[open]!);
    const inside = this.defines.expand(this.indirect(tokens.slice(open + 1, close)));
    const first = inside[0];
    const placed = first ? [{ ...first, space: tokens[open]!.space }, ...inside.slice(1)] : [];
    const rest = this.indirect(tokens.slice(close + 1));
    return pasteAdjacent([...tokens.slice(0, open), ...placed, ...rest]);
  }

  private directive(token: Token, rest: Token[], reading: boolean, frame: Frame): void {
    const name = token.text.slice(1).toLowerCase();
    if (this.conditional(name, token, rest, frame)) return;
    if (!reading) return;
    switch (name) {
      case "macro":
      case "imacro":
      case "rmacro":
      case "irmacro": {
        const head = parseMacroHead(
          this.defines.expand(rest),
          name.includes("im") || name === "irmacro",
          name.includes("rm"),
        );
        this.startCollecting(token, head, 0);
        return;
      }
      case "rep":
        this.startCollecting(token, null, 0);
        this.collecting!.count = this.repetitions(token, this.defines.expand(rest));
        return;
      case "exitrep":
        this.exitRep(token);
        return;
      case "exitmacro":
        this.exitMacro(token);
        return;
      case "include":
        this.include(token, this.defines.expand(rest));
        return;
      case "rotate":
        this.rotate(token, rest);
        return;
    }
    const action = DIRECTIVES[name];
    if (!action) throw new AsmError(unknownDirective(token), token);
    action(this, token, rest);
  }

  /** How often a %rep repeats. */
  private repetitions(token: Token, operands: Token[]): number {
    const count = this.evaluate(operands, token);
    if (count > BigInt(LIMITS.repetitions)) {
      throw new AsmError(messages.tooManyRepetitions(count), operands[0]!, operands.at(-1)!);
    }
    return count < 0n ? 0 : Number(count);
  }

  /** The value of an expression after a directive. */
  evaluate(tokens: readonly Token[], directive: Token): bigint {
    const expanded = this.defines.expand([...tokens]);
    if (expanded.length === 0) throw new AsmError(messages.expected("an expression", null), directive);
    return this.host.evaluate(expanded);
  }

  report(severity: "error" | "warning", words: Message, token: Token): void {
    this.diagnostics.report(severity, this.origin, words, token);
  }

  fatal(words: Message): never {
    this.diagnostics.error(this.origin, words);
    throw new FatalAsmError(words, null);
  }

  nextUnique(): number {
    return ++this.unique;
  }

  /** The name that `%$x` stands for in the current context (`%$$x` in the one around it). */
  contextName(token: Token): Token {
    const match = /^%(\$+)(.*)$/.exec(token.text.replace(/^%\{(.*)\}$/, "%$1"));
    if (!match) return token;
    const context = this.contexts.at(-match[1]!.length);
    if (!context) throw new AsmError(messages.noContext(token.text), token);
    return retext(token, `..@${context.unique}.${match[2]!}`, "id");
  }

  /** Handles %if and its kin; false when the directive is none of them. */
  private conditional(name: string, token: Token, rest: Token[], frame: Frame): boolean {
    return stepConditional(frame.conditionals, name, token, this.origin, this.reading(frame), (kind) => {
      const operands = substituteParameters(rest, this.call(), (t) => this.contextName(t));
      return conditionHolds(kind, operands, token, this.conditionHost);
    });
  }

  private readonly conditionHost: ConditionHost = {
    expand: (tokens) => this.defines.expand(tokens),
    evaluate: (tokens, directive) => this.evaluate(tokens, directive),
    isDefine: (name) => this.defines.isDefined(name),
    isContext: (name) => this.contexts.at(-1)?.name.toLowerCase() === name.toLowerCase(),
    contextName: (token) => this.contextName(token),
    isMacro: (name, least, most) =>
      this.macrosNamed(name).some((m) => (least === null ? true : m.least <= (most ?? least) && least <= m.most)),
  };

  macrosNamed(name: string): Macro[] {
    const found = this.macros.get(name.toLowerCase());
    return found === undefined ? [] : found.filter((m) => m.ignoreCase || m.name === name);
  }

  private startCollecting(token: Token, macro: Macro | null, count: number): void {
    this.collecting = { token, origin: this.origin, lines: [], macro, count, depth: 0 };
  }

  private collect(collecting: Collecting, body: BodyLine): void {
    const first = body.tokens[0];
    const name = first?.kind === "directive" ? first.text.slice(1).toLowerCase() : "";
    const macro = collecting.macro !== null;
    const opens = macro ? /^i?r?macro$/.test(name) : name === "rep";
    const closes = macro ? name === "endmacro" || name === "endm" : name === "endrep";
    if (opens) collecting.depth++;
    if (closes && collecting.depth-- === 0) {
      this.collecting = null;
      if (collecting.macro) this.defineMacro(collecting.macro, collecting.lines);
      else this.startRep(collecting);
      return;
    }
    collecting.lines.push(body);
  }

  private defineMacro(macro: Macro, lines: readonly BodyLine[]): void {
    macro.body.push(...lines);
    const key = macro.name.toLowerCase();
    const others = (this.macros.get(key) ?? []).filter(
      (m) => m.least !== macro.least || m.most !== macro.most || (m.name !== macro.name && !m.ignoreCase),
    );
    this.macros.set(key, [macro, ...others]);
  }

  private startRep({ lines, count, token }: Collecting): void {
    if (count === 0 || lines.length === 0) return;
    const outer = this.frames.at(-1)!;
    this.deepen(token);
    this.frames.push({
      lines,
      at: 0,
      expansion: outer.expansion,
      call: outer.call,
      conditionals: outer.conditionals,
      file: null,
      rep: { left: count - 1, exited: false },
    });
  }

  private deepen(token: Token): void {
    if (this.frames.length >= LIMITS.macroDepth) {
      this.diagnostics.error(this.origin, messages.macroTooDeep(), token);
      throw new FatalAsmError(messages.macroTooDeep(), token);
    }
  }

  private endOf(frame: Frame): void {
    if (frame.rep && !frame.rep.exited && frame.rep.left > 0) {
      frame.rep.left--;
      frame.at = 0;
      return;
    }
    this.frames.pop();
    if (frame.call && !frame.rep) frame.call.macro.active--;
    if (frame.file === null) return;
    for (const open of frame.conditionals)
      this.diagnostics.error(open.origin, messages.unclosed(open.token.text, "%endif"), open.token);
    if (this.collecting !== null && this.frames.length === 0) {
      const { token, origin, macro } = this.collecting;
      this.diagnostics.error(origin, messages.unclosed(token.text, macro ? "%endmacro" : "%endrep"), token);
      this.collecting = null;
    }
  }

  private exitRep(token: Token): void {
    const frame = this.frames.at(-1);
    if (!frame?.rep) throw new AsmError(messages.exitOutside(token.text, "%rep"), token);
    frame.rep.exited = true;
  }

  private exitMacro(token: Token): void {
    if (this.call() === null) throw new AsmError(messages.exitOutside(token.text, "%macro"), token);
    const call = this.call();
    while (this.frames.at(-1)?.call === call) {
      const frame = this.frames.at(-1)!;
      frame.at = frame.lines.length;
      if (frame.rep) frame.rep.exited = true;
      const last = !frame.rep;
      this.endOf(frame);
      if (last) return;
    }
  }

  private rotate(token: Token, rest: Token[]): void {
    const call = this.call();
    if (call === null) throw new AsmError(messages.exitOutside(token.text, "%macro"), token);
    const count = BigInt(call.parameters.length);
    if (count === 0n) return;
    const by = Number(((this.evaluate(rest, token) % count) + count) % count);
    call.parameters = [...call.parameters.slice(by), ...call.parameters.slice(0, by)];
  }

  private include(token: Token, rest: Token[]): void {
    const name = rest[0];
    if (name?.kind !== "string")
      throw new AsmError(messages.expected("a file name in quotes", name?.text ?? null), name ?? token);
    const depth = this.frames.filter((f) => f.file !== null).length;
    const from = this.frames.findLast((f) => f.file !== null)!.file!;
    if (depth >= LIMITS.includeDepth) {
      this.diagnostics.error(this.origin, messages.includeTooDeep(name.text), name);
      throw new FatalAsmError(messages.includeTooDeep(name.text), name);
    }
    const path = this.files.open(name.value, from, name);
    this.pushFile(path, null);
  }

  private pushFile(path: string, expansion: Expansion | null): void {
    this.frames.push({
      lines: this.files.lines(path),
      at: 0,
      expansion,
      call: null,
      conditionals: [],
      file: path,
      rep: null,
    });
  }

  /** If the line calls a macro (perhaps behind a label), starts it; else gives the line back. */
  private macroCall(tokens: readonly Token[]): readonly Token[] | null {
    if (this.macros.size === 0) return tokens;
    let at = 0;
    if (!this.callable(tokens[0])) {
      if (tokens[0]?.kind !== "id") return tokens;
      at = tokens[1]?.kind === "op" && tokens[1].text === ":" ? 2 : 1;
      if (!this.callable(tokens[at])) return tokens;
    }
    const name = tokens[at]!;
    const rest = tokens.slice(at + 1);
    const candidates = this.macrosNamed(name.text);
    for (const macro of candidates) {
      if (macro.active > 0 && !macro.recursive) continue;
      const parameters = argumentsFor(macro, rest);
      if (parameters === null) continue;
      return this.enter({
        macro,
        name,
        label: at > 0 ? tokens[0]! : null,
        parameters,
        unique: this.nextUnique(),
        origin: this.origin,
      });
    }
    if (this.host.isStatement(name.text) || at === 1 || candidates.every((m) => m.active > 0 && !m.recursive))
      return tokens;
    const given = rest.length === 0 ? 0 : splitArguments(rest, Number.POSITIVE_INFINITY).length;
    throw new AsmError(messages.macroArguments(name.text, given, candidates.map(countText).join(", ")), name);
  }

  private callable(token: Token | undefined): boolean {
    return token?.kind === "id" && this.macros.has(token.text.toLowerCase()) && this.macrosNamed(token.text).length > 0;
  }

  private enter(call: MacroCall): readonly Token[] | null {
    this.deepen(call.name);
    const outer = this.frames.at(-1)!;
    call.macro.active++;
    this.frames.push({
      lines: call.macro.body,
      at: 0,
      expansion: { name: call.macro.name, call: this.origin },
      call,
      conditionals: outer.conditionals,
      file: null,
      rep: null,
    });
    const takesLabel = call.macro.body.some((l) =>
      l.tokens.some((t) => t.kind === "param" && /^%\{?00\}?$/.test(t.text)),
    );
    if (call.label === null || takesLabel) return null;
    return [call.label, retext(call.label, ":", "op")];
  }
}

/** How many arguments a macro takes: `2`, `1-3`, `1-*`. */
function countText({ least, most }: Macro): string {
  return least === most ? String(least) : `${least}-${most === Number.POSITIVE_INFINITY ? "*" : most}`;
}
