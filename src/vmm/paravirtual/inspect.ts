import type {
  DomainEvents,
  HypercallHistory,
  HypervisorDomain,
  HypervisorView,
  RingsView,
} from "../../machine/hypervisor.ts";
import type { Domain } from "./domain.ts";
import { callHistory } from "./inspect-calls.ts";
import { eventsOf } from "./inspect-events.ts";
import { FrameTableView } from "./inspect-frames.ts";
import { ringsOf } from "./inspect-rings.ts";
import type { Xen } from "./monitor.ts";

/** The hypervisor for those who look on: what it keeps in simulated memory and of its domains, at the present step. */
export class XenView implements HypervisorView {
  readonly frames: FrameTableView;
  private readonly xen: Xen;

  constructor(xen: Xen) {
    this.xen = xen;
    this.frames = new FrameTableView(xen.frames, xen.domains);
  }

  get domains(): readonly HypervisorDomain[] {
    return this.xen.domains.map((domain) => this.domainView(domain));
  }

  private domainView(domain: Domain): HypervisorDomain {
    const { id, privileged, fields, firstFrame, frames } = domain;
    return { id, privileged, state: fields.state, current: this.xen.current === domain, firstFrame, frames };
  }

  history(): HypercallHistory {
    return callHistory(this.xen.log, this.xen.calls);
  }

  events(): readonly DomainEvents[] {
    const { memory, channels } = this.xen;
    return this.xen.domains.map((domain) => eventsOf(memory, channels, domain, this.domainView(domain)));
  }

  rings(): RingsView {
    const { memory, frames, grants, channels, domains } = this.xen;
    return ringsOf({ memory, frames, grants, channels, domains });
  }
}
