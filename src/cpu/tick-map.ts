/**
 * Translated code, and which of its instructions ends or begins one of the guest's: a byte of the map for each byte of
 * the code, at the same distance. A VMM that translates keeps both in simulated memory (decision 5).
 */
export interface TickMap {
  /** Selector of its code segment, RPL clear. */
  readonly selector: number;
  /** Linear address (int32) of the code: the base of the code segment in which it runs. */
  readonly base: number;
  /** Bytes of code. */
  readonly size: number;
  /** Physical address of the map's first byte. */
  readonly map: number;
}

/** With the end of the instruction here, one of the guest's has ended; each iteration of a repeated one counts. */
export const TICK_ENDS = 1;
/** One of the guest's instructions begins here: all of its state is what it would be. */
export const TICK_BEGINS = 2;
