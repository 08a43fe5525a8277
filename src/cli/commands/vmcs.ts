import type { Command } from "commander";
import type { Words } from "../../isa/types.ts";
import type { VmxChecksAnswer } from "../../session/inspect/vmx-checks.ts";
import type { VmxExitView } from "../../session/inspect/vmx-exit.ts";
import type { ExitCount } from "../../session/inspect/vmx-exits.ts";
import type { VmxFailureView } from "../../session/inspect/vmx-failure.ts";
import type { VmcsAnswer } from "../../session/inspect/vmx-vmcs.ts";
import type { Session } from "../../session/session.ts";
import { BadInput, EXIT } from "../errors.ts";
import { exitsSoFar, howMissed, runForward, startSession } from "../execute.ts";
import { STRATEGY_IDS } from "../facts.ts";
import type { Io } from "../io.ts";
import { hexAddress, wholeNumber } from "../numbers.ts";
import {
  addMachineOptions,
  addOutputOptions,
  language,
  MAX_STEPS,
  type MachineOptions,
  prepare,
  type StepOptions,
  stepBudget,
} from "../options.ts";
import { count, hex32, indent, json, type Language, oneLine, plural, printable, say, table } from "../text.ts";
import { parseUntil, type Until } from "../until.ts";

interface VmcsOptions extends Omit<MachineOptions, "at">, Pick<StepOptions, "steps"> {
  readonly vmm?: string;
  /** The moment; where a flat binary is loaded is `loadAt` here. */
  readonly at?: string;
  readonly loadAt?: string;
  readonly pointer?: string;
  readonly all?: boolean;
}

/** What `vmcs --json` prints. */
export interface VmcsResult {
  readonly step: number;
  readonly tick: number;
  readonly vmcs: VmcsAnswer;
  /** The last VM exit up to there, and the last failure; null if there was none. */
  readonly exit: VmxExitView | null;
  readonly failure: VmxFailureView | null;
  /** The checks of a VM entry that would fail now. */
  readonly checks: readonly {
    readonly group: string;
    readonly id: string;
    readonly first: boolean;
    /** What must hold, and why it does not. */
    readonly words: Words;
    readonly why: Words | null;
  }[];
  /** VM exits up to there, by basic reason. */
  readonly exits: readonly { readonly reason: number; readonly name: string; readonly count: number }[];
}

/** `ringside vmcs FILE`: the VMCS of a program that uses VT-x, or of the VMM that runs it. */
export function addVmcs(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("vmcs").summary("print the VMCS of a hypervisor at a moment of its run");
  command.description(
    "Runs a program that uses VT-x (`; processor: vt-x` in its header), or one under a VMM that does, and prints the VMCS by groups: encoding, field, what it holds, what that means, and what it was before the last VM exit. Then the last exit, the entry checks that fail, and the exits counted by reason.",
  );
  addMachineOptions(command, "--load-at")
    .option("--vmm <strategy>", `who runs it: ${STRATEGY_IDS.join(", ")} (bare-metal)`)
    .option("--at <where>", "STEP, exit:REASON[:N] (the Nth such VM exit) or another end as of run --until (its end)")
    .option("--pointer <address>", "a VMCS other than the current one, by its physical address")
    .option("--all", "print the fields too that do not count now")
    .option("--steps <n>", "physical steps at most (50M)");
  addOutputOptions(command).action(async (file: string, options: VmcsOptions) => {
    const lang = language(options);
    const at = options.at === undefined ? null : whereOf(options.at);
    const pointer = options.pointer === undefined ? null : hexAddress(options.pointer, "--pointer");
    const steps = stepBudget(options);
    const { at: _moment, loadAt, ...machine } = options;
    const { opened, request } = prepare(file, { ...machine, ...(loadAt && { at: loadAt }) }, options.vmm, io);
    const { session, program: loaded } = startSession(request, opened, lang, io);
    if (!session.inspect({ kind: "vmcs", pointer: null, changes: false }).available) {
      throw new BadInput(
        `${opened.name}: the processor has no VT-x; a program asks for it by \`; processor: vt-x\` in its header`,
      );
    }
    const ended = await runForward(session, loaded, at, steps);
    if (at !== null && ended.cause !== "until") {
      throw new BadInput(`--at ${options.at}: ${howMissed(session)}${exitsSoFar(session)}`);
    }
    const result = vmcsResult(session, pointer, opened.shownPath);
    if (pointer !== null && result.vmcs.shown === null) {
      const known = result.vmcs.known.map((one) => hex32(one.pointer)).join(", ");
      throw new BadInput(`--pointer ${options.pointer}: there is no VMCS; there are ${known || "none"}`);
    }
    io.out(options.json ? json(result) : vmcsText(result, lang, options.all === true));
    end(EXIT.ok);
  });
}

