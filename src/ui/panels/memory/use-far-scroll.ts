import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Browsers lay out some ten million pixels; a 4 GiB space has hundreds of millions of rows. */
const TALLEST = 4_000_000;
/** Real pixels that stand for one page of virtual ones. */
const PAGE = TALLEST / 100;

/** Rows of which only those in sight exist, however many there are. */
export interface FarScroll {
  /** Height of the scrolled element in CSS pixels. */
  readonly height: number;
  readonly firstRow: number;
  readonly lastRow: number;
  /** Where a row is drawn in the scrolled element. */
  topOf(row: number): number;
  onScroll(): void;
  /** Brings a row into view if it is not. `centre`: near the middle. */
  reveal(row: number, centre?: boolean): void;
}

/**
 * Scrolling through more rows than fit a scroll bar. Small movements are exact: rows move with the scrolled element, and its
 * origin is shifted a page at a time. A large one (the thumb is dragged) goes to that share of the whole.
 */
export function useFarScroll(scroller: RefObject<HTMLElement | null>, rows: number, rowHeight: number): FarScroll {
  const virtual = rows * rowHeight;
  const height = Math.min(virtual, TALLEST);
  const pages = Math.max(1, Math.floor(virtual / PAGE));
  const shift = pages > 1 ? (virtual - height) / (pages - 1) : 0;
  const far = virtual > height;
  /** How much later a virtual pixel is than a real one. */
  const offset = useRef(0);
  const last = useRef(0);
  const [view, setView] = useState({ top: 0, shown: 400, offset: 0 });

  const read = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    setView({ top: last.current + offset.current, shown: element.clientHeight, offset: offset.current });
  }, [scroller]);

  const go = useCallback(
    (wanted: number) => {
      const element = scroller.current;
      if (element === null) return;
      const top = Math.max(0, Math.min(wanted, virtual - element.clientHeight));
      const page = Math.min(pages - 1, Math.floor(top / PAGE));
      const before = offset.current;
      offset.current = far ? Math.round(page * shift) : 0;
      const real = Math.max(0, Math.min(height - element.clientHeight, top - offset.current));
      last.current = real;
      if (before !== offset.current || Math.abs(element.scrollTop - real) >= 1) element.scrollTop = real;
      read();
    },
    [scroller, virtual, pages, shift, height, far, read],
  );

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, clientHeight } = element;
    const moved = Math.abs(scrollTop - last.current);
    if (moved < 1) return read();
    last.current = scrollTop;
    if (!far) return read();
    if (moved < clientHeight * 2) go(scrollTop + offset.current);
    else {
      const share = scrollTop / Math.max(1, height - clientHeight);
      offset.current = Math.round(share * (virtual - height));
      read();
    }
  }, [scroller, far, go, height, virtual, read]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [scroller, read]);

  const reveal = useCallback(
    (row: number, centre = false) => {
      const element = scroller.current;
      if (element === null) return;
      const top = row * rowHeight;
      const now = last.current + offset.current;
      const shown = element.clientHeight;
      if (top >= now && top + rowHeight <= now + shown) return;
      const above = centre ? Math.floor(shown / 3 / rowHeight) * rowHeight : top < now ? 0 : shown - rowHeight;
      go(top - above);
    },
    [scroller, rowHeight, go],
  );

  const firstRow = Math.max(0, Math.floor(view.top / rowHeight));
  return {
    height,
    firstRow,
    lastRow: Math.min(rows - 1, Math.ceil((view.top + view.shown) / rowHeight)),
    topOf: (row) => row * rowHeight - view.offset,
    onScroll,
    reveal,
  };
}
