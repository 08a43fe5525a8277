import { ACCESS_READ, ACCESS_WRITE } from "../../cpu/observer.ts";
import { vectorName } from "../../isa/exceptions.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import type { EventKind } from "../../machine/events.ts";
import { reasonOf, titleOf } from "../../recorder/words.ts";
import { sourcesOf } from "../domains.ts";
import { RunContext, symbolTable } from "../expression/context.ts";
import { evaluate } from "../expression/evaluate.ts";
import type { PreparedProgram } from "../program.ts";
import type { Run } from "../run.ts";
import type { Hit } from "./scanner.ts";
import type { StopReason } from "./types.ts";
import { hex, stopWords } from "./words.ts";

/** Events by which the processor or a VMM, and not the instruction, accesses memory and changes levels. */
const DELIVERIES: ReadonlySet<EventKind> = new Set<EventKind>(["exception", "interrupt", "inject", "reflect"]);

/** Why the run stops at these hits, which are all of one step. The run stands there afterwards. */
export function reasonsOf(run: Run, hits: readonly Hit[], program: PreparedProgram): StopReason[] {
  const own = hits.filter(({ armed }) => armed.breakpoint !== null);
  if (own.length === 0) return [];
  const { step } = own[0]!;
  const context = new RunContext(run, symbolTable(program));
  const values = (): (number | null)[] => {
    context.moved();
    return own.map(({ access }) => (access ? read(context, access.linear, access.size) : null));
  };
  run.timeline.seek(Math.max(0, step - 1));
  const probe = run.probe;
  probe.readGuest();
  const { text } = probe.guestInstruction();
  const old = values();
  run.seek(step);
  const now = values();
  const by = whoDid(run, text);
  return own.map((hit, i) => {
    const words = reasonOfHit(run, hit, { by, before: old[i]!, after: now[i]!, context, program });
    const { condition, id } = hit.armed.breakpoint!;
    const more = [
      ...(condition?.trim() ? [stopWords.condition(condition)] : []),
      ...(hit.number === null ? [] : [stopWords.hit(hit.number)]),
    ];
    return { id, words: more.reduce((sum, part) => ({ en: sum.en + part.en, zh: sum.zh + part.zh }), words) };
  });
}

function read(context: RunContext, linear: number, size: number): number | null {
  let value = 0;
  for (let i = Math.min(4, size) - 1; i >= 0; i--) {
    const byte = context.guest.readLinear((linear + i) >>> 0);
    if (byte === null) return null;
    value = value * 256 + byte;
  }
  return value;
}

/** The instruction, or the delivery that took its place in this step. */
function whoDid({ log, step }: Run, text: string): Words {
  for (let i = log.firstAt(step); i < log.length && log.stepAt(i) === step; i++) {
    const { kind, vector } = log.at(i);
    if (!DELIVERIES.has(kind) || vector < 0) continue;
    // INT n raises its own delivery.
    if (/^int/.test(text) && kind !== "interrupt" && kind !== "inject") break;
    const isException = vector < 32 && kind !== "interrupt" && kind !== "inject";
    return stopWords.delivery(isException ? vectorName(vector) : hex(vector, 2));
  }
  return { en: text, zh: text };
}

interface Facts {
  readonly by: Words;
  readonly before: number | null;
  readonly after: number | null;
  readonly context: RunContext;
  readonly program: PreparedProgram;
}

function reasonOfHit(run: Run, { armed, access, event, before, control }: Hit, facts: Facts): Words {
  const { at } = armed.breakpoint!;
  const { by } = facts;
  if (access) {
    const how = access.how === ACCESS_READ ? "read" : access.how === ACCESS_WRITE ? "write" : "modify";
    const shown = (value: number | null) => (value === null ? null : hex(value, 1));
    const values = stopWords.values(shown(facts.before), shown(facts.after));
    return stopWords.access(how, access.size, access.linear, by, values);
  }
  if (!("kind" in at)) return beforeLine(run, facts.program);
  if (event && at.kind === "port") {
    const digits = 2 * Math.max(1, (ROW_LIST[event.row]?.size ?? 8) >> 3);
    const mask = digits === 8 ? 0xffffffff : 16 ** digits - 1;
    const value = hex((event.b & mask) >>> 0, digits);
    return stopWords.port(event.reason === "in" ? "in" : "out", event.a, value, by);
  }
  if (event && at.kind === "ring") {
    return stopWords.ring(event.cplBefore, event.cplAfter, at.view === "real" && !run.machine.countAll, by);
  }
  if (event) return stopWords.event(titleOf(event, run.strategy), reasonOf(event, run.strategy));
  if (at.kind === "mode" && control !== undefined && armed.trigger.kind === "control") {
    const { mask, to } = armed.trigger;
    return stopWords.mode(at.bit, to ?? (control & mask) === 0, by);
  }
  if (at.kind === "change" && armed.trigger.kind === "change") {
    const value = evaluate(armed.trigger.expression, facts.context.moved());
    const shown = (bits: number | null | undefined) => (bits === null || bits === undefined ? "?" : hex(bits, 1));
    return stopWords.change(at.expression, shown(before), shown(value.ok ? value.value.bits : null), by);
  }
  return by;
}

function beforeLine(run: Run, program: PreparedProgram): Words {
  const { id } = run.domain;
  const probe = run.probe;
  probe.readGuest();
  const { text, linear, physical } = probe.guestInstruction();
  const source = physical === null ? null : (sourcesOf(program, id)?.at(physical) ?? null);
  return stopWords.line(text, source === null ? hex(linear) : `${source.file}:${source.line}`);
}
