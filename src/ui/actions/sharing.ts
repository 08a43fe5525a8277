import { Download, Presentation, Route } from "lucide-react";
import { shareFiles } from "../engine/links.ts";
import { change } from "../store/store.ts";
import type { Action } from "./types.ts";

/** What is done for others to see, and the tour. */
export const sharingActions: readonly Action[] = [
  {
    id: "present",
    group: "view",
    icon: Presentation,
    keys: [],
    enabled: (s) => s.run.view !== null && s.sharing.embed === null,
    run: (e) =>
      change(e.store, (draft) => {
        draft.sharing.presenting = !draft.sharing.presenting;
        draft.visit.tourStop = null;
      }),
  },
  { id: "export", group: "program", icon: Download, keys: [], enabled: (s) => s.run.view !== null, run: shareFiles },
  {
    id: "tour",
    group: "view",
    icon: Route,
    keys: [],
    enabled: (s) => s.run.view !== null && s.sharing.embed === null && !s.compare.open,
    run: (e) =>
      change(e.store, (draft) => {
        draft.visit.tourStop = 0;
        draft.visit.tourAsked = true;
      }),
  },
];
