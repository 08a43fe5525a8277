/** How fast a run goes: steps of the processor in a second, or all that the worker can. */
export const SPEEDS = [
  { id: "1", stepsPerSecond: 1 },
  { id: "2", stepsPerSecond: 2 },
  { id: "5", stepsPerSecond: 5 },
  { id: "20", stepsPerSecond: 20 },
  { id: "100", stepsPerSecond: 100 },
  { id: "1000", stepsPerSecond: 1000 },
  { id: "full", stepsPerSecond: null },
] as const;

export type SpeedId = (typeof SPEEDS)[number]["id"];

/** What is under way, as the page names it. */
export type Doing = "run" | "runBack" | "travel" | "step" | "load";

export interface PaceState {
  readonly speed: SpeedId;
  /** What is under way in the run that is loaded, or null. */
  readonly doing: Doing | null;
}

export const initialPace: PaceState = { speed: "full", doing: null };

export function stepsPerSecond(id: SpeedId): number | null {
  return SPEEDS.find((speed) => speed.id === id)!.stepsPerSecond;
}

/** The next faster or slower speed; the same at the ends. */
export function nextSpeed(id: SpeedId, by: 1 | -1): SpeedId {
  const at = SPEEDS.findIndex((speed) => speed.id === id) + by;
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))]!.id;
}
