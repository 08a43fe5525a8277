/** The parts of the share dialog. */
export const SHARE_TABS = ["link", "qr", "embed", "export"] as const;
export type ShareTab = (typeof SHARE_TABS)[number];

/** How the page stands in another one: `?embed&hide=editor,events`. */
export interface Embedding {
  /** Panels and parts that are not shown. */
  readonly hide: readonly string[];
}

export interface SharingState {
  /** Null on the page itself. */
  readonly embed: Embedding | null;
  readonly tab: ShareTab;
  /** The stage fills the page, for a projector. */
  readonly presenting: boolean;
}

export const initialSharing: SharingState = { embed: null, tab: "link", presenting: false };

/** How the address wants the page to be embedded; null if it does not. */
export function embeddingOf(search: string): Embedding | null {
  const query = new URLSearchParams(search);
  if (!query.has("embed")) return null;
  return { hide: (query.get("hide") ?? "").split(",").filter((part) => part !== "") };
}
