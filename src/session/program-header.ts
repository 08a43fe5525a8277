import type { Words } from "../isa/types.ts";
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
  /** Whether its processor has VT-x. */
  readonly vmx: boolean;
  /** Basic exit reasons of all its VM exits and failed entries, in the order in which they happen (none without VT-x). */
  readonly exits: readonly number[];
  /** Programs that run in domains beside it, under a strategy that has domains. */
  readonly companions: readonly CompanionLine[];
  /** It runs beside others only: nothing is expected of it alone. */
  readonly isCompanion: boolean;
}

/** The line `; domain N: FILE`. */
export interface CompanionLine {
  /** The domain's number. */
  readonly id: number;
  /** Found as an include is. */
  readonly path: string;
  /** 1-based line in the source. */
  readonly line: number;
}

export interface HeaderError {
  /** 1-based line in the source. */
  readonly line: number;
  readonly message: string;
  /** The same for those who load the program, where it matters to them; else absent. */
  readonly words?: Words;
}

export interface ParsedHeader {
  readonly program: ProgramHeader;
  readonly errors: readonly HeaderError[];
}

/** Ticks between a key going down and coming up, for the input `key`. */
const KEY_HELD = 100;

const STRATEGIES: readonly ExpectedComparison["strategy"][] = [
  "trap-and-emulate",
  "binary-translation",
  "paravirtual",
  "vtx",
];
/** Strategies that nothing is expected under unless the header says so: a guest has to be written for them. */
const OPTIONAL: ReadonlySet<string> = new Set(["paravirtual"]);
/** What every guest is equivalent under, unless its header says otherwise. */
const UNSTATED: ReadonlySet<string> = new Set(["binary-translation", "vtx"]);
const EQUIVALENT = { verdict: "equivalent", mnemonic: null, property: null } as const;
const RUN_KEYS = ["outcome", "debug", "serial", "screen"] as const;
const TEXT_KEYS = ["title", "title-zh", "summary", "summary-zh", "topic"] as const;
const REQUIRED_KEYS = [...TEXT_KEYS, "order"];
/** Numbers of domains; the guest itself is in the one that is left out. */
const DOMAINS = /^[02-7]$/;
/** Beyond this a sequence of exits is not a sequence that anybody reads. */
const MOST_EXITS = 10_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface RunDraft extends Mutable<Omit<ExpectedRun, "screen">> {
  screen: { row: number; text: string }[];
}

/** Signals a value that does not fit its key; the message says what would. */
class BadValue extends Error {
  readonly words: Words | null;
  constructor(message: string, words: Words | null = null) {
    super(message);
    this.words = words;
  }
}

const badDomain = (en: string, zh: string): BadValue => new BadValue(en, { en, zh });

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
  let isCompanion = false;
  let vmx = false;
  const exits: number[] = [];
  const companions: CompanionLine[] = [];

  const take = (key: string, value: string, line: number): void => {
    const [first, second] = key.split(" ");
    if (first === undefined) throw new BadValue("a header line is `; key: value`");
    const strategy = STRATEGIES.find((name) => name === first);
    if (strategy !== undefined && second === undefined) {
      const verdict = parseVerdict(value);
      if (OPTIONAL.has(strategy) && verdict !== EQUIVALENT) throw new BadValue("the verdict is `equivalent`");
      verdicts.set(strategy, verdict);
    } else if (strategy !== undefined) {
      const run = runs.get(strategy) ?? emptyRun();
      runs.set(strategy, run);
      takeRun(run, second ?? "", value);
    } else if (RUN_KEYS.some((name) => name === key)) takeRun(runs.get("bare-metal") ?? emptyRun(), key, value);
    else if (TEXT_KEYS.some((name) => name === key)) texts.set(key, value);
    else if (key === "order") order = parseNumber(value);
    else if (key === "what-if") whatIf = value;
    else if (key === "bare-only") bareOnly = value;
    else if (key === "input") inputs.push(...parseInput(value));
    else if (key === "exits") exits.push(...parseExits(value));
    else if (key === "processor") {
      if (value !== "vt-x") throw new BadValue("a processor other than the usual one is `vt-x`");
      vmx = true;
    } else if (first === "domain" && second !== undefined)
      companions.push(parseCompanion(second, value, line, companions));
    else if (key === "companion") {
      if (value !== "yes") throw new BadValue("a program that only runs beside others says `companion: yes`");
      isCompanion = true;
    } else throw new BadValue(`unknown key \`${key}\``);
  };

  for (const { key, value, line } of headerLines(source)) {
    seen.add(key);
    try {
      take(key, value, line);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      errors.push({ line, message: error.message, ...(error.words && { words: error.words }) });
    }
  }
  for (const key of isCompanion ? REQUIRED_KEYS : [...REQUIRED_KEYS, "outcome"])
    if (!seen.has(key)) errors.push({ line: 1, message: `the header has no \`${key}\`` });

  const bareMetal = runs.get("bare-metal") ?? emptyRun();
  const comparisons: ExpectedComparison[] = [];
  for (const strategy of STRATEGIES) {
    const unstated = UNSTATED.has(strategy) && bareOnly === null && !isCompanion && !seen.has(strategy);
    const verdict = verdicts.get(strategy) ?? (unstated ? EQUIVALENT : undefined);
    if (verdict === undefined) {
      if (bareOnly === null && !isCompanion && !OPTIONAL.has(strategy) && !seen.has(strategy))
        errors.push({ line: 1, message: `the header has neither \`${strategy}\` nor \`bare-only\`` });
      continue;
    }
    const own = runs.get(strategy) ?? emptyRun();
    const run = verdict.verdict === "equivalent" ? bareMetal : own;
    comparisons.push({ strategy, ...verdict, run });
  }
  if (seen.has("exits") && !vmx) errors.push({ line: 1, message: "`exits` goes with `processor: vt-x`" });
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
    vmx,
    exits,
    companions,
    isCompanion,
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
    const match = /^; ([a-z][a-z0-9 -]*): (.*)$/.exec(text);
    if (match === null) break;
    found.push({ key: match[1] ?? "", value: (match[2] ?? "").trim(), line: index + 1 });
  }
  return found;
}

/** `domain N: FILE`, given N. */
function parseCompanion(id: string, path: string, line: number, earlier: readonly CompanionLine[]): CompanionLine {
  if (!DOMAINS.test(id)) {
    throw badDomain(
      "A domain beside the program is 0 or 2 to 7: the program itself runs in domain 1.",
      "旁边的域只能是 0 或 2 到 7：程序本身运行在域 1。",
    );
  }
  if (path === "") throw badDomain("The program of a domain is named by its file.", "域中的程序用它的文件名指定。");
  if (earlier.some((other) => other.id === Number(id))) {
    throw badDomain(`Domain ${id} has a program already.`, `域 ${id} 已经有程序了。`);
  }
  return { id: Number(id), path, line };
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

/** `10 CPUID, 30 I/O x 5, 18 VMCALL`: reasons, each with a name for the reader, and how often it comes in a row. */
function parseExits(value: string): number[] {
  return value.split(",").flatMap((item) => {
    const match = /^ *(\d+) [A-Za-z][A-Za-z0-9/# -]*?(?: x (\d+))? *$/.exec(item);
    const times = Number(match?.[2] ?? 1);
    if (match === null || times > MOST_EXITS) throw new BadValue("exits are `REASON NAME, REASON NAME x TIMES, ...`");
    return new Array<number>(times).fill(Number(match[1]));
  });
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
