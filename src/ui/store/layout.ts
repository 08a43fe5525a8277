import type { Arrangement, Breadth } from "../layout/arrangement.ts";

/** Which panels are open, and where. */
export interface LayoutState {
  /** How broad the page is now; null on a phone. */
  readonly breadth: Breadth | null;
  /** The reader's own arrangements; one that is missing is that of the first visit. */
  readonly arrangements: Readonly<Partial<Record<Breadth, Arrangement>>>;
  /** Grows when the sizes are to be taken anew. */
  readonly generation: number;
}

export const initialLayout: LayoutState = { breadth: null, arrangements: {}, generation: 0 };
