import type { Words } from "../../isa/types.ts";
import type { ComparedStream, Comparison, DifferenceItem } from "../types.ts";
import { consoleOf } from "../view.ts";
import { CHANNELS, type Channel, type UserTrace } from "./user-trace.ts";
import * as say from "./words.ts";

/** A moment of each run at which they are seen to differ. */
interface Finding {
  readonly left: Moment;
  readonly right: Moment;
  readonly items: readonly DifferenceItem[];
  readonly why: Words;
}
interface Moment {
  readonly tick: number;
  readonly step: number;
}

/** How two runs compare that have both come as far as they go. */
export interface Verdict {
  readonly streams: readonly ComparedStream[];
  readonly exempt: Comparison["exempt"];
  /** Where a task goes on in one run only, and that is no matter of timing. */
  readonly place: { readonly task: number; readonly index: number } | null;
  /** What else differs, the first of it. */
  readonly finding: Finding | null;
  /** How the runs end, where that differs. */
  readonly endings: readonly DifferenceItem[];
  lengths(task: number): { readonly left: string; readonly right: string };
}

/** Bytes shown of what came out, about the first that differs. */
const SHOWN = 24;

/**
 * Judges two runs.
 * @param matched how many of a task's first instructions are equal
 * @param cut a budget ended one of the runs: what is missing then says nothing
 * @param parted where a task's instructions have been found to differ, if they have
 */
export function judge(
  a: UserTrace,
  b: UserTrace,
  matched: (task: number) => number,
  cut: boolean,
  parted: { readonly task: number } | null,
): Verdict {
  const streams: ComparedStream[] = [];
  const exempt: { kind: string; count: number; words: Words }[] = [];
  const add = (stream: Omit<ComparedStream, "words">) => streams.push({ ...stream, words: say.streamWords(stream) });
  const endings = endingsOf(a, b);
  const isSameEnd = endings.length === 0;
  const open = cut || parted !== null;
  if (!open) add({ kind: "outcome", task: null, verdict: isSameEnd ? "equal" : "differs", left: 1, right: 1 });

  let finding: Finding | null = null;
  const tasks = Math.max(a.counts.length, b.counts.length);
  // How far one task has come when another ends the run is timing, if both runs come to the same end.
  const excused = open || (tasks > 1 && isSameEnd);
  for (const channel of CHANNELS) {
    const found = outputOf(a, b, channel, excused, open);
    if (found === null) continue;
    if (found.stream.verdict === "equal" && found.interleaved) {
      exempt.push({ kind: "interleaving", count: 1, words: say.INTERLEAVED(channel) });
    }
    add(found.stream);
    finding ??= found.finding;
  }
  if (!open) {
    const screens = [a, b].map(({ side }) => consoleOf(side.computer).screen.map((row) => row.trimEnd()));
    const [left = [], right = []] = screens;
    const row = left.findIndex((text, i) => text !== (right[i] ?? ""));
    const rows = (screen: readonly string[]) => screen.filter((text) => text !== "").length;
    if (rows(left) + rows(right) > 0) {
      const verdict = row < 0 ? "equal" : "differs";
      add({ kind: "screen", task: null, verdict, left: rows(left), right: rows(right) });
      if (verdict === "differs") {
        const items = [{ what: `screen ${row}`, left: left[row] ?? "", right: right[row] ?? "" }];
        finding ??= { ...momentsOf(a, b), items, why: say.SCREEN_DIFFERS };
      }
    }
  }
  if (!open && !isSameEnd) finding ??= { ...momentsOf(a, b), items: endings, why: say.OUTCOME_DIFFERS };

  let place: Verdict["place"] = null;
  for (let task = 0; task < tasks; task++) {
    const left = a.counts[task] ?? 0;
    const right = b.counts[task] ?? 0;
    const same = left === right && matched(task) === left;
    const begun = left > 0 && right > 0;
    const prefix = !same && parted?.task !== task && (open || (excused && begun));
    add({ kind: "task", task: task + 1, verdict: same ? "equal" : prefix ? "prefix" : "differs", left, right });
    if (prefix && !open) exempt.push({ kind: "timing", count: 1, words: say.CUT_SHORT(task + 1) });
    if (!same && !prefix) place ??= { task, index: matched(task) };
  }
  const lengths = (task: number) => ({
    left: instructions(a.counts[task] ?? 0),
    right: instructions(b.counts[task] ?? 0),
  });
  return { streams, exempt, place, finding, endings, lengths };
}

