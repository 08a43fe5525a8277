import * as v from "valibot";
import { type Arrangement, type Breadth, tidied } from "./arrangement.ts";
import { isPanelId } from "./panel-ids.ts";

const KEY = "ringside.layout.v1";

const Tabs = v.object({ tabs: v.array(v.string()), active: v.nullable(v.string()) });
const Kept = v.object({
  docks: v.object({ text: Tabs, stage: Tabs, log: Tabs, state: Tabs, io: Tabs }),
  sizes: v.record(v.string(), v.record(v.string(), v.number())),
});
const Both = v.partial(v.object({ wide: Kept, medium: Kept }));

/** The arrangements that were kept; nothing for those that were not, or cannot be read. */
export function loadArrangements(storage: Pick<Storage, "getItem">): Partial<Record<Breadth, Arrangement>> {
  try {
    const kept = v.parse(Both, JSON.parse(storage.getItem(KEY) ?? "{}"));
    const read = (breadth: Breadth) => {
      const found = kept[breadth];
      // Names are checked by `tidied`.
      return found === undefined ? {} : { [breadth]: tidied(breadth, found as Arrangement, isPanelId) };
    };
    return { ...read("wide"), ...read("medium") };
  } catch {
    return {};
  }
}

/** Keeps the arrangements. A full or forbidden storage must not stop the page: they then last as long as it does. */
export function saveArrangements(
  storage: Pick<Storage, "setItem">,
  arrangements: Partial<Record<Breadth, Arrangement>>,
): void {
  try {
    storage.setItem(KEY, JSON.stringify(arrangements));
  } catch {
    // See above.
  }
}
