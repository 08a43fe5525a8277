import type { TimelineAxis } from "../../../session/types.ts";
import type { Engine } from "../../engine/engine.ts";
import { command, seek } from "../../engine/run.ts";
import { isIdle } from "../../store/state.ts";

const wantedTicks = new WeakMap<Engine, number | null>();

/** Travels to a step, or to where so many instructions have ended. While a journey is under way, the newest wish waits. */
export async function travelTo(engine: Engine, axis: TimelineAxis, position: number): Promise<void> {
  if (axis === "step") return seek(engine, position);
  const underWay = (wantedTicks.get(engine) ?? null) !== null;
  wantedTicks.set(engine, position);
  if (underWay) return;
  for (let wanted: number | null = position; wanted !== null; ) {
    await command(engine, { kind: "seek-tick", tick: wanted });
    const newest: number | null = wantedTicks.get(engine) ?? null;
    wanted = newest === wanted || !isIdle(engine.state) ? null : newest;
  }
  wantedTicks.set(engine, null);
}
