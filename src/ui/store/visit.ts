/** What the page offers a visitor on its own account. */
export interface VisitState {
  /** The stop at which the tour stands, from 0; null when there is none under way. */
  readonly tourStop: number | null;
  /** Somebody asked for the tour: then it takes the keyboard; on a first visit it only stands there. */
  readonly tourAsked: boolean;
  /** A new version of the page has been fetched and waits. */
  readonly update: boolean;
}

export const initialVisit: VisitState = { tourStop: null, tourAsked: false, update: false };
