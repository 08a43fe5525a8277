import type { View } from "../session/types.ts";
import type { OnProgress } from "./protocol.ts";

/** How often the page is told how far a long command is, in milliseconds. */
const REPORT_MS = 90;

/**
 * Tells the page how far something long is: not too often, and not before it has dealt with what it was told last. On a
 * busy machine reports would pile up otherwise, and leave the page no time for its reader.
 */
export class Reports {
  private readonly onProgress: OnProgress;
  private last = performance.now();
  private busy = false;

  constructor(onProgress: OnProgress) {
    this.onProgress = onProgress;
  }

  /** Tells the page if it is time to. `fraction` is from 0 to 1; `view` is asked for only then. */
  tell(fraction: number, view: () => View | null): void {
    if (this.busy || performance.now() - this.last <= REPORT_MS) return;
    this.busy = true;
    const dealtWith = (): void => {
      this.busy = false;
      this.last = performance.now();
    };
    // From the page the call answers when it has been drawn (see client.ts).
    void Promise.resolve(this.onProgress(fraction, view())).then(dealtWith, dealtWith);
  }
}
