import type { TreatmentView } from "../../../session/inspect/translation.ts";

/** A sign for each treatment, so that colour is never alone. */
export const SIGNS: Readonly<Record<TreatmentView, string>> = {
  identical: "=",
  inline: "≈",
  callout: "↗",
  chained: "→",
  indirect: "⇢",
  simulated: "!",
};
