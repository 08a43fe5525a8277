/** A stretch of the run on view, in steps or ticks. Null shows the whole run, however it grows. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The closest view: single instructions can be told apart. */
export const LEAST_WIDTH = 8;

export function wholeRun(last: number): Range {
  return { from: 0, to: Math.max(1, last) };
}

/** `range`, or the whole run, kept within it. */
export function rangeIn(range: Range | null, last: number): Range {
  const whole = wholeRun(last);
  if (range === null) return whole;
  const width = Math.min(range.to - range.from, whole.to);
  const from = Math.min(Math.max(0, range.from), whole.to - width);
  return { from, to: from + width };
}

/** Closer by `factor` (further away below 1), keeping the position `around` where it is. Null once all is in view. */
export function zoomed(range: Range | null, last: number, factor: number, around: number): Range | null {
  const { from, to } = rangeIn(range, last);
  const width = Math.max(Math.min(LEAST_WIDTH, Math.max(1, last)), (to - from) / factor);
  if (width >= Math.max(1, last)) return null;
  const share = to > from ? (around - from) / (to - from) : 0.5;
  const begin = around - share * width;
  return rangeIn({ from: begin, to: begin + width }, last);
}

/** Moved along by `by` positions. */
export function panned(range: Range | null, last: number, by: number): Range | null {
  if (range === null) return null;
  const { from, to } = rangeIn(range, last);
  return rangeIn({ from: from + by, to: to + by }, last);
}

/** Moved no further than it takes to have `position` in view, with some room around it. */
export function withPosition(range: Range | null, last: number, position: number): Range | null {
  if (range === null) return null;
  const { from, to } = rangeIn(range, last);
  const room = (to - from) * 0.08;
  if (position >= from && position <= to) return { from, to };
  const begin = position < from ? position - room : position + room - (to - from);
  return rangeIn({ from: begin, to: begin + (to - from) }, last);
}

/** Round positions for the ruler: at most `most` of them. */
export function rulerMarks({ from, to }: Range, most: number): readonly number[] {
  const rough = (to - from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const distance = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((d) => d >= rough) ?? power * 10);
  const marks: number[] = [];
  for (let at = Math.ceil(from / distance) * distance; at <= to; at += distance) marks.push(at);
  return marks;
}
