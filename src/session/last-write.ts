import type { EditEvent } from "../machine/edits.ts";
import { PAGE_SIZE } from "../machine/memory.ts";
import type { Stretch } from "../recorder/timeline.ts";
import { done, going, type Task } from "./commands.ts";
import type { Run } from "./run.ts";

/** Steps replayed before it is noted whether the byte was written among them: so many are then gone through singly. */
const PIECE = 1024;

/** The bytes that an edit, made at the end of a step, writes: the host-physical address of the first, and how many. */
export function bytesWritten(
  run: Run,
  event: EditEvent,
  step: number,
): { readonly first: number; readonly count: number } | null {
  if (event.kind !== "set-memory") return null;
  return { first: run.domainAt(step).guest.hostPhysical(event.address), count: event.bytes.length };
}

/** The last step up to the present at whose end the reader has edited a byte; -1 if there is none. */
function lastEdit(run: Run, physical: number): number {
  let found = -1;
  for (const { event, step } of run.machine.allEdits()) {
    const bytes = bytesWritten(run, event, step);
    if (bytes === null || step > run.step || physical < bytes.first || physical >= bytes.first + bytes.count) continue;
    found = Math.max(found, step);
  }
  return found;
}

/**
 * Back to the end of the step that last wrote the byte at a host-physical address: parts of the past in which its page
 * was written at all are replayed under observation, the latest first, until one of them wrote the byte. Edits are known
 * without: an edit where a part begins is made before anybody looks on.
 */
export function lastWriteTask(run: Run, physical: number): Task {
  const { memory } = run.machine;
  const start = run.step;
  const page = Math.floor(physical / PAGE_SIZE);
  const edited = lastEdit(run, physical);
  const stretches = run.timeline.stretchesWriting(page).filter(({ to }) => to > edited);
  let next = 0;
  /** The stretch being replayed, how far, and where the last piece that wrote the byte begins. */
  let under: { readonly stretch: Stretch; at: number; piece: number } | null = null;

  /** Replays `steps` from the present step; whether the byte was written. */
  const watched = (steps: number): boolean => {
    let hit = false;
    memory.observe([page], (address, size) => {
      if (address <= physical && physical < address + size) hit = true;
    });
    run.forward(steps);
    memory.unobserve([page]);
    return hit;
  };

  /** The last step of a piece that wrote the byte. */
  const stepIn = (piece: number, end: number): number => {
    run.timeline.seek(piece);
    let found = piece;
    while (run.step < end) if (watched(1)) found = run.step;
    return found;
  };

  return {
    slice(maxSteps) {
      for (let budget = maxSteps; budget > 0; ) {
        if (under === null) {
          const stretch = stretches[next++];
          if (stretch === undefined) {
            run.seek(edited < 0 ? start : edited);
            return done(edited < 0 ? "start" : "done");
          }
          under = { stretch, at: stretch.from, piece: -1 };
        }
        const { to } = under.stretch;
        run.timeline.seek(under.at);
        const steps = Math.min(PIECE, to - under.at);
        if (watched(steps)) under.piece = under.at;
        under.at += steps;
        budget -= steps;
        if (under.at < to) continue;
        const { piece } = under;
        if (piece >= 0) {
          run.seek(Math.max(edited, stepIn(piece, Math.min(piece + PIECE, to))));
          return done("done");
        }
        under = null;
      }
      return going((start - (under?.stretch.from ?? start)) / Math.max(1, start));
    },
    abandon: () => run.seek(start),
  };
}
