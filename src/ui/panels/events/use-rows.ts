import { type RefObject, useCallback, useEffect, useLayoutEffect } from "react";
import { useFarScroll } from "../../components/use-far-scroll.ts";

/** Heights of a row in CSS pixels: about, and at least. */
const ABOUT = 58;
const LEAST = 38;
/** So few rows are all drawn. */
const FEW = 40;

/** Rows of different heights of which only those in sight are drawn, however many there are. */
export interface Rows {
  readonly first: number;
  /** The row behind the last that is drawn. */
  readonly end: number;
  /** Height of what is scrolled, and where the rows begin in it; null where all are drawn. */
  readonly height: number | null;
  readonly top: number | null;
  onScroll(): void;
  /** Brings a row into view if it is not. */
  reveal(index: number): void;
}

/**
 * Where the reader is, as a share of the whole, says which row lies at that share of what is in sight: at the very top the
 * first row is at the top, at the very bottom the last one is at the bottom. So no height need be known but of rows that
 * are drawn. `list`: the element with nothing but the rows in it.
 */
export function useRows(
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<HTMLElement | null>,
  total: number,
): Rows {
  const scroll = useFarScroll(scroller, total, ABOUT);
  const { virtual, top, shown, go } = scroll;
  const few = total <= FEW;
  const share = Math.min(1, top / Math.max(1, virtual - shown));
  const at = share * total;
  const anchor = Math.min(total - 1, Math.floor(at));
  const above = share * shown;
  const first = few ? 0 : Math.max(0, anchor - Math.ceil(above / LEAST) - 1);
  const end = few ? total : Math.min(total, anchor + Math.ceil((shown - above) / LEAST) + 2);

  // The heights of the rows in sight are known once they are drawn, and change when they come from the worker.
  const place = useCallback(() => {
    const element = list.current;
    if (element === null) return;
    if (few) {
      element.style.transform = "";
      return;
    }
    let y = above;
    for (let i = first; i <= anchor; i++) {
      const height = element.children[i - first]?.getBoundingClientRect().height ?? 0;
      y -= i < anchor ? height : height * (at - anchor);
    }
    element.style.transform = `translateY(${Math.round(y)}px)`;
  }, [list, few, above, first, anchor, at]);
  useLayoutEffect(place);
  useEffect(() => {
    if (list.current === null) return;
    const observer = new ResizeObserver(place);
    observer.observe(list.current);
    return () => observer.disconnect();
  }, [list, place]);

  const reveal = useCallback(
    (index: number) => {
      if (scroller.current === null) return;
      const frame = scroller.current.getBoundingClientRect();
      const row = list.current?.querySelector(`[data-index="${index}"]`);
      const box = row?.getBoundingClientRect();
      if (box !== undefined && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1) return;
      if (few) row?.scrollIntoView({ block: "nearest" });
      // The row's share of itself lies at its share of the whole.
      else go((index / Math.max(1, total - 1)) * (virtual - scroller.current.clientHeight));
    },
    [scroller, list, few, go, total, virtual],
  );
  return {
    first,
    end,
    height: few ? null : scroll.height,
    top: few ? null : scroll.real,
    onScroll: scroll.onScroll,
    reveal,
  };
}
