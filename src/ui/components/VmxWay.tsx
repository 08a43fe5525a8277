import { lazy, Suspense } from "react";
import type { EventView } from "../../session/types.ts";

// Fetched with the first event of VT-x.
const EventWay = lazy(() => import("../panels/vmcs/EventWay.tsx"));

/** Of a VM exit or a failure of VT-x, the way to the panel that shows it; of other events nothing. */
export function VmxWay({ event: { kind, step } }: { readonly event: Pick<EventView, "kind" | "step"> }) {
  if (kind !== "vm-exit" && kind !== "vm-fail") return null;
  return (
    <Suspense>
      <EventWay kind={kind} step={step} />
    </Suspense>
  );
}
