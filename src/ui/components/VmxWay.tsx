import { lazy, Suspense } from "react";
import type { EventView } from "../../session/types.ts";

// Fetched with the first event of VT-x.
const EventWay = lazy(() => import("../panels/vmcs/EventWay.tsx"));

/** Of a VM exit or an entry that failed, the way to the panel that shows it; of other events nothing. */
export function VmxWay({ event: { kind, row, step } }: { readonly event: Pick<EventView, "kind" | "row" | "step"> }) {
  const enters = row === "vmlaunch" || row === "vmresume";
  if (kind !== "vm-exit" && !(kind === "vm-fail" && enters)) return null;
  return (
    <Suspense>
      <EventWay kind={kind} step={step} />
    </Suspense>
  );
}
