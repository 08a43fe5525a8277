import type { Breakpoint, BreakpointPlace } from "../../session/types.ts";
import type { LinkBreakpoint, LinkRecord } from "../../share/record.ts";
import { freshIdAmong, lineId, type Watch } from "../store/breakpoints.ts";

/** A breakpoint as a link carries it. */
export function toLink({ at, enabled, condition, hits }: Breakpoint): LinkBreakpoint {
  const place =
    "kind" in at ? at : "file" in at ? ({ kind: "line", ...at } as const) : ({ kind: "address", ...at } as const);
  return {
    ...place,
    ...(enabled === false ? { enabled } : {}),
    ...(condition === undefined || condition.trim() === "" ? {} : { condition }),
    ...(hits === undefined ? {} : { hits: { ...hits } }),
  };
}

/** The breakpoints that a link carries, under ids of their own. */
export function fromLink(points: LinkRecord["breakpoints"]): Breakpoint[] {
  const list: Breakpoint[] = [];
  for (const { enabled, condition, hits, ...place } of points) {
    const at = placeOf(place as LinkBreakpoint);
    const id = "file" in at ? lineId(at) : freshIdAmong(list, "b");
    if (list.some((one) => one.id === id)) continue;
    list.push({
      id,
      at,
      ...(enabled === false ? { enabled } : {}),
      ...(condition === undefined ? {} : { condition }),
      ...(hits === undefined ? {} : { hits }),
    });
  }
  return list;
}

function placeOf(place: LinkBreakpoint): BreakpointPlace {
  if (place.kind === "line") return { file: place.file, line: place.line };
  return place.kind === "address" ? { address: place.address } : place;
}

/** The watches that a link carries. */
export function watchesFromLink(watches: LinkRecord["watches"]): Watch[] {
  return (watches ?? []).map(({ expression, format }, i) => ({ id: `w${i + 1}`, expression, format }));
}
