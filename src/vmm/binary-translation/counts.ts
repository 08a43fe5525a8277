import type { Draft } from "./translator.ts";

/** Why translated code has called the VMM. */
export const CALLOUT_CAUSES = ["instruction", "simulated", "target", "continuation", "given-up"] as const;
export type CalloutCause = (typeof CALLOUT_CAUSES)[number];

export interface CountsState {
  readonly units: number;
  readonly instructions: number;
  readonly guestBytes: number;
  readonly cacheBytes: number;
  readonly chained: number;
  readonly elided: number;
  readonly retranslated: number;
  readonly givenUp: number;
  readonly flushed: number;
  readonly ticksDirect: number;
  readonly ticksTranslated: number;
  readonly callouts: readonly number[];
}

/** What the translator has done so far. Part of the state, so that it is a function of the step. */
export class Counts {
  /** Units translated, the guest's instructions and bytes in them, and the bytes of the cache that they came to. */
  units = 0;
  instructions = 0;
  guestBytes = 0;
  cacheBytes = 0;
  /** Successors made to lead straight to their unit, and those whose jump fell away. */
  chained = 0;
  elided = 0;
  /** Units given up because an instruction was to be treated otherwise, or because the guest's code had changed. */
  retranslated = 0;
  givenUp = 0;
  /** Times the whole cache was dropped. */
  flushed = 0;
  /** Guest instructions ended by themselves and in translation; those that the VMM emulated are in neither. */
  ticksDirect = 0;
  ticksTranslated = 0;
  private callouts = CALLOUT_CAUSES.map(() => 0);

  translated({ instructions, bytes, emitter }: Draft): void {
    this.units++;
    this.instructions += instructions.length;
    this.guestBytes += bytes.length;
    this.cacheBytes += emitter.code.length;
  }

  callout(cause: CalloutCause): void {
    this.callouts[CALLOUT_CAUSES.indexOf(cause)]!++;
  }

  calloutsBy(cause: CalloutCause): number {
    return this.callouts[CALLOUT_CAUSES.indexOf(cause)]!;
  }

  ran(direct: boolean, ticks: number): void {
    if (direct) this.ticksDirect += ticks;
    else this.ticksTranslated += ticks;
  }

  save(): CountsState {
    const { units, instructions, guestBytes, cacheBytes, chained, elided, retranslated, givenUp, flushed } = this;
    const { ticksDirect, ticksTranslated } = this;
    return {
      units,
      instructions,
      guestBytes,
      cacheBytes,
      chained,
      elided,
      retranslated,
      givenUp,
      flushed,
      ticksDirect,
      ticksTranslated,
      callouts: this.callouts.slice(),
    };
  }

  load({ callouts, ...numbers }: CountsState): void {
    Object.assign(this, numbers);
    this.callouts = callouts.slice();
  }
}
