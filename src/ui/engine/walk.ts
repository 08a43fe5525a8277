import type { CommandResult } from "../../worker/protocol.ts";
import { stepsPerSecond } from "../store/pace.ts";
import { change } from "../store/store.ts";
import type { Engine } from "./engine.ts";

/** The page is shown anew at most so often while a guest walks, in milliseconds. */
const FRAME_MS = 100;

/** A slow run that is under way: the session makes so many steps at a time, and the page shows each time where it is. */
interface Walk {
  stopped: boolean;
  /** Ends the wait for the next steps at once. */
  wake(): void;
}

const walks = new WeakMap<Engine, Walk>();

/** Steps of one go, and how long it lasts, at the speed that is chosen now; null at full speed. */
function stride(engine: Engine): { readonly steps: number; readonly milliseconds: number } | null {
  const rate = stepsPerSecond(engine.state.pace.speed);
  if (rate === null) return null;
  const steps = Math.max(1, Math.round((rate * FRAME_MS) / 1000));
  return { steps, milliseconds: (1000 * steps) / rate };
}

/**
 * Runs at the chosen speed until `go` says that it has arrived, the reader pauses, or chooses full speed. `go` makes so
 * many steps and answers where the session stands; undefined if the run is gone. Answers "full" if the rest is to be run
 * at full speed.
 */
export async function walk(
  engine: Engine,
  go: (steps: number) => Promise<CommandResult | undefined>,
): Promise<"arrived" | "paused" | "full" | "gone"> {
  const mine: Walk = { stopped: false, wake: () => {} };
  walks.set(engine, mine);
  try {
    for (;;) {
      const now = stride(engine);
      if (now === null) return "full";
      const began = performance.now();
      const result = await go(now.steps);
      if (result === undefined) return "gone";
      if (result.cause !== "budget") return "arrived";
      if (!mine.stopped) await rest(mine, now.milliseconds - (performance.now() - began));
      if (mine.stopped) return "paused";
    }
  } finally {
    if (walks.get(engine) === mine) walks.delete(engine);
  }
}

function rest(walk: Walk, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, milliseconds));
    walk.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Ends a slow run at once; false if there is none. */
export function stopWalk(engine: Engine): boolean {
  const walk = walks.get(engine);
  if (walk === undefined) return false;
  walk.stopped = true;
  walk.wake();
  return true;
}

/** Chooses how fast runs go. One that is under way takes the new speed at once. */
export function setSpeed(engine: Engine, speed: Engine["state"]["pace"]["speed"]): void {
  change(engine.store, (draft) => {
    draft.pace.speed = speed;
  });
  walks.get(engine)?.wake();
}
