import type { VmxWalkAsk } from "../../session/inspect/vmx-walk.ts";
import { hex } from "../format.ts";
import { showPanel } from "../layout/handle.ts";
import { change } from "../store/store.ts";
import type { VmxTab } from "../store/vmx.ts";
import type { Engine } from "./engine.ts";
import { seek } from "./run.ts";

/** Shows a view of the VT-x panel; with `step`, of the moment after that step. */
export function showVmx(engine: Engine, tab: VmxTab, step: number | null = null): void {
  change(engine.store, (draft) => {
    draft.vmx.tab = tab;
    draft.vmx.pointer = null;
  });
  showPanel(engine, "vmcs", true);
  if (step !== null && step !== engine.state.run.view?.step) void seek(engine, step);
}

/** Shows a field of the VMCS in the VT-x panel. */
export function showVmcsField(engine: Engine, name: string): void {
  change(engine.store, (draft) => {
    draft.vmx.tab = "fields";
    draft.vmx.search = name;
  });
}

/** Shows the walk of an address in the VT-x panel. */
export function showVmxWalk(engine: Engine, { address, ...how }: VmxWalkAsk): void {
  change(engine.store, (draft) => {
    draft.vmx.tab = "walk";
    draft.vmx.walk = { address: hex(address), ...how };
  });
}
