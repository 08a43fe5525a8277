import { type KeyboardEvent, useEffect, useRef, useState, type WheelEvent } from "react";
import { useTranslation } from "react-i18next";
import type { DisassembledLine } from "../../../session/inspect/disassembly.ts";
import type { AddressSpace } from "../../../session/inspect/spaces.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useWidth } from "./use-width.ts";

const ROW = 22;
/** Lines fetched before the first in sight, so that going up does not wait. */
const BEFORE = 40;
/** Lines by which the wheel and the arrows at an edge move. */
const WHEEL = 3;

interface Props {
  readonly space: AddressSpace;
  readonly address: number;
  readonly jump: number;
  onMove(address: number): void;
}

/** Instructions from an address on. Where the one before begins is found anew as one goes up. */
export function CodeListing({ space, address, jump, onMove }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [top, setTop] = useState(address);
  const shown = useShownRows(box);
  const { answer } = useInspection({ kind: "disassembly", space, address: top, before: BEFORE, after: shown + WHEEL });
  const lines = answer?.lines ?? [];
  const first = answer?.at ?? 0;
  const inSight = lines.slice(first, first + shown);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump goes to the cursor, wherever that is
  useEffect(() => setTop(address), [jump, space]);

  const scroll = (by: number): void => {
    const target = lines[Math.max(0, Math.min(lines.length - 1, first + by))];
    if (target !== undefined) setTop(target.address);
  };
  const move = (by: number): void => {
    const here = lines.findIndex((line) => line.address === address);
    const target = lines[Math.max(0, Math.min(lines.length - 1, (here < 0 ? first : here) + by))];
    if (target === undefined) return;
    onMove(target.address);
    const at = lines.indexOf(target) - first;
    if (at < 0) scroll(at);
    else if (at >= shown - 1) scroll(at - shown + 2);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -(shown - 1),
      PageDown: shown - 1,
    };
    const by = moves[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move(by);
  };
  const onWheel = (event: WheelEvent): void => scroll(Math.sign(event.deltaY) * WHEEL);
  return (
    <div
      ref={box}
      className="memory-listing code"
      role="listbox"
      tabIndex={0}
      aria-label={t("memory.codeListing", { address: hex(top) })}
      aria-activedescendant={inSight.some((line) => line.address === address) ? `code-${address}` : undefined}
      onKeyDown={onKeyDown}
      onWheel={onWheel}
    >
      {inSight.map((line) => (
        <CodeRow
          key={line.address}
          line={line}
          cursor={line.address === address}
          wide={width >= 420}
          onPress={() => onMove(line.address)}
        />
      ))}
    </div>
  );
}

/** How many lines fit into an element. */
function useShownRows(box: React.RefObject<HTMLElement | null>): number {
  const [rows, setRows] = useState(20);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setRows(Math.max(2, Math.floor(element.clientHeight / ROW))));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return rows;
}

interface RowProps {
  readonly line: DisassembledLine;
  readonly cursor: boolean;
  readonly wide: boolean;
  onPress(): void;
}

function CodeRow({ line, cursor, wide, onPress }: RowProps) {
  const { t } = useTranslation();
  const { address, label, text, bytes, source, next } = line;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keyboard
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names its active line
    <div
      role="option"
      id={`code-${address}`}
      aria-selected={cursor}
      className={`memory-code ${cursor ? "memory-here" : ""} ${next ? "memory-executed" : ""}`}
      onClick={onPress}
    >
      <span className="memory-next" aria-hidden="true">
        {next ? "▶" : ""}
      </span>
      {next && <span className="visually-hidden">{t("memory.nextHere")} </span>}
      <span className="memory-address">{hex(address)} </span>
      {wide && <span className="memory-code-bytes">{bytes.replace(/../g, "$& ").slice(0, 24)}</span>}
      <span className="memory-instruction">
        {label !== null && <span className="memory-label">{label}: </span>}
        {bytes === "" ? t("memory.unmapped") : text}
      </span>
      {source !== null && <span className="memory-source"> {t("memory.source", { line: source.line })}</span>}
    </div>
  );
}
