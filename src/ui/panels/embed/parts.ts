import { panels } from "../../layout/panels.ts";

/** Parts of an embedded page, beside its panels, that the address can hide. */
export const EMBED_EXTRAS = ["timeline", "strategy"] as const;
export type EmbedExtra = (typeof EMBED_EXTRAS)[number];

/** The panels that an embedded page has unless they are hidden: those that are open on the page from the start. */
export const embedPanels = panels.filter((row) => row.open).map((row) => row.id);
