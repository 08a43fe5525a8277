import { AsmError, FatalAsmError } from "../diagnostics.ts";
import { LIMITS } from "../limits.ts";
import { messages } from "../messages.ts";
import type { Token } from "../source.ts";
import { isBuiltin } from "./builtins.ts";
import { pasteExplicit } from "./paste.ts";

/** A single-line macro (%define and its kin). */
export interface Define {
  readonly name: string;
  /** Parameter names; null when it is used without parentheses. */
  readonly parameters: readonly string[] | null;
  readonly body: readonly Token[];
  readonly ignoreCase: boolean;
  /** It is being expanded: its own name stays as it is meanwhile. */
  active: boolean;
}

/** On the work stack of an expansion: from here on the macro may be expanded again. */
interface Done {
  readonly done: Define;
}

/** The single-line macros, and how a line is expanded with them. */
export class Defines {
  private readonly exact = new Map<string, Define[]>();
  private readonly folded = new Map<string, Define[]>();
  private readonly builtin: (token: Token) => Token[] | null;
  private budget = LIMITS.expandedTokens;

  /** @param builtin gives the tokens of __LINE__ and its like, or null */
  constructor(builtin: (token: Token) => Token[] | null) {
    this.builtin = builtin;
  }

  /** Adds or replaces a macro; macros of one name with other numbers of parameters stay. */
  define(name: string, parameters: readonly string[] | null, body: readonly Token[], ignoreCase: boolean): void {
    const first = body[0];
    const trimmed = first?.space ? [{ ...first, space: false }, ...body.slice(1)] : body;
    const entry: Define = { name, parameters, body: trimmed, ignoreCase, active: false };
    const map = ignoreCase ? this.folded : this.exact;
    const key = ignoreCase ? name.toLowerCase() : name;
    const same = map.get(key)?.filter((d) => (d.parameters?.length ?? -1) !== (parameters?.length ?? -1)) ?? [];
    same.push(entry);
    map.set(key, same);
  }

  undefine(name: string): void {
    this.exact.delete(name);
    this.folded.delete(name.toLowerCase());
  }

  isDefined(name: string): boolean {
    return this.find(name) !== undefined || isBuiltin(name);
  }

  clear(): void {
    this.exact.clear();
    this.folded.clear();
  }

  /** Names in use, for suggestions. */
  names(): Iterable<string> {
    return this.exact.keys();
  }

  private find(name: string): Define[] | undefined {
    return this.exact.get(name) ?? (this.folded.size > 0 ? this.folded.get(name.toLowerCase()) : undefined);
  }

  /** Expands every macro in the tokens; the same array comes back when there was nothing to do. */
  expand(tokens: Token[]): Token[] {
    if (!tokens.some((t) => this.concerns(t))) return tokens;
    let line = tokens;
    for (let round = 0; round < LIMITS.defineDepth; round++) {
      const expanded = this.expandOnce(line);
      line = pasteExplicit(expanded);
      if (line === expanded) return line;
    }
    throw new AsmError(messages.defineTooDeep(), tokens[0] ?? null);
  }

  private concerns(token: Token): boolean {
    if (token.kind === "id") return this.find(token.text) !== undefined || token.text.startsWith("__");
    return token.kind === "op" && token.text === "%+";
  }

  private expandOnce(tokens: readonly Token[]): Token[] {
    const work: (Token | Done)[] = tokens.toReversed();
    const out: Token[] = [];
    try {
      while (work.length > 0) {
        const item = work.pop()!;
        if ("done" in item) {
          item.done.active = false;
          continue;
        }
        const body = item.kind === "id" ? this.replacement(item, work) : null;
        if (body === null) {
          out.push(item);
          if (out.length > LIMITS.lineTokens) throw new AsmError(messages.lineTooLong(), tokens[0]!);
          continue;
        }
        this.budget -= body.length + 1;
        if (this.budget < 0) throw new FatalAsmError(messages.expansionBudget(), tokens[0]!);
        for (let i = body.length - 1; i >= 0; i--) work.push(i === 0 ? { ...body[0]!, space: item.space } : body[i]!);
      }
    } finally {
      for (const item of work) if ("done" in item) item.done.active = false;
    }
    return out;
  }

  /** What stands for the name `token`, or null. Takes the arguments, if any, off the work stack. */
  private replacement(token: Token, work: (Token | Done)[]): Token[] | null {
    const found = this.find(token.text);
    if (found === undefined) return token.text.startsWith("__") ? this.builtin(token) : null;
    const plain = found.find((d) => d.parameters === null);
    const called = isOpen(work) && found.some((d) => d.parameters !== null);
    if (!called) {
      if (!plain || plain.active) return null;
      return this.enter(plain, [...plain.body], work);
    }
    if (found.some((d) => d.active)) return null;
    const args = takeArguments(token, work);
    const macro =
      found.find((d) => d.parameters?.length === args.length) ??
      found.find((d) => d.parameters?.length === 0 && args.length === 1 && args[0]!.length === 0);
    if (!macro) {
      const accepted = found.flatMap((d) => (d.parameters ? [d.parameters.length] : []));
      throw new AsmError(messages.defineArguments(token.text, args.length, accepted), token);
    }
    return this.enter(macro, substitute(macro, args), work);
  }

  private enter(macro: Define, body: Token[], work: (Token | Done)[]): Token[] {
    macro.active = true;
    work.push({ done: macro });
    return body;
  }
}

function isOpen(work: readonly (Token | Done)[]): boolean {
  for (let i = work.length - 1; i >= 0; i--) {
    const item = work[i]!;
    if ("done" in item) continue;
    return item.kind === "op" && item.text === "(";
  }
  return false;
}

/** Takes `( a, b, ... )` off the work stack; commas inside (), [] and {} do not part arguments. */
function takeArguments(name: Token, work: (Token | Done)[]): Token[][] {
  const args: Token[][] = [[]];
  let depth = 0;
  let braces = 0;
  while (work.length > 0) {
    const item = work.pop()!;
    if ("done" in item) {
      item.done.active = false;
      continue;
    }
    const op = item.kind === "op" ? item.text : "";
    if (op === "(" && depth++ === 0) continue;
    if (op === ")" && braces === 0 && --depth === 0) return args;
    if (op === "{" && braces++ === 0) continue;
    if (op === "}" && braces > 0 && --braces === 0) continue;
    if (op === "," && depth === 1 && braces === 0) args.push([]);
    else args.at(-1)!.push(item);
  }
  throw new AsmError(messages.defineUnclosed(name.text), name);
}

function substitute(macro: Define, args: readonly Token[][]): Token[] {
  const out: Token[] = [];
  for (const token of macro.body) {
    const index = token.kind === "id" ? macro.parameters!.indexOf(token.text) : -1;
    if (index < 0) {
      out.push(token);
      continue;
    }
    const arg = args[index] ?? [];
    for (let i = 0; i < arg.length; i++) out.push(i === 0 ? { ...arg[0]!, space: token.space } : arg[i]!);
    if (out.length > LIMITS.lineTokens) throw new AsmError(messages.lineTooLong(), token);
  }
  return out;
}
