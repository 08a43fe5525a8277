import { type CpuState, CS } from "../cpu/state.ts";
import type { EventKind, MachineEvent } from "../machine/events.ts";
import type { Machine } from "../machine/machine.ts";
import type { Tenant } from "../machine/tenant.ts";

/**
 * Tells of something that a VMM has done, if anybody listens. What `details` leave open is the guest's as `state` has it.
 * `reason`: a key of the strategy's reasons.
 */
export function tell(
  machine: Machine,
  { id }: Tenant,
  state: CpuState,
  kind: EventKind,
  reason: string,
  details: Partial<MachineEvent>,
): void {
  if (!machine.heard()) return;
  // Field by field: spreading objects takes longer than emulating does.
  machine.emit({
    kind,
    tenant: id,
    cplBefore: details.cplBefore ?? state.cpl,
    cplAfter: details.cplAfter ?? state.cpl,
    eip: details.eip ?? state.eip,
    row: details.row ?? -1,
    vector: details.vector ?? -1,
    errorCode: details.errorCode ?? -1,
    a: details.a ?? 0,
    b: details.b ?? 0,
    reason,
    base: details.base ?? (details.eip === undefined ? state.base[CS]! : 0),
  });
}
