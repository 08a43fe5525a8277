import { useEffect, useRef, useState } from "react";
import type { TimelineAxis, TimelineWindow } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { isUnderWay } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import type { Range } from "./range.ts";

/** Least time between two questions, in milliseconds. */
const REST_MS = 30;
const RUNNING_MS = 125;
/** More could not be told apart on a screen. */
export const MOST_BANDS = 600;
export const MOST_MARKS = 400;

interface Wish {
  readonly key: string;
  readonly axis: TimelineAxis;
  readonly range: Range | null;
  readonly bands: number;
  readonly marks: number;
}

/**
 * What is to be seen in a stretch of the run, asked for anew when stretch, width or run have changed. The answer may be of
 * an earlier stretch for a moment: it says of which. `width`: in CSS pixels.
 */
export function useTimelineWindow(axis: TimelineAxis, range: Range | null, width: number): TimelineWindow | null {
  const engine = useEngine();
  const version = useUi(
    ({ run }) => `${run.view?.lastStep ?? ""} ${run.view?.eventCount ?? ""} ${run.program === null}`,
  );
  const [shown, setShown] = useState<TimelineWindow | null>(null);
  const wish = useRef<Wish | null>(null);
  const state = useRef({ busy: false, asked: "", at: Number.NEGATIVE_INFINITY, stopped: false });
  const bands = Math.min(MOST_BANDS, Math.max(1, Math.floor(width / 2)));
  const marks = Math.min(MOST_MARKS, Math.max(1, Math.floor(width / 10)));
  const key = `${version} ${axis} ${range?.from ?? ""} ${range?.to ?? ""} ${width}`;

  useEffect(() => {
    const mine = state.current;
    mine.stopped = false;
    return () => {
      mine.stopped = true;
    };
  }, []);

  useEffect(() => {
    wish.current = { key, axis, range, bands, marks };
    const mine = state.current;
    const pump = async (): Promise<void> => {
      const wanted = wish.current;
      if (wanted === null || mine.busy || mine.stopped || mine.asked === wanted.key || width === 0) return;
      const { run } = engine.state;
      if (run.view === null || (run.status !== "ready" && !isUnderWay(engine.state))) return;
      mine.busy = true;
      const wait = mine.at + (run.status === "ready" ? REST_MS : RUNNING_MS) - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const newest = wish.current ?? wanted;
      const { generation } = engine;
      const { from, to } = newest.range ?? { from: 0, to: Number.MAX_SAFE_INTEGER };
      mine.at = performance.now();
      const answer = await engine.ask((client) =>
        client.api.timelineWindow(newest.axis, from, to, newest.bands, newest.marks),
      );
      mine.busy = false;
      mine.asked = newest.key;
      if (mine.stopped || answer === undefined) return;
      if (generation === engine.generation) setShown(answer);
      void pump();
    };
    void pump();
  }, [key, axis, range, bands, marks, width, engine]);
  return shown;
}
