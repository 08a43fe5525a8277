import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { Scroller } from "../../components/Scroller.tsx";

interface Props {
  /** Name of the scrolling region, and of the list in it. */
  readonly label: string;
  readonly list: string;
  /** Names of the rows, each once. */
  readonly keys: readonly string[];
  /** Height of a row until it has been measured, in CSS pixels. */
  readonly estimate: number;
  /** What stands above the list and scrolls with it. */
  readonly head?: ReactNode;
  row(index: number): ReactNode;
}

/** A list of which only what is in sight is drawn; rows are as high as they are. */
export function VirtualList({ label, list, keys, estimate, head, row }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const begin = useRef<HTMLOListElement>(null);
  const rows = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => keys[index]!,
    estimateSize: () => estimate,
    overscan: 8,
    scrollMargin: begin.current?.offsetTop ?? 0,
  });
  const margin = rows.options.scrollMargin;
  // What is above the list changes its height with what it says.
  useEffect(() => {
    if ((begin.current?.offsetTop ?? 0) !== margin) rows.measure();
  });
  return (
    <Scroller ref={scroller} className="vmx-body" label={label}>
      {head}
      <ol ref={begin} className="vmx-list" style={{ height: rows.getTotalSize() }} aria-label={list}>
        {rows.getVirtualItems().map((item) => (
          <li
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            className="vmx-item"
            aria-setsize={keys.length}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - margin}px)` }}
          >
            {row(item.index)}
          </li>
        ))}
      </ol>
    </Scroller>
  );
}
