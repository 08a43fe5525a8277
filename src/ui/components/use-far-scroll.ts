import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";

/** Browsers lay out some ten million pixels; a 4 GiB space has hundreds of millions of rows. */
const TALLEST = 4_000_000;
/** So many pixels at both ends lie where they would anyway. */
const ZONE = TALLEST / 100;
/** Between them the scrolled element may be so far from where the share of the whole is. */
const DRIFT = ZONE * 0.75;

/** Rows of which only those in sight exist, however many there are. */
export interface FarScroll {
  /** Height of the scrolled element in CSS pixels. */
  readonly height: number;
  readonly firstRow: number;
  readonly lastRow: number;
  /** How many pixels of rows there are, how many of them lie above what is in sight, and how many are in sight. */
  readonly virtual: number;
  readonly top: number;
  readonly shown: number;
  /** How far down the scrolled element what is in sight begins. */
  readonly real: number;
  /** Where a row is drawn in the scrolled element. */
  topOf(row: number): number;
  onScroll(): void;
  /** Brings a row into view if it is not. `centre`: near the middle. */
  reveal(row: number, centre?: boolean): void;
  /** Scrolls so far that so many pixels of rows lie above. */
  go(top: number): void;
}

/**
 * Scrolling through more rows than fit a scroll bar. Small movements are exact: rows move with the scrolled element, which
 * is put back to its share of the whole now and then. A large one (the thumb is dragged) goes to that share.
 */
export function useFarScroll(scroller: RefObject<HTMLElement | null>, rows: number, rowHeight: number): FarScroll {
  const virtual = rows * rowHeight;
  const height = Math.min(virtual, TALLEST);
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

  /** Where the scrolled element is to be for so many virtual pixels above, and the other way round. */
  const [realOf, virtualOf] = useMemo(() => {
    if (!far) return [(top: number) => top, (real: number) => real];
    const scale = (height - 2 * ZONE) / (virtual - 2 * ZONE);
    return [
      (top: number) => {
        if (top <= ZONE) return top;
        return top >= virtual - ZONE ? top - virtual + height : Math.round(ZONE + (top - ZONE) * scale);
      },
      (real: number) => {
        if (real <= ZONE) return real;
        return real >= height - ZONE ? real + virtual - height : Math.round(ZONE + (real - ZONE) / scale);
      },
    ];
  }, [far, height, virtual]);

  const go = useCallback(
    (wanted: number) => {
      const element = scroller.current;
      if (element === null) return;
      const top = Math.max(0, Math.min(wanted, virtual - element.clientHeight));
      const real = realOf(top);
      offset.current = top - real;
      last.current = real;
      if (Math.abs(element.scrollTop - real) >= 1) element.scrollTop = real;
      read();
    },
    [scroller, virtual, realOf, read],
  );

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, clientHeight } = element;
    const moved = Math.abs(scrollTop - last.current);
    if (moved < 1) return read();
    // Less than half a pixel of the thumb is nobody's drag.
    const small = moved < Math.max(clientHeight * 2, height / Math.max(1, clientHeight) / 2);
    const atEdge = scrollTop < 1 || scrollTop >= height - clientHeight - 1;
    last.current = scrollTop;
    if (!far) return read();
    if (!small || atEdge) {
      offset.current = virtualOf(scrollTop) - scrollTop;
      return read();
    }
    const top = scrollTop + offset.current;
    const away = Math.abs(scrollTop - realOf(top));
    const inZone = top <= ZONE || top >= virtual - ZONE;
    if (away > DRIFT || (inZone && away >= 1)) go(top);
    else read();
  }, [scroller, far, go, height, virtual, realOf, virtualOf, read]);

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
    virtual,
    top: view.top,
    shown: view.shown,
    real: view.top - view.offset,
    topOf: (row) => row * rowHeight - view.offset,
    onScroll,
    reveal,
    go,
  };
}