/** A number alone is a step. */
function whereOf(text: string): Until {
  if (!/^\d+$/.test(text)) return parseUntil(text, "--at");
  return { kind: "step", step: wholeNumber(text, "--at", { least: 0, most: MAX_STEPS }) };
}

function vmcsResult(session: Session, pointer: number | null, shownPath: (file: string) => string): VmcsResult {
  const { step, tick } = session.view();
  const shown = (source: VmxExitView["source"]) => source && { ...source, file: shownPath(source.file) };
  const place = <T extends { readonly source: { readonly file: string; readonly line: number } | null }>(
    one: T | null,
  ) => (one?.source ? { ...one, source: { ...one.source, file: shownPath(one.source.file) } } : one);
  const checks = session.inspect({ kind: "vmx-checks", pointer });
  const exit = place(session.inspect({ kind: "vmx-exit", index: null }).exit);
  const { reasons } = session.inspect({ kind: "vmx-exits", axis: "step", buckets: 1 });
  return {
    step,
    tick,
    vmcs: session.inspect({ kind: "vmcs", pointer, changes: true }),
    exit: exit?.host ? { ...exit, host: { ...exit.host, source: shown(exit.host.source) } } : exit,
    failure: place(checks.failure),
    checks: failing(checks),
    exits: countsNow(reasons),
  };
}

const failing = ({ groups }: VmxChecksAnswer): VmcsResult["checks"] =>
  groups.flatMap(({ id: group, checks }) =>
    checks.filter(({ holds }) => !holds).map(({ id, first, words, why }) => ({ group, id, first, words, why })),
  );

const countsNow = (reasons: readonly ExitCount[]): VmcsResult["exits"] =>
  reasons.filter(({ now }) => now > 0).map(({ reason, name, now }) => ({ reason, name, count: now }));

const moreText = ({ more, lastStep }: VmxFailureView): string =>
  more === 0 ? "" : `           ${more} more since for want of a current VMCS, the last at step ${count(lastStep)}\n`;
const placeText = (source: VmxExitView["source"]): string =>
  source === null ? "" : `  (${printable(source.file)}:${source.line})`;

const checkText = ({ first, words, why }: VmcsResult["checks"][number], language: Language): string =>
  `${first ? "*" : " "} ${say(words, language)}${why === null ? "" : `\n    ${say(why, language)}`}`;

const OPERATION = { off: "no VMX operation", root: "VMX root operation", "non-root": "VMX non-root operation" };

function vmcsText(result: VmcsResult, language: Language, all: boolean): string {
  const { vmcs, exit, failure } = result;
  const { shown } = vmcs;
  const head = [
    `step ${count(result.step)}, instruction ${count(result.tick)}: ${OPERATION[vmcs.operation]}`,
    vmcs.current === null ? "no current VMCS" : `current VMCS ${hex32(vmcs.current)}`,
    ...(vmcs.vmxon === null ? [] : [`VMXON region ${hex32(vmcs.vmxon)}`]),
  ].join(", ");
  const about =
    shown === null
      ? "there is no VMCS\n"
      : `VMCS ${hex32(shown.pointer)}, ${shown.launched ? "launched" : "clear"}${shown.abort === 0 ? "" : `, VMX abort ${shown.abort}: ${shown.abortWords === null ? "" : say(shown.abortWords, language)}`}\n`;
  const groups = vmcs.groups.map(({ title, rows }) => {
    const lines = rows
      .filter(({ idle }) => all || !idle)
      .map((row) => [
        `  ${row.encoding.toString(16).padStart(4, "0")}`,
        say(row.title, language),
        row.raw,
        [
          row.decoded === null ? "" : say(row.decoded, language),
          row.before === null ? "" : `[was ${row.before}${row.by === "vmm" ? ", by VMWRITE" : ""}]`,
        ]
          .filter((part) => part !== "")
          .join("  "),
      ]);
    return lines.length === 0 ? "" : `\n${say(title, language)}\n${table(lines)}`;
  });
  return [
    `${head}\n`,
    about,
    vmcs.neverCleared ? `no VMCLEAR of it came before its use: a real processor may fail then\n` : "",
    ...groups,
    exit === null
      ? ""
      : `\nlast exit  step ${count(exit.step)}: ${oneLine(say(exit.sentence, language))}${placeText(exit.source)}\n`,
    failure === null
      ? ""
      : `\nfailure    step ${count(failure.step)}: ${oneLine(say(failure.sentence, language))}${placeText(failure.source)}\n${moreText(failure)}`,
    result.checks.length === 0 || shown === null
      ? ""
      : `\n${plural(result.checks.length, "entry check")} would fail now:\n${indent(result.checks.map((check) => checkText(check, language)).join("\n"))}\n`,
    result.exits.length === 0
      ? ""
      : `\nexits      ${result.exits.map(({ reason, name, count: times }) => `${reason} ${name} ${count(times)}`).join(", ")}\n`,
  ].join("");
}
