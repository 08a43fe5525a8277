import type { StrategyId, TimedInput } from "./types.ts";

/**
 * The header of a guest program: the comment lines at its very top, which say in a form for machines what the program
 * is and what must happen when it runs. `programs/README.md` describes the format for authors.
 */

/** How a run must end. `exitCode` is the byte written to the exit port, null unless the outcome is `exited`. */
export interface ExpectedRun {
  readonly outcome: "exited" | "halted" | "shutdown" | null;
  readonly exitCode: number | null;
  /** Everything written to port E9, to COM1; null: not stated. Characters are bytes (Latin-1). */
  readonly debug: string | null;
  readonly serial: string | null;
  /** Rows of the VGA text screen that are stated, without trailing blanks. */
  readonly screen: readonly { readonly row: number; readonly text: string }[];
}

/** What must come out when a strategy's run is compared with bare metal. */
export interface ExpectedComparison {
  readonly strategy: Exclude<StrategyId, "bare-metal">;
  readonly verdict: "equivalent" | "differs";
  /** Mnemonic, upper case, of the instruction that the first difference names; null if equivalent. */
  readonly mnemonic: string | null;
  readonly property: "equivalence" | "resource control" | "efficiency" | null;
  /** What the virtualized run must show; if equivalent, the same as on bare metal. */
  readonly run: ExpectedRun;
}

export interface ProgramHeader {
  readonly title: { readonly en: string; readonly zh: string };
  readonly summary: { readonly en: string; readonly zh: string };
  readonly topic: string;
  /** Position among the programs of the topic, ascending. */
  readonly order: number;
  readonly inputs: readonly TimedInput[];
  readonly bareMetal: ExpectedRun;
  readonly comparisons: readonly ExpectedComparison[];
  /** The what-if rule under which the runs become equal, if one does. */
  readonly whatIf: string | null;
  /** Why the program is for bare metal only, or null. */
  readonly bareOnly: string | null;
}

export interface HeaderError {
  /** 1-based line in the source. */
  readonly line: number;
  readonly message: string;
}

export interface ParsedHeader {
  readonly program: ProgramHeader;
  readonly errors: readonly HeaderError[];
}

/** Ticks between a key going down and coming up, for the input `key`. */
const KEY_HELD = 100;

const STRATEGIES: readonly ExpectedComparison["strategy"][] = ["trap-and-emulate", "binary-translation"];
/** What every guest is equivalent under, unless its header says otherwise. */
const UNSTATED: ReadonlySet<string> = new Set(["binary-translation"]);
const EQUIVALENT = { verdict: "equivalent", mnemonic: null, property: null } as const;
const RUN_KEYS = ["outcome", "debug", "serial", "screen"] as const;
const TEXT_KEYS = ["title", "title-zh", "summary", "summary-zh", "topic"] as const;
const REQUIRED_KEYS = [...TEXT_KEYS, "order", "outcome"];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface RunDraft extends Mutable<Omit<ExpectedRun, "screen">> {
  screen: { row: number; text: string }[];
}

/** Signals a value that does not fit its key; the message says what would. */
class BadValue extends Error {}

/**
 * Reads the header of a program's source text. Never throws: what is wrong is in `errors`, and the rest stands. A
 * source without a header gives empty texts and one error for each key that is missing.
 */
export function parseProgramHeader(source: string): ParsedHeader {
  const errors: HeaderError[] = [];
  const seen = new Set<string>();
  const texts = new Map<string, string>();
  const runs = new Map<string, RunDraft>([["bare-metal", emptyRun()]]);
  const verdicts = new Map<string, Verdict>();
  const inputs: TimedInput[] = [];
  let order = 0;
  let whatIf: string | null = null;
  let bareOnly: string | null = null;

  const take = (key: string, value: string): void => {
    const [first, second] = key.split(" ");
    if (first === undefined) throw new BadValue("a header line is `; key: value`");
    const strategy = STRATEGIES.find((name) => name === first);
    if (strategy !== undefined && second === undefined) verdicts.set(strategy, parseVerdict(value));
    else if (strategy !== undefined) {
      const run = runs.get(strategy) ?? emptyRun();
      runs.set(strategy, run);
      takeRun(run, second ?? "", value);
    } else if (RUN_KEYS.some((name) => name === key)) takeRun(runs.get("bare-metal") ?? emptyRun(), key, value);
    else if (TEXT_KEYS.some((name) => name === key)) texts.set(key, value);
    else if (key === "order") order = parseNumber(value);
    else if (key === "what-if") whatIf = value;
    else if (key === "bare-only") bareOnly = value;
    else if (key === "input") inputs.push(...parseInput(value));
    else throw new BadValue(`unknown key \`${key}\``);
  };

  for (const { key, value, line } of headerLines(source)) {
    seen.add(key);
    try {
      take(key, value);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      errors.push({ line, message: error.message });
    }
  }
  for (const key of REQUIRED_KEYS)
    if (!seen.has(key)) errors.push({ line: 1, message: `the header has no \`${key}\`` });

  const bareMetal = runs.get("bare-metal") ?? emptyRun();
  const comparisons: ExpectedComparison[] = [];
  for (const strategy of STRATEGIES) {
    const unstated = UNSTATED.has(strategy) && bareOnly === null && !seen.has(strategy);
    const verdict = verdicts.get(strategy) ?? (unstated ? EQUIVALENT : undefined);
    if (verdict === undefined) {
      if (bareOnly === null && !seen.has(strategy))
        errors.push({ line: 1, message: `the header has neither \`${strategy}\` nor \`bare-only\`` });
      continue;
    }
    const own = runs.get(strategy) ?? emptyRun();
    const run = verdict.verdict === "equivalent" ? bareMetal : own;
    comparisons.push({ strategy, ...verdict, run });
  }
  inputs.sort((a, b) => a.tick - b.tick);
  const text = (key: string): string => texts.get(key) ?? "";
  const program: ProgramHeader = {
    title: { en: text("title"), zh: text("title-zh") },
    summary: { en: text("summary"), zh: text("summary-zh") },
    topic: text("topic"),
    order,
    inputs,
    bareMetal,
    comparisons,
    whatIf,
    bareOnly,
  };
  return { program, errors };
}

