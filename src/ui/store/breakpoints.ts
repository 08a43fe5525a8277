import * as v from "valibot";
import type { Breakpoint, StopReason } from "../../session/types.ts";
import type { Place } from "./state.ts";

/** How the value of a watch is shown; `auto` follows its type. */
export const FORMATS = ["hex", "unsigned", "signed", "binary"] as const;
export type WatchFormat = (typeof FORMATS)[number];

/** An expression whose value is shown wherever the run stands. */
export interface Watch {
  readonly id: string;
  readonly expression: string;
  readonly format: WatchFormat;
}

export interface StopsState {
  /** The breakpoints at which the run has just stopped, and why. */
  readonly reasons: readonly StopReason[];
  /** Ids of breakpoints that go when they have stopped a run. */
  readonly temporary: readonly string[];
  /** The line whose breakpoint's condition the editor is to open, or null. */
  readonly editing: Place | null;
}
export const initialStops: StopsState = { reasons: [], temporary: [], editing: null };

/** The id of a line's breakpoint: there is one at most. */
export function lineId({ file, line }: Place): string {
  return `${file}:${line}`;
}

/** The breakpoint of a line. */
export function lineBreakpoint({ file, line }: Place): Breakpoint {
  return { id: lineId({ file, line }), at: { file, line } };
}

/** The line at which a breakpoint stands, or null. */
export function lineOf({ at }: Breakpoint): Place | null {
  return "file" in at ? at : null;
}

/** The breakpoints after a file has got another name. */
export function withFileRenamed(breakpoints: readonly Breakpoint[], was: string, name: string): Breakpoint[] {
  return breakpoints.map((breakpoint) => {
    const place = lineOf(breakpoint);
    if (place?.file !== was) return breakpoint;
    const at = { file: name, line: place.line };
    return { ...breakpoint, id: lineId(at), at };
  });
}

/** An id that none of these has. */
export function freshIdAmong(list: readonly { readonly id: string }[], prefix: string): string {
  let number = list.length + 1;
  while (list.some(({ id }) => id === `${prefix}${number}`)) number++;
  return `${prefix}${number}`;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const line = v.object({ file: v.string(), line: v.pipe(whole, v.minValue(1)) });
const orNull = <T extends v.GenericSchema>(schema: T) => v.nullable(schema);
const PLACE = v.union([
  v.variant("kind", [
    v.object({
      kind: v.literal("data"),
      address: v.string(),
      size: whole,
      access: v.picklist(["read", "write", "any"]),
      space: v.picklist(["linear", "physical"]),
    }),
    v.object({ kind: v.literal("port"), from: whole, to: whole, direction: v.picklist(["in", "out", "any"]) }),
    v.object({ kind: v.literal("vector"), vector: orNull(whole), into: v.picklist(["guest", "vmm", "any"]) }),
    v.object({
      kind: v.literal("ring"),
      from: orNull(whole),
      to: orNull(whole),
      view: v.picklist(["guest", "real"]),
    }),
    v.object({
      kind: v.literal("mode"),
      bit: v.picklist(["paging", "protection"]),
      to: orNull(v.picklist(["on", "off"])),
    }),
    v.object({ kind: v.literal("silent"), row: orNull(v.string()) }),
    v.object({ kind: v.literal("change"), expression: v.string() }),
    v.object({ kind: v.literal("vm-exit"), reason: orNull(whole) }),
    v.object({ kind: v.literal("vm-fail") }),
    v.object({ kind: v.literal("vm-switch") }),
  ]),
  line,
  v.object({ address: whole }),
]);

/** Breakpoints as the browser keeps them; those of the first version were lines alone. */
export const SAVED_BREAKPOINTS = v.array(
  v.union([
    v.object({
      id: v.string(),
      at: PLACE,
      enabled: v.exactOptional(v.boolean()),
      condition: v.exactOptional(v.string()),
      hits: v.exactOptional(
        v.object({ rule: v.picklist(["at", "from", "every"]), count: v.pipe(whole, v.minValue(1)) }),
      ),
    }),
    v.pipe(
      line,
      v.transform((place): Breakpoint => lineBreakpoint(place)),
    ),
  ]),
);

export const SAVED_WATCHES = v.array(v.object({ id: v.string(), expression: v.string(), format: v.picklist(FORMATS) }));
