import type { MachineEvent } from "../../machine/events.ts";
import type { Expression } from "../expression/types.ts";
import type { Breakpoint } from "./types.ts";

/** What makes a breakpoint look up, in the terms of the machine. */
export type Trigger =
  /** `domain`: whose instruction it is to be, where there are several. */
  | { readonly kind: "execute"; readonly addresses: ReadonlySet<number>; readonly domain: number }
  | {
      readonly kind: "data";
      readonly physical: boolean;
      readonly first: number;
      /** The last byte. */
      readonly last: number;
      readonly read: boolean;
      readonly write: boolean;
    }
  | { readonly kind: "event"; test(event: MachineEvent): boolean }
  /** A bit of CR0 that has become 1 (`to` true), 0, or either (null). */
  | { readonly kind: "control"; readonly mask: number; readonly to: boolean | null }
  | { readonly kind: "change"; readonly expression: Expression };

/** A breakpoint that can stop a run. */
export interface Armed {
  /** Null for what a command itself waits for. */
  readonly breakpoint: Breakpoint | null;
  readonly trigger: Trigger;
  readonly condition: Expression | null;
  /** The condition speaks of `hits`. */
  readonly countsInCondition: boolean;
}

/** An access to memory that was looked for. */
export interface SeenAccess {
  readonly linear: number;
  readonly size: number;
  /** ACCESS_* of cpu/observer.ts. */
  readonly how: number;
}

/** What a trigger has seen; `step` is where the run is to stand if it stops for it. */
export interface Candidate {
  readonly step: number;
  readonly armed: Armed;
  readonly access?: SeenAccess;
  readonly event?: MachineEvent;
  /** CR0 as it was. */
  readonly control?: number;
  /** Value of a changed expression before; null where it could not be evaluated. */
  readonly before?: number | null;
}
