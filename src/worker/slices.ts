/** How long the worker works before it looks at its messages, in milliseconds. */
export const SLICE_MS = 8;

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Lets messages in: resolves in a task of its own, without the 4 ms that nested timers cost. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

/**
 * Finds by itself how many steps fill a slice.
 */
export class Pace {
  private size: number;
  private readonly least: number;
  private readonly most: number;

  /** @param least the smallest slice in steps, @param most the largest. */
  constructor(least = 64, most = 4_000_000) {
    this.size = least * 16;
    this.least = least;
    this.most = most;
  }

  /** Steps for the next slice. */
  get steps(): number {
    return this.size;
  }

  /** Reports how long the last slice took, in milliseconds. */
  took(milliseconds: number): void {
    const factor = milliseconds <= 0 ? 4 : Math.min(4, Math.max(0.25, SLICE_MS / milliseconds));
    this.size = Math.round(Math.min(this.most, Math.max(this.least, this.size * factor)));
  }
}
