import { FLAG_VM } from "../../cpu/registers.ts";
import { vectorName } from "../../isa/exceptions.ts";
import type { EventKind } from "../../machine/events.ts";
import type { LoggedEvent } from "../../recorder/event-log.ts";
import type { ProcessorMode } from "../mode.ts";
import type { Run } from "../run.ts";
import { DATA_SLOTS } from "./stack-frame.ts";

/** What a word of a trap frame is. */
export type FrameField = "error" | "eip" | "cs" | "eflags" | "esp" | "ss" | (typeof DATA_SLOTS)[number];

/** A frame that a delivery pushed, or one that lies ready for IRET. */
export interface TrapFrame {
  /** Index of its first word (lowest address) among the words looked at. */
  readonly first: number;
  readonly fields: readonly FrameField[];
  /** `#GP`, `INT 80h`, ...; null for a frame that no recorded delivery pushed. */
  readonly name: string | null;
  /** The ring that was interrupted: to which IRET goes back. */
  readonly fromRing: number;
  /** In which mode that was. Frames of real-address mode have three words and no error code. */
  readonly mode: ProcessorMode["kind"];
  readonly toRing: number;
  /** The step at whose end it lay here; null if none pushed it. */
  readonly step: number | null;
}

/** Events looked at, from the present back: older frames are found by their looks alone. */
const EVENTS_BACK = 4000;
const PUSHING: ReadonlySet<EventKind> = new Set([
  "trap",
  "callout",
  "exception",
  "software-interrupt",
  "interrupt",
  "reflect",
  "inject",
]);
/** Instructions that push the address of what follows them: INT n is this long at most, with a prefix. */
const LONGEST_INT = 3;
/** Bits of EFLAGS that are 0 in every image of it, and bit 1, which is 1. */
const FLAGS_ZERO = 0xffc08028;
const FLAGS_ONE = 2;

/** The deliveries of the recent past by the EIP that they pushed, the latest first. */
function deliveriesByEip({ log, step }: Run): Map<number, LoggedEvent[]> {
  const result = new Map<number, LoggedEvent[]>();
  const end = log.firstAt(step + 1);
  for (let index = end - 1; index >= Math.max(0, end - EVENTS_BACK); index--) {
    if (!PUSHING.has(log.kindAt(index))) continue;
    const event = log.at(index);
    // A VMM that reflects a software interrupt tells of the instruction itself.
    const reach = event.kind === "reflect" && event.errorCode < 0 ? LONGEST_INT : 0;
    for (let more = 0; more <= reach; more++) {
      const eip = (event.eip + more) >>> 0;
      const list = result.get(eip);
      if (list) list.push(event);
      else result.set(eip, [event]);
    }
  }
  return result;
}

/**
 * The trap frames among the words of a stack, from its top (lowest address) on: those that a recorded delivery pushed, and
 * those that look like one.
 * @param words null where nothing is mapped; @param bits 32, or 16 for frames of 16-bit gates; @param user of the stack
 */
export function findTrapFrames(
  run: Run,
  words: readonly (number | null)[],
  bits: 16 | 32,
  user: Pick<ProcessorMode, "kind"> & { readonly cpl: number },
): TrapFrame[] {
  const deliveries = deliveriesByEip(run);
  const frames: TrapFrame[] = [];
  for (let at = 0; at + 2 < words.length; ) {
    const frame = frameAt(words, at, bits, user, deliveries.get(words[at] ?? -1) ?? []);
    if (frame === null) at++;
    else {
      frames.push(frame);
      at = frame.first + frame.fields.length;
    }
  }
  return frames;
}

/** The frame whose EIP is word `at`, or null. */
function frameAt(
  words: readonly (number | null)[],
  at: number,
  bits: 16 | 32,
  { kind, cpl }: Pick<ProcessorMode, "kind"> & { readonly cpl: number },
  candidates: readonly LoggedEvent[],
): TrapFrame | null {
  const cs = words[at + 1] ?? null;
  const flags = words[at + 2] ?? null;
  if (cs === null || flags === null || cs > 0xffff) return null;
  const wrong = bits === 32 ? FLAGS_ZERO : FLAGS_ZERO & 0xffff;
  if ((flags & wrong) !== 0 || (flags & FLAGS_ONE) === 0) return null;
  if (kind !== "protected") {
    // Paragraph numbers look like anything: only what was delivered counts.
    const event = kind === "real" && bits === 16 ? candidates.find(({ cplBefore }) => cplBefore === 0) : undefined;
    return event ? delivered(event, at, fieldsOf(false), "real") : null;
  }
  if (bits === 32 && (flags & FLAG_VM) !== 0) return frameOf8086(words, at, cpl, candidates);
  if ((cs & 0xfffc) === 0) return null;
  const event = candidates.find(
    ({ cplBefore, errorCode }) => (cs & 3) === cplBefore && (errorCode < 0 || words[at - 1] === errorCode),
  );
  if (event) {
    const coded = event.errorCode >= 0;
    const fields = fieldsOf(event.cplAfter < event.cplBefore);
    return delivered(event, coded ? at - 1 : at, coded ? ["error", ...fields] : fields, "protected");
  }
  const ss = words[at + 4] ?? null;
  const outward = (cs & 3) > cpl && ss !== null && ss <= 0xffff && (ss & 3) === (cs & 3) && (ss & 0xfffc) !== 0;
  if (!outward) return null;
  const fields = fieldsOf(true);
  return { first: at, fields, name: null, fromRing: cs & 3, mode: "protected", toRing: cpl, step: null };
}

/** The frame out of virtual-8086 mode whose EIP is word `at`, or null: its segment registers are 16 bits wide. */
function frameOf8086(
  words: readonly (number | null)[],
  at: number,
  cpl: number,
  candidates: readonly LoggedEvent[],
): TrapFrame | null {
  const fields: FrameField[] = [...fieldsOf(true), ...DATA_SLOTS];
  const segments = words.slice(at + 4, at + fields.length);
  const fits = cpl === 0 && segments.length === 5 && segments.every((word) => word !== null && word <= 0xffff);
  if (!fits || (words[at] ?? 0) > 0xffff) return null;
  const event = candidates.find(
    ({ cplBefore, errorCode }) => cplBefore === 3 && (errorCode < 0 || words[at - 1] === errorCode),
  );
  if (!event) return { first: at, fields, name: null, fromRing: 3, mode: "virtual-8086", toRing: cpl, step: null };
  const coded = event.errorCode >= 0;
  return delivered(event, coded ? at - 1 : at, coded ? ["error", ...fields] : fields, "virtual-8086");
}

/** The frame that a recorded delivery has pushed. */
function delivered(
  { vector, cplBefore, cplAfter, step }: LoggedEvent,
  first: number,
  fields: readonly FrameField[],
  mode: TrapFrame["mode"],
): TrapFrame {
  const name = vector >= 0 ? vectorName(vector) : null;
  return { first, fields, name, fromRing: cplBefore, mode, toRing: cplAfter, step };
}

function fieldsOf(inner: boolean): FrameField[] {
  return inner ? ["eip", "cs", "eflags", "esp", "ss"] : ["eip", "cs", "eflags"];
}
