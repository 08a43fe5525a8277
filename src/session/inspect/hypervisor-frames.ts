import type { Words } from "../../isa/types.ts";
import type {
  FrameFacts,
  FrameMappings,
  FrameOwner,
  FramesView,
  FrameUse,
  HypervisorDomain,
  HypervisorView,
} from "../../machine/hypervisor.ts";
import { programOf } from "../domains.ts";
import type { Inspected } from "./index.ts";
import { symbolAt } from "./symbols.ts";

export type { FrameMapping, FrameOwner, FrameUse } from "../../machine/hypervisor.ts";

export interface FramesAsk {
  /** Frames of one owner, and used as one thing, alone; null for all. */
  readonly owner: FrameOwner | null;
  readonly use: FrameUse | null;
  /** A machine frame to be shown in full. */
  readonly frame: number | null;
}

/** Frames that follow one another and of which the same is to be said; their pages follow one another too. */
export interface FrameRun extends FrameFacts {
  readonly first: number;
  readonly count: number;
}

/** A stretch of machine memory that was laid out for one owner, as cells of so many frames. */
export interface FrameArea {
  readonly owner: FrameOwner;
  readonly first: number;
  readonly count: number;
  readonly perCell: number;
  /** Of each cell, the most particular frame in it. */
  readonly cells: readonly FrameKind[];
}

/** What a frame is used as; nobody's is free. */
export type FrameKind = FrameUse | "free";

/** The most particular first. */
const BY_RANK: readonly FrameKind[] = ["l2", "l1", "segments", "writable", "none", "free"];

export interface FrameTotals {
  readonly owner: FrameOwner;
  readonly uses: Readonly<Record<FrameUse, number>>;
}

export interface FrameDetail extends FrameFacts, FrameMappings {
  readonly frame: number;
  /** What was put there; null for memory that is the guest's to use. */
  readonly purpose: Words | null;
  /** The program's image covers the page; the label at or before its first byte. */
  readonly image: boolean;
  readonly label: string | null;
}

export interface FramesAnswer {
  /** Null: there is no hypervisor that keeps account of frames. */
  readonly frames: {
    readonly count: number;
    readonly domains: readonly HypervisorDomain[];
    readonly totals: readonly FrameTotals[];
    readonly areas: readonly FrameArea[];
    /** Of what was asked for; `dropped` runs more. */
    readonly runs: readonly FrameRun[];
    readonly dropped: number;
    readonly frame: FrameDetail | null;
  } | null;
}

const MOST_RUNS = 4000;
const MOST_CELLS = 256;
const MOST_MAPPINGS = 64;
const PAGE = 4096;

/** The frame table: who owns each machine frame and what it is used as. */
export function inspectFrames(at: Inspected, ask: FramesAsk): FramesAnswer {
  const view = at.run.computer.guest.hypervisor?.();
  if (view === undefined) return { frames: null };
  const { frames, domains } = view;
  const table = Array.from({ length: frames.count }, (_, frame) => frames.at(frame));
  const asked = ask.frame !== null && ask.frame >= 0 && ask.frame < frames.count ? ask.frame : null;
  return {
    frames: {
      count: frames.count,
      domains,
      totals: totalsOf(table),
      areas: areasOf(view, table),
      ...runsOf(table, ask),
      frame: asked === null ? null : detailOf(at, frames, asked),
    },
  };
}

function totalsOf(table: readonly FrameFacts[]): FrameTotals[] {
  const totals = new Map<FrameOwner, Record<FrameUse, number>>();
  for (const { owner, use } of table) {
    let uses = totals.get(owner);
    if (uses === undefined) {
      uses = { none: 0, l1: 0, l2: 0, segments: 0, writable: 0 };
      totals.set(owner, uses);
    }
    uses[use]++;
  }
  return [...totals].map(([owner, uses]) => ({ owner, uses }));
}

/** Each domain's reservation, and the hypervisor's own memory. */
function areasOf({ domains }: HypervisorView, table: readonly FrameFacts[]): FrameArea[] {
  const first = Math.min(table.length, ...domains.map(({ firstFrame }) => firstFrame));
  const reservations = [...domains].sort((a, b) => a.firstFrame - b.firstFrame);
  return [
    ...reservations.map(({ id, firstFrame, frames }) => areaOf(table, id, firstFrame, frames)),
    areaOf(table, "hypervisor", 0, first),
  ];
}

function areaOf(table: readonly FrameFacts[], owner: FrameOwner, first: number, count: number): FrameArea {
  const perCell = Math.max(1, Math.ceil(count / MOST_CELLS));
  const cells: FrameKind[] = [];
  for (let at = first; at < first + count; at += perCell) {
    let rank = BY_RANK.length - 1;
    for (let frame = at; frame < Math.min(at + perCell, first + count); frame++) {
      const facts = table[frame]!;
      rank = Math.min(rank, BY_RANK.indexOf(facts.owner === "nobody" ? "free" : facts.use));
    }
    cells.push(BY_RANK[rank]!);
  }
  return { owner, first, count, perCell, cells };
}

function runsOf(table: readonly FrameFacts[], { owner, use }: FramesAsk): { runs: FrameRun[]; dropped: number } {
  const runs: FrameRun[] = [];
  let dropped = 0;
  let last: { -readonly [K in keyof FrameRun]: FrameRun[K] } | null = null;
  for (const [frame, facts] of table.entries()) {
    if ((owner !== null && facts.owner !== owner) || (use !== null && facts.use !== use)) continue;
    if (last !== null && last.first + last.count === frame && alike(last, facts)) last.count++;
    else {
      last = { first: frame, count: 1, ...facts };
      if (runs.length < MOST_RUNS) runs.push(last);
      else dropped++;
    }
  }
  return { runs, dropped };
}

function alike(run: FrameRun, facts: FrameFacts): boolean {
  return (
    run.owner === facts.owner &&
    run.use === facts.use &&
    run.uses === facts.uses &&
    run.references === facts.references &&
    run.pinned === facts.pinned &&
    run.validated === facts.validated &&
    (run.page < 0 ? facts.page < 0 : facts.page === run.page + run.count)
  );
}

function detailOf({ program }: Inspected, frames: FramesView, frame: number): FrameDetail {
  const facts = frames.at(frame);
  const { owner, page } = facts;
  const own = typeof owner === "number" && page >= 0 ? programOf(program, owner) : null;
  const from = page * PAGE;
  const image =
    own?.image.segments.some(
      ({ address, bytes, zeroFill }) => address < from + PAGE && address + bytes.length + zeroFill > from,
    ) ?? false;
  return {
    frame,
    ...facts,
    ...frames.mappings(frame, MOST_MAPPINGS),
    purpose: frames.purpose(frame),
    image,
    label: own !== null && image ? symbolAt(own, from) : null,
  };
}
