import { hasNoCode } from "../../machine/no-code.ts";
import { GUEST_DOMAIN } from "../../machine/tenant.ts";
import { sourcesOf } from "../domains.ts";
import type { Inspected } from "./index.ts";
import { physicalOf, sidesOf } from "./side.ts";
import { symbolAt } from "./symbols.ts";
import { regionAt } from "./vmx-region.ts";

/** Where the host goes on after a VM exit. */
export interface HostPlace {
  /** HOST_RIP. */
  readonly rip: number;
  /** `handler`, `handler+0x12` and the line, where the program's own code is there. */
  readonly symbol: string | null;
  readonly source: { readonly file: string; readonly line: number } | null;
  /** No code is there: no page, or zeros alone. */
  readonly nothing: boolean;
}

/** Where the host goes on by the VMCS at `pointer`. The host's state has been loaded: the run stands at the exit. */
export function hostPlace({ run, program }: Inspected, pointer: number): HostPlace {
  const { machine, guest } = run;
  const rip = regionAt(run, pointer).get("hostRip") >>> 0;
  const physical = physicalOf(sidesOf(run).physical, rip);
  // What lies outside the guest's memory is a VMM's, which has no lines.
  const own = physical === null ? -1 : physical - guest.hostPhysical(0);
  const source = own < 0 || own >= guest.memory.size ? null : (sourcesOf(program, GUEST_DOMAIN)?.at(own) ?? null);
  return {
    rip,
    symbol: source === null ? null : symbolAt(program, own),
    source,
    nothing: hasNoCode(machine.memory, machine.cpu.state, rip),
  };
}
