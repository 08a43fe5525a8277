import { proxy, type Remote, wrap } from "comlink";
import type { Command, LoadRequest, View } from "../session/types.ts";
import type { CommandResult, CompareOutcome, OnProgress, RunnerApi } from "./protocol.ts";

/** The worker as the page holds it. */
export interface Client {
  readonly api: Remote<RunnerApi>;
  command(command: Command, onProgress: OnProgress): Promise<CommandResult>;
  compare(left: LoadRequest, right: LoadRequest, onProgress: OnProgress): Promise<CompareOutcome>;
  /** Ends the worker at once, whatever it is doing. */
  terminate(): void;
}

/** Where nothing is drawn, as behind another tab, the page is not waited for longer, in milliseconds. */
const UNDRAWN_MS = 250;

/** Passes progress on; answers the worker when the page has been drawn with it, and tells it no more before. */
const drawn = (onProgress: OnProgress) =>
  proxy(async (fraction: number, view: View | null): Promise<void> => {
    onProgress(fraction, view);
    await new Promise<unknown>((done) => {
      requestAnimationFrame(done);
      setTimeout(done, UNDRAWN_MS);
    });
  });

/**
 * Starts a worker with a session in it. `onCrash` is called once if it dies by an error that no call reports; calls
 * that fail reject with the error.
 */
export function startClient(onCrash: (message: string) => void): Client {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "ringside" });
  worker.addEventListener("error", (event) => onCrash(event.message || "worker"));
  const api = wrap<RunnerApi>(worker);
  return {
    api,
    command: (command, onProgress) => api.command(command, drawn(onProgress)),
    compare: (left, right, onProgress) => api.compare(left, right, drawn(onProgress)),
    terminate: () => worker.terminate(),
  };
}
