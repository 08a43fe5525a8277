import type { Inspected } from "./index.ts";

/** Asks for the end of what the guest has put out: over COM1, or through the debug port E9. */
export interface OutputAsk {
  readonly port: "serial" | "debug";
  /** Bytes wanted at most. */
  readonly last: number;
}

export interface OutputAnswer {
  /** Bytes put out so far. */
  readonly length: number;
  /** The last of them, as they are: not all bytes are text. */
  readonly bytes: Uint8Array;
}

export function inspectOutput({ run }: Inspected, { port, last }: OutputAsk): OutputAnswer {
  const log = run.computer.guest.platform[port];
  return { length: log.length, bytes: log.bytes(Math.max(0, log.bytes().length - last)).slice() };
}