function emptyRun(): RunDraft {
  return { outcome: null, exitCode: null, debug: null, serial: null, screen: [] };
}

/** The lines `; key: value` at the top, up to the first line of another form. */
function headerLines(source: string): { key: string; value: string; line: number }[] {
  const found: { key: string; value: string; line: number }[] = [];
  for (const [index, text] of source.split(/\r?\n/).entries()) {
    const match = /^; ([a-z][a-z -]*): (.*)$/.exec(text);
    if (match === null) break;
    found.push({ key: match[1] ?? "", value: (match[2] ?? "").trim(), line: index + 1 });
  }
  return found;
}

function takeRun(run: RunDraft, key: string, value: string): void {
  if (key === "outcome") {
    const match = /^(?:(exited) (\d+)|(halted|shutdown))$/.exec(value);
    if (match === null) throw new BadValue("an outcome is `exited CODE`, `halted` or `shutdown`");
    run.outcome = (match[1] ?? match[3]) as "exited" | "halted" | "shutdown";
    run.exitCode = match[2] === undefined ? null : parseNumber(match[2]);
  } else if (key === "debug" || key === "serial") run[key] = (run[key] ?? "") + parseText(value);
  else if (key === "screen") {
    const match = /^(\d+) (".*")$/.exec(value);
    if (match === null) throw new BadValue('a screen row is `ROW "text"`');
    run.screen.push({ row: parseNumber(match[1] ?? ""), text: parseText(match[2] ?? "") });
  } else throw new BadValue(`unknown key \`${key}\``);
}

type Verdict = Pick<ExpectedComparison, "verdict" | "mnemonic" | "property">;
function parseVerdict(value: string): Verdict {
  if (value === "equivalent") return EQUIVALENT;
  const match = /^differs at ([A-Z][A-Z0-9]*) property=(equivalence|resource control|efficiency)$/.exec(value);
  if (match === null) throw new BadValue("a verdict is `equivalent` or `differs at MNEMONIC property=PROPERTY`");
  return {
    verdict: "differs",
    mnemonic: match[1] ?? "",
    property: (match[2] ?? "equivalence") as "equivalence" | "resource control" | "efficiency",
  };
}

/** `tick N key CODE`, `tick N key-down CODE`, `tick N key-up CODE`, `tick N serial "text"`. */
function parseInput(value: string): TimedInput[] {
  const match = /^tick (\d+) (key|key-down|key-up|serial) (.+)$/.exec(value);
  if (match === null) throw new BadValue('an input is `tick N key CODE` or `tick N serial "text"`');
  const tick = parseNumber(match[1] ?? "");
  const kind = match[2] ?? "";
  const what = match[3] ?? "";
  if (kind === "serial")
    return [...parseText(what)].map((character) => ({
      tick,
      event: { kind: "serial", byte: character.charCodeAt(0) & 0xff },
    }));
  if (!/^[A-Za-z0-9]+$/.test(what))
    throw new BadValue("a key is named as KeyboardEvent.code names it: `KeyA`, `Enter`");
  const down: TimedInput = { tick, event: { kind: "key", code: what, down: true } };
  const up: TimedInput = {
    tick: kind === "key" ? tick + KEY_HELD : tick,
    event: { kind: "key", code: what, down: false },
  };
  return kind === "key" ? [down, up] : [kind === "key-down" ? down : up];
}

function parseNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new BadValue("a decimal number is wanted here");
  return Number(value);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** A text in double quotes with the escapes \n \r \t \" \\ and \xHH. */
function parseText(value: string): string {
  const inner = /^"((?:[^"\\]|\\[nrt"\\]|\\x[0-9A-Fa-f]{2})*)"$/.exec(value)?.[1];
  if (inner === undefined) throw new BadValue('a text stands in double quotes, with \\n \\r \\t \\" \\\\ and \\xHH');
  return inner.replace(/\\(?:x(..)|(.))/g, (_, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (ESCAPES[letter ?? ""] ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
