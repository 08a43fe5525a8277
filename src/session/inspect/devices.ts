import type { Run } from "../run.ts";
import { beforeLastStep } from "./before.ts";
import { deviceFacts } from "./device-facts.ts";
import { besideEachOther, type FactTable } from "./facts.ts";
import type { Inspected } from "./index.ts";
import { isVirtualized } from "./side.ts";

export interface DevicesAsk {
  /** What the last step changed is wanted too. */
  readonly changes: boolean;
}

export interface DevicesAnswer {
  readonly virtualized: boolean;
  /** Virtual time now. */
  readonly time: number;
  /** A table for each device: the guest's virtual one beside the real one. */
  readonly groups: readonly FactTable[];
}

function read({ computer, machine }: Run) {
  const physical = deviceFacts(machine.platform, machine.time);
  const guest = machine.tenants.length > 0 ? deviceFacts(computer.guest.platform, machine.time) : null;
  return { physical, guest };
}

/** Interrupt controllers, timer, serial line, keyboard controller, screen and system ports: the guest's beside the real ones. */
export function inspectDevices({ run }: Inspected, ask: DevicesAsk): DevicesAnswer {
  const now = read(run);
  const before = ask.changes ? beforeLastStep(run, "devices", () => read(run)) : null;
  return { virtualized: isVirtualized(run), time: run.machine.time, groups: besideEachOther(now, before) };
}
