import type { DomainEvents, HypervisorDomain, RingsView } from "../../machine/hypervisor.ts";
import { beforeLastStep } from "./before.ts";
import type { Inspected } from "./index.ts";

export type {
  ChannelView,
  DomainEvents,
  FarAddress,
  GrantMapRow,
  GrantRow,
  RingFlow,
  RingsView,
  RingView,
} from "../../machine/hypervisor.ts";

export interface HypervisorEventsAsk {
  /** What was there one step before is wanted too. */
  readonly changes: boolean;
}

export interface HypervisorEventsAnswer {
  /** Null: the guest knows of no hypervisor. */
  readonly events: {
    /** By domain. */
    readonly now: readonly DomainEvents[];
    /** One step before, in the same order; null where that is not known. */
    readonly before: readonly DomainEvents[] | null;
  } | null;
}

export type HypervisorRingsAsk = Readonly<Record<never, never>>;

export interface HypervisorRingsAnswer {
  readonly rings: (RingsView & { readonly domains: readonly HypervisorDomain[] }) | null;
}

/** What the hypervisor and its domains share about events and time. */
export function inspectHypervisorEvents({ run }: Inspected, { changes }: HypervisorEventsAsk): HypervisorEventsAnswer {
  const { guest } = run.computer;
  if (guest.hypervisor === undefined) return { events: null };
  const read = () => guest.hypervisor!().events();
  const before = changes ? beforeLastStep(run, "hypervisor-events", read) : null;
  return { events: { now: read(), before } };
}

/** The rings between domains, and the grants behind them. */
export function inspectHypervisorRings({ run }: Inspected): HypervisorRingsAnswer {
  const view = run.computer.guest.hypervisor?.();
  return { rings: view === undefined ? null : { ...view.rings(), domains: view.domains } };
}