const instructions = (count: number): string => `${count.toLocaleString("en")} instructions`;

function momentsOf(a: UserTrace, b: UserTrace): { readonly left: Moment; readonly right: Moment } {
  const [left, right] = [a, b].map(({ ticks, side }) => ({ tick: ticks, step: side.computer.machine.steps }));
  return { left: left!, right: right! };
}

/** Outcome and exit code, where they are not the same. */
function endingsOf(a: UserTrace, b: UserTrace): DifferenceItem[] {
  const [left, right] = [a, b].map(({ side: { computer } }) => ({
    outcome: computer.machine.outcome,
    code: computer.guest.platform.exitCode,
  }));
  const items: DifferenceItem[] = [];
  if (left!.outcome !== right!.outcome) items.push({ what: "outcome", left: left!.outcome, right: right!.outcome });
  else if (left!.outcome === "exited" && left!.code !== right!.code) {
    items.push({ what: "exit code", left: String(left!.code), right: String(right!.code) });
  }
  return items;
}

/** How the outputs of a channel compare: as a whole, or else each task's by itself. Null where nothing came out. */
function outputOf(a: UserTrace, b: UserTrace, channel: Channel, excused: boolean, open: boolean) {
  const [left, right] = [a, b].map(({ side }) => side.computer.guest.platform[channel].bytes()) as [
    Uint8Array,
    Uint8Array,
  ];
  if (left.length + right.length === 0) return null;
  const lengths = { left: left.length, right: right.length };
  const stream = (verdict: ComparedStream["verdict"]) => ({ kind: channel, task: null, verdict, ...lengths });
  const at = firstDifference(left, right);
  if (at === null) return { stream: stream("equal"), interleaved: false, finding: null };
  const byTask = [...new Set([...a.bursts[channel], ...b.bursts[channel]].map(({ task }) => task))];
  const parts = byTask.map((task) => {
    const mine = bytesOf(a, channel, task);
    const theirs = bytesOf(b, channel, task);
    const found = firstDifference(mine, theirs);
    return { equal: found === null, prefix: found === null || found >= Math.min(mine.length, theirs.length) };
  });
  if (parts.every(({ equal }) => equal)) return { stream: stream("equal"), interleaved: true, finding: null };
  const prefix = at >= Math.min(left.length, right.length) || parts.every((part) => part.prefix);
  if (prefix && (open || (excused && byTask.length > 1))) {
    return { stream: stream("prefix"), interleaved: false, finding: null };
  }
  const momentOf = (trace: UserTrace): Moment => {
    const bursts = trace.bursts[channel];
    const { length } = trace.side.computer.guest.platform[channel];
    const burst = at < length ? bursts.findLast(({ from }) => from <= at) : undefined;
    return burst ?? { tick: trace.ticks, step: trace.side.computer.machine.steps };
  };
  const finding: Finding = {
    left: momentOf(a),
    right: momentOf(b),
    items: [{ what: channel, left: shown(left, at), right: shown(right, at) }],
    why: say.OUTPUT_DIFFERS(channel, at),
  };
  return { stream: stream("differs"), interleaved: false, finding };
}

/** What a task has put out. */
function bytesOf(trace: UserTrace, channel: Channel, task: number): number[] {
  const all = trace.side.computer.guest.platform[channel].bytes();
  const bursts = trace.bursts[channel];
  return bursts.flatMap((burst, i) =>
    burst.task === task ? [...all.subarray(burst.from, bursts[i + 1]?.from ?? all.length)] : [],
  );
}

function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at === a.length && at === b.length ? null : at;
}

/** Some of the text about a byte, in quotes. */
function shown(bytes: Uint8Array, at: number): string {
  if (at >= bytes.length) return "nothing more";
  const part = bytes.subarray(Math.max(0, at - SHOWN / 2), at + SHOWN / 2);
  return JSON.stringify(String.fromCharCode(...part));
}
