import { EXIT_NAMES, findExitReason, KEY_CODES, suggest } from "../session/tools.ts";
import type { LoadedProgram, RunUntil, TimedInput } from "../session/types.ts";
import { oneOf } from "./choices.ts";
import { BadInput } from "./errors.ts";
import { EVENT_KIND_LIST } from "./facts.ts";
import { hexAddress, wholeNumber } from "./numbers.ts";

const POSITIONS = { least: 0, most: Number.MAX_SAFE_INTEGER };
/** The forms that `--until` takes. */
export const UNTIL_FORMS = [
  ...["trap", "ring", "exit:REASON[:N]", "event:KIND", "label:NAME", "addr:HEX", "tick:N", "step:N"],
] as const;
const FORMS = `${UNTIL_FORMS.slice(0, -1).join(", ")} or ${UNTIL_FORMS.at(-1)}`;

/** Where a run is to end; `times`: which such VM exit it is, counted from the start, where not the first. */
export type Until = RunUntil & { readonly times?: number };

/** What `--until`, or another option that is named, says. */
export function parseUntil(text: string, option = "--until"): Until {
  const colon = text.indexOf(":");
  const kind = colon < 0 ? text : text.slice(0, colon);
  const value = colon < 0 ? "" : text.slice(colon + 1);
  const what = `${option} ${text}`;
  if (kind === "trap" || kind === "ring") {
    if (colon >= 0) throw new BadInput(`${what}: ${kind} takes nothing after it`);
    return { kind };
  }
  const forms = ["exit", "event", "label", "addr", "tick", "step"];
  if (!forms.includes(kind)) {
    const near = suggest(kind, [...forms, "trap", "ring"]);
    throw new BadInput(`${what}: ${near ? `did you mean ${near}? It` : "it"} may be ${FORMS}`);
  }
  if (value === "") throw new BadInput(`${what}: ${kind} wants a value after the colon; ${option} may be ${FORMS}`);
  if (kind === "exit") return exitUntil(value, what);
  if (kind === "event") return { kind, event: oneOf(value, EVENT_KIND_LIST, what, "a kind of event") };
  if (kind === "label") return { kind, name: value };
  if (kind === "addr") return { kind: "address", address: hexAddress(value, what) };
  const number = wholeNumber(value, what, POSITIONS);
  return kind === "tick" ? { kind, tick: number } : { kind: "step", step: number };
}

/** `REASON` or `REASON:N`: a basic exit reason by name or number, or `any`. */
function exitUntil(value: string, what: string): Until {
  const [, name = "", count] = /^(.*?)(?::(\d+))?$/.exec(value)!;
  const times = count === undefined ? 1 : wholeNumber(count, what, { least: 1, most: Number.MAX_SAFE_INTEGER });
  const reason = name === "any" ? null : findExitReason(name);
  if (reason === null && name !== "any") {
    const near = suggest(name, EXIT_NAMES);
    throw new BadInput(
      `${what}: ${near ? `did you mean ${near}? An` : "an"} exit reason is a number, any, or a name: ${EXIT_NAMES.join(", ")}`,
    );
  }
  return { kind: "exit", reason: reason?.number ?? null, ...(times > 1 && { times }) };
}

/** The address of a label of the program; the nearest names if there is none. */
export function labelAddress(name: string, program: LoadedProgram, what: string): number {
  const found = program.symbols.find((symbol) => symbol.name === name);
  if (found !== undefined) return found.value >>> 0;
  if (program.symbols.length === 0) {
    throw new BadInput(`${what}: a binary has no labels; give an address (addr:HEX)`);
  }
  const near = suggest(
    name,
    program.symbols.filter((symbol) => symbol.isLabel).map((symbol) => symbol.name),
  );
  throw new BadInput(`${what}: the program has no label "${name}"${near === null ? "" : `; did you mean ${near}?`}`);
}

/** Ticks between a key going down and coming up. */
const KEY_HELD = 100;
const INPUT_FORMS =
  "TICK:key:CODE, TICK:key-down:CODE, TICK:key-up:CODE, TICK:serial:0xHH, TICK:serial:TEXT, TICK:on:OPTION or TICK:off:OPTION";
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };

/**
 * What one `--input` says: a key pressed and released, bytes for COM1, or a switch of the VMM's, all at that virtual time.
 * `live`: the switches that can be turned in a run.
 */
export function parseInput(text: string, live: readonly string[]): TimedInput[] {
  const what = `--input ${text}`;
  const match = /^([^:]*):([^:]*):(.+)$/s.exec(text);
  if (match === null) throw new BadInput(`${what}: an input is ${INPUT_FORMS}`);
  const [, when = "", kind = "", value = ""] = match;
  const tick = wholeNumber(when, what, POSITIONS);
  if (kind === "serial") return serialBytes(value).map((byte) => ({ tick, event: { kind, byte } }));
  oneOf(kind, ["key", "key-down", "key-up", "serial", "on", "off"], what, "a kind of input");
  if (kind === "on" || kind === "off") {
    if (live.length === 0) throw new BadInput(`${what}: nothing here has options that can be switched in a run`);
    const option = oneOf(value, live, what, "an option that can be switched in a run");
    return [{ tick, event: { kind: "set-option", option, on: kind === "on" } }];
  }
  const code = oneOf(value, KEY_CODES, what, "a key (named as KeyboardEvent.code names it)");
  const down: TimedInput = { tick, event: { kind: "key", code, down: true } };
  const up: TimedInput = { tick: kind === "key" ? tick + KEY_HELD : tick, event: { kind: "key", code, down: false } };
  if (kind === "key") return [down, up];
  return [kind === "key-down" ? down : up];
}

/** `0x41` is that byte; anything else is text in UTF-8, with \n \r \t \\ and \xHH. */
function serialBytes(value: string): number[] {
  if (/^0x[0-9a-f]{1,2}$/i.test(value)) return [Number(value)];
  const bytes: number[] = [];
  for (const piece of value.matchAll(/\\x([0-9a-f]{2})|\\([nrt\\])|([\s\S])/giu)) {
    if (piece[1] !== undefined) bytes.push(Number.parseInt(piece[1], 16));
    else bytes.push(...new TextEncoder().encode(piece[2] === undefined ? piece[3]! : ESCAPES[piece[2].toLowerCase()]!));
  }
  return bytes;
}
