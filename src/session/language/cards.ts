import type { Assembly } from "../../asm/assemble.ts";
import { disassembleBytes } from "../../asm/disassemble.ts";
import { DIRECTIVE_WORDS, KEYWORD_WORDS, PREPROCESSOR_WORDS } from "../../asm/language/directive-words.ts";
import { parametersText } from "../../asm/language/macros.ts";
import type { NameIndex } from "../../asm/language/names.ts";
import { mayBecome, placeIn, writableRows } from "../../asm/language/operands.ts";
import type { Name, Position } from "../../asm/language/types.ts";
import { REGISTERS } from "../../asm/registers.ts";
import { behaviourAt, isPrivileged } from "../../isa/behaviour.ts";
import { encodingText, operandsText } from "../../isa/notation.ts";
import type { Row } from "../../isa/types.ts";
import { interceptWords } from "../../isa/vmx-intercepts.ts";
import { STRATEGIES } from "../../vmm/registry.ts";
import type { NameAnswer } from "../inspect/name.ts";
import type { Card, InstructionCard, NameCard, Treatment } from "./types.ts";

/** What cards are made from. */
export interface CardContext {
  readonly index: NameIndex;
  readonly assembly: Assembly;
  readonly chosen: { readonly strategy: string; readonly whatIf: readonly string[] };
  /** What a name stands for in the run; `nothing` where no run is loaded. */
  readonly now: (name: string) => NameAnswer;
}

/** What there is to say of a word at a place; null where there is nothing. */
export function cardOf(word: string, position: Position, context: CardContext): Card | null {
  const { index } = context;
  const lower = word.toLowerCase();
  if (word.startsWith("%")) {
    const words = PREPROCESSOR_WORDS[lower.slice(1)];
    return words === undefined ? null : { kind: "word", name: lower, words };
  }
  const occurrence = index.at(position.file, position.line, position.column);
  const name = occurrence === null ? namedSo(word, position, index) : index.name(occurrence.key);
  if (name !== null) return nameCard(name, context);
  if (REGISTERS.has(lower)) {
    const now = context.now(lower);
    return { kind: "register", name: lower, now: now.kind === "register" ? now : null };
  }
  const rows = writableRows(lower);
  if (rows.length > 0) return instructionCard(lower, rows, position, context);
  const words = DIRECTIVE_WORDS[lower] ?? KEYWORD_WORDS[lower];
  return words === undefined ? null : { kind: "word", name: lower, words };
}

/** A name of the program that a completion offers: it does not stand at the place yet. */
function namedSo(word: string, { file, line }: Position, index: NameIndex): Name | null {
  const full = word.startsWith(".") ? index.parentAt(file, line) + word : word;
  const macro = index.macroNamed(word);
  const found =
    index.name(`label ${full}`) ?? index.name(`define ${word}`) ?? (macro && index.name(`macro ${macro.name}`));
  return found !== null && found.definitions.length > 0 ? found : null;
}

function nameCard(name: Name, { index, assembly, now }: CardContext): NameCard {
  const [first] = name.definitions;
  const macro = name.kind === "macro" ? index.macroNamed(name.name) : null;
  const inRun = now(name.name);
  return {
    kind: "name",
    name: name.name,
    is: name.kind,
    definition: first === undefined ? null : { file: first.file, line: first.line, text: first.text },
    comment: first?.comment ?? "",
    parameters: macro === null ? null : parametersText(macro),
    value: name.kind === "macro" || name.kind === "define" ? null : (assembly.symbols.get(name.name)?.value ?? null),
    now: name.kind !== "macro" && name.kind !== "define" && inRun.kind === "symbol" ? inRun : null,
    references: name.references.length,
  };
}

function instructionCard(
  mnemonic: string,
  rows: readonly Row[],
  position: Position,
  context: CardContext,
): InstructionCard {
  const { index, assembly, chosen } = context;
  const line = assembled(assembly, position, mnemonic);
  const row = line?.row ?? written(index, position, mnemonic, rows) ?? rows[0]!;
  const umip = row.checks.some((check) => check.rule === "umip");
  const rule = row.silent?.whatIf ?? null;
  return {
    kind: "instruction",
    mnemonic,
    aliases: [row.mnemonic, ...row.aliases].filter((name) => name !== mnemonic),
    operands: operandsText(row),
    encoding: encodingText(row),
    forms: rows.length,
    words: row.words,
    checks: row.checks.map((check) => check.rule),
    privileged: isPrivileged(row),
    sensitivity: row.sensitivity,
    silent: row.silent?.words ?? null,
    vmx: row.vmx === null ? null : interceptWords(row.vmx),
    robinIrvine: row.silent?.robinIrvine ?? false,
    whatIf:
      rule === null ? null : { rule, on: chosen.whatIf.includes(rule) || (umip && chosen.whatIf.includes("umip")) },
    flags: row.flags,
    manual: row.manual,
    levels: ([0, 1, 3] as const).map((cpl) => ({ cpl, ...behaviourAt(row, cpl) })),
    strategies: STRATEGIES.map((strategy): Treatment => {
      // What a strategy makes of it shows where the guest's kernel really sits.
      const { ring } = strategy.seats.find((seat) => seat.who === "guest-kernel")!;
      const at = behaviourAt(row, ring);
      return {
        id: strategy.id,
        title: strategy.name,
        current: strategy.id === chosen.strategy,
        ring,
        verdict: at.verdict,
        words: strategy.treats?.(row, at) ?? at.words,
      };
    }),
    line: line === null ? null : { address: line.address, bytes: line.bytes, times: line.times },
  };
}

/** What a line was assembled to, if the mnemonic is among it. Lines of macros and %rep may give bytes several times. */
function assembled({ lines, bytes, origin }: Assembly, { file, line }: Position, mnemonic: string) {
  const found = lines.of(file, line).flatMap(({ address, size, code }) => {
    if (code === null) return [];
    const start = address - origin;
    const row = disassembleBytes(bytes.subarray(start, start + size), 0, address, code).insn?.row;
    return row && [row.mnemonic, ...row.aliases].includes(mnemonic) ? [{ address, row, size, start }] : [];
  });
  const [first] = found;
  if (first === undefined) return null;
  const shown = [...bytes.subarray(first.start, first.start + Math.min(first.size, 15))];
  return {
    row: first.row as Row,
    address: first.address,
    bytes: shown.map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
    times: found.length,
  };
}

/** The row that the operands on the line fit. */
function written(index: NameIndex, { file, line }: Position, mnemonic: string, rows: readonly Row[]): Row | null {
  const tokens = index.texts.get(file)?.lines[line - 1]?.tokens ?? [];
  const { head, operands } = placeIn(tokens, index);
  if (head?.text.toLowerCase() !== mnemonic) return null;
  const given = operands.filter((operand) => operand.length > 0);
  return rows.find((row) => row.operands.length === given.length && mayBecome(row, given)) ?? null;
}
