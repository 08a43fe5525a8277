/** Where the tour stops: each has a title and a text in the catalogue, and an element on the page. */
export const TOUR_STOPS = [
  { id: "program", anchor: ".strategy-picker" },
  { id: "stage", anchor: ".panel.stage" },
  { id: "run", anchor: ".run-bar" },
  { id: "timeline", anchor: ".timeline" },
  { id: "compare", anchor: '[data-action="compare"]' },
] as const;
