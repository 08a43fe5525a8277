import { PORT_STYLES } from "../../session/paravirtualize/types.ts";
import { EVENT_KIND_LIST, STRATEGY_IDS } from "../facts.ts";
import { about, digest, flag, integer, list, oneOf, orNull, record, ref, type Schema, text, word } from "./shapes.ts";
import { VMCS_TYPES } from "./vmcs.ts";

const OUTCOMES = ["exited", "halted", "shutdown", "budget", "stopped"];
const GPR = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const OTHERS = ["eip", "eflags", "cr0", "cr2", "cr3", "cr4"];
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"];
const TRANSLATION_COUNTS = [
  ...["units", "instructions", "guestBytes", "cacheBytes", "chained", "elided", "retranslated", "givenUp", "flushed"],
  ...["direct", "translated", "emulated"],
];

const named = (names: readonly string[], schema: Schema) => Object.fromEntries(names.map((name) => [name, schema]));

const source = orNull(ref("SourcePlace"));
const strategy = oneOf(STRATEGY_IDS);
const cpl = { type: "integer", minimum: 0, maximum: 3 };
const symbol = record({ name: text, value: { type: "number" }, isLabel: flag });

/** The shapes of what the commands print with --json, by name. */
export const TYPES: Readonly<Record<string, Schema>> = {
  Words: about("A sentence in each language.", record({ en: text, zh: text })),
  SourcePlace: record({ file: text, line: integer }),
  Outcome: about(
    "How a run ended: `exited` by port F4; `halted` by HLT that nothing can end; `shutdown` by a triple fault, a reset, or a crash under a hypervisor; `budget` at the most steps; `stopped` where --until said.",
    oneOf(OUTCOMES),
  ),
  EventCounts: about("How many events of each kind there were; kinds without any are left out.", {
    type: "object",
    properties: named(EVENT_KIND_LIST, integer),
    additionalProperties: false,
  }),
  Segment: about(
    "A segment register with its hidden part; attr holds the attribute bits of the descriptor.",
    record({ selector: word, base: word, limit: word, attr: { type: "integer" } }),
  ),
  Table: record({ base: word, limit: word }),
  Mode: about(
    "The processor's mode, the size of its code, and in VMX operation its world.",
    record({
      kind: oneOf(["real", "virtual-8086", "protected"]),
      bits: { type: "integer", enum: [16, 32] },
      world: orNull(oneOf(["root", "non-root"])),
    }),
  ),
  Registers: record({
    ...named([...GPR, ...OTHERS], word),
    cpl,
    mode: ref("Mode"),
    gdtr: ref("Table"),
    idtr: ref("Table"),
    ...named(SEGMENTS, ref("Segment")),
  }),
  Next: about(
    "The next instruction, and where it was written.",
    record({
      linear: word,
      text,
      row: orNull(text),
      source,
      expansion: list(record({ file: text, line: integer, macro: text })),
    }),
  ),
  Translation: about(
    "What a VMM that translates has done: units made, chained, elided and given up; guest instructions run directly, in translation and by emulation; callouts by cause.",
    record({ ...named(TRANSLATION_COUNTS, integer), callouts: { type: "object", additionalProperties: integer } }),
  ),
  RunResult: about(
    "ringside run FILE --json",
    record({
      outcome: ref("Outcome"),
      stops: about("Why the breakpoints of --break stopped it.", list(ref("Words"))),
      exitCode: about("The byte written to port F4.", orNull(integer)),
      ticks: about("Guest instructions ended.", integer),
      steps: about("Physical steps: retirements, deliveries and host gates.", integer),
      cycles: about("By the plain cost profile.", integer),
      debug: about("What was written to port E9.", text),
      serial: about("What COM1 transmitted.", text),
      screen: about("Rows of the VGA text screen, without trailing blanks.", list(text)),
      events: ref("EventCounts"),
      registers: about("Final registers as the guest sees them.", ref("Registers")),
      physicalRegisters: about("Final registers of the processor.", ref("Registers")),
      digest: about("Of the whole guest state; equal for equal guests, whoever runs them.", digest),
      strategy,
      whatIf: list(text),
      options: about("The strategy's switches that were on.", list(text)),
      translation: about("Null where nobody translates the guest's code.", orNull(ref("Translation"))),
      next: ref("Next"),
    }),
  ),
  Event: about(
    "A line of ringside trace FILE --json",
    record({
      index: integer,
      step: integer,
      tick: integer,
      cycles: integer,
      kind: oneOf(EVENT_KIND_LIST),
      tenant: text,
      domain: about("Whose turn it was, where the strategy runs several domains; else null.", orNull(integer)),
      cplBefore: cpl,
      cplAfter: cpl,
      eip: word,
      row: orNull(text),
      vector: orNull(integer),
      errorCode: orNull(integer),
      title: ref("Words"),
      reason: ref("Words"),
      source,
    }),
  ),
  Difference: record({
    tick: integer,
    leftStep: integer,
    rightStep: integer,
    eip: word,
    row: orNull(text),
    mnemonic: text,
    text,
    source,
    property: oneOf(["equivalence", "resource control", "efficiency"]),
    items: list(record({ what: text, left: text, right: text })),
    why: ref("Words"),
    whatIf: about("The rule under which the instruction would trap.", orNull(text)),
  }),
  ConsequenceMoment: record({ step: integer, tick: integer, source }),
  Comparison: about(
    "ringside compare FILE --json",
    record(
      {
        left: strategy,
        right: strategy,
        equivalent: flag,
        complete: about("False if the budget of instructions ended the comparison.", flag),
        ticks: integer,
        difference: orNull(ref("Difference")),
        consequences: about(
          "What came of the difference, in order.",
          list(
            record({
              kind: oneOf(["delivery", "path", "output", "end"]),
              words: ref("Words"),
              tick: integer,
              left: orNull(ref("ConsequenceMoment")),
              right: orNull(ref("ConsequenceMoment")),
            }),
          ),
        ),
        streams: about(
          "Where the guest was written anew for its VMM: what the runs were compared by. Else absent.",
          list(
            record({
              kind: oneOf(["outcome", "serial", "debug", "screen", "task"]),
              task: about("From 1 on, in the order in which they first run in user mode.", orNull(integer)),
              verdict: oneOf(["equal", "prefix", "differs"]),
              left: about("How long it is: user-mode instructions, bytes, rows.", integer),
              right: integer,
              words: ref("Words"),
            }),
          ),
        ),
        exempt: list(record({ kind: text, count: integer, words: ref("Words") })),
        leftOutcome: ref("Outcome"),
        rightOutcome: ref("Outcome"),
      },
      ["streams"],
    ),
  ),
  Diagnostic: record({
    severity: oneOf(["error", "warning"]),
    file: text,
    line: integer,
    column: integer,
    endColumn: integer,
    message: ref("Words"),
    hint: orNull(ref("Words")),
  }),
  Assembly: about(
    "ringside asm FILE --json",
    record({
      ok: flag,
      origin: word,
      entry: { type: "number" },
      length: integer,
      output: orNull(text),
      symbols: list(symbol),
      diagnostics: list(ref("Diagnostic")),
      listing: orNull(text),
    }),
  ),
  Port: about(
    "ringside paravirtualize FILE --json",
    record({
      ok: about("It assembles, and nothing was refused.", flag),
      style: oneOf(PORT_STYLES),
      main: about("Name of the rewritten main source.", text),
      rewritten: list(record({ from: text, to: text, before: text, after: text })),
      files: about("All that the rewritten source needs, the wedge among it.", list(text)),
      output: orNull(text),
      changes: list(
        record({
          file: text,
          line: integer,
          row: text,
          before: text,
          after: text,
          operation: about("The hypercall, or what it is done on.", text),
          note: ref("Words"),
        }),
      ),
      kept: about(
        "Sensitive instructions that may stay.",
        list(record({ file: text, line: integer, row: text, text, note: ref("Words") })),
      ),
      refusals: list(
        record({ file: text, line: integer, row: orNull(text), text, reason: ref("Words"), remedy: ref("Words") }),
      ),
      diagnostics: list(ref("Diagnostic")),
      counts: record({ lines: integer, changed: integer, nativeBytes: integer, portedBytes: integer }),
    }),
  ),
  CodeLine: about(
    "An item of ringside disasm FILE --json",
    record({ address: word, bytes: text, text, row: orNull(text) }),
  ),
  Instruction: about("An item of ringside isa --json: a row of the instruction table.", {
    type: "object",
    properties: {
      id: text,
      mnemonic: text,
      aliases: list(text),
      operandText: text,
      encoding: text,
      sensitivity: oneOf(["innocuous", "control", "location", "mode"]),
      checks: list(record({ phase: text, rule: text })),
      silent: orNull(
        record({ whatIf: text, when: oneOf(["cpl>0", "cpl>iopl"]), words: ref("Words"), robinIrvine: flag }),
      ),
      vmx: orNull(record({ exitReason: integer, control: text })),
      cycles: integer,
      manual: text,
      words: ref("Words"),
    },
    required: [
      "id",
      "mnemonic",
      "operandText",
      "encoding",
      "sensitivity",
      "checks",
      "silent",
      "vmx",
      "manual",
      "words",
    ],
  }),
  ...VMCS_TYPES,
  Share: about(
    "ringside share FILE --json",
    record({ link: text, moment: record({ step: integer, tick: integer, digest }) }),
  ),
  Opened: about(
    "ringside open LINK --json",
    record({
      program: record({
        kind: oneOf(["source", "builtin", "flat", "multiboot"]),
        main: orNull(text),
        files: list(text),
        bytes: integer,
      }),
      strategy,
      memoryMiB: integer,
      whatIf: list(text),
      options: about("The strategy's switches that are on.", list(text)),
      inputs: integer,
      breakpoints: list({
        anyOf: [
          breakpoint("line", { file: text, line: integer }),
          breakpoint("address", { address: word }),
          breakpoint("data", {
            address: text,
            size: integer,
            access: oneOf(["read", "write", "any"]),
            space: oneOf(["linear", "physical"]),
          }),
          breakpoint("port", { from: integer, to: integer, direction: oneOf(["in", "out", "any"]) }),
          breakpoint("vector", { vector: orNull(integer), into: oneOf(["guest", "vmm", "any"]) }),
          breakpoint("ring", { from: orNull(integer), to: orNull(integer), view: oneOf(["guest", "real"]) }),
          breakpoint("mode", { bit: oneOf(["paging", "protection"]), to: orNull(oneOf(["on", "off"])) }),
          breakpoint("silent", { row: orNull(text) }),
          breakpoint("change", { expression: text }),
          breakpoint("vm-exit", { reason: orNull(integer) }),
          breakpoint("vm-fail", {}),
          breakpoint("vm-switch", {}),
        ],
      }),
      moment: orNull(record({ step: integer, tick: integer, digest: text })),
      verified: about("Whether the digest at the moment is the link's.", orNull(flag)),
      result: orNull(ref("RunResult")),
    }),
  ),
};

/** A breakpoint of a link: its place, and what any of them may have. */
function breakpoint(kind: string, place: Readonly<Record<string, Schema>>): Schema {
  return record(
    {
      kind: { const: kind },
      ...place,
      enabled: flag,
      condition: text,
      hits: record({ rule: oneOf(["at", "from", "every"]), count: integer }),
    },
    ["enabled", "condition", "hits"],
  );
}
