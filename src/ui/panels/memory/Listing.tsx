import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MemoryAnswer } from "../../../session/inspect/memory.ts";
import type { AddressSpace } from "../../../session/inspect/spaces.ts";
import { useFarScroll } from "../../components/use-far-scroll.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { charOf } from "./bytes.ts";
import { useWidth } from "./use-width.ts";

const ROW = 22;
/** Bytes are fetched in pieces, so that a row more in sight does not ask again. */
const PIECE = 256;
/** Widths in CSS pixels from which a row has so many bytes. */
const HEX_WIDTHS = [
  [640, 16],
  [340, 8],
  [0, 4],
] as const;
const TEXT_WIDTHS = [
  [700, 64],
  [380, 32],
  [0, 16],
] as const;

interface Props {
  readonly space: AddressSpace;
  readonly size: number;
  readonly mode: "hex" | "text";
  readonly address: number;
  readonly jump: number;
  onMove(address: number): void;
  onEdit(typed: string): void;
  onWho(): void;
}

/** Bytes by the row, of which only those in sight are fetched and drawn. */
export function Listing({ space, size, mode, address, jump, onMove, onEdit, onWho }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const perRow = (mode === "hex" ? HEX_WIDTHS : TEXT_WIDTHS).find(([least]) => width >= least)![1];
  const rows = Math.ceil(size / perRow);
  const scroll = useFarScroll(scroller, rows, ROW);
  const running = useUi((state) => state.run.status !== "ready");

  const { firstRow, lastRow, reveal } = scroll;
  const from = Math.floor((firstRow * perRow) / PIECE) * PIECE;
  const to = Math.min(size, Math.ceil(((lastRow + 1) * perRow) / PIECE) * PIECE);
  const { answer } = useInspection({ kind: "memory", space, address: from, length: to - from, changes: !running });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump may be to where the cursor is
  useEffect(() => {
    if (width > 0) reveal(Math.floor(address / perRow), true);
  }, [jump, perRow, width > 0, space]);
  useEffect(() => {
    reveal(Math.floor(address / perRow));
  }, [address, perRow, reveal]);

  const bytes = useMemo(() => new Bytes(answer, space), [answer, space]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const shown = Math.max(1, lastRow - firstRow - 1) * perRow;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -perRow,
      ArrowDown: perRow,
      PageUp: -shown,
      PageDown: shown,
      Home: -(address % perRow),
      End: perRow - 1 - (address % perRow),
    };
    const by = moves[event.key];
    if (by !== undefined) onMove(Math.max(0, Math.min(size - 1, address + by)));
    else if (event.key === "Enter" || event.key === "F2") onEdit("");
    else if (mode === "hex" && /^[0-9a-f]$/i.test(event.key)) onEdit(event.key);
    else if (event.key.toLowerCase() === "w") onWho();
    else return;
    event.preventDefault();
  };

  const cellId = (at: number) => `${id}-${at}`;
  const lines = [];
  for (let row = firstRow; row <= lastRow; row++) {
    lines.push(
      <Row
        key={row}
        bytes={bytes}
        first={row * perRow}
        count={Math.min(perRow, size - row * perRow)}
        top={scroll.topOf(row)}
        index={row + 1}
        mode={mode}
        cursor={address}
        cellId={cellId}
        onMove={onMove}
        onEdit={onEdit}
      />,
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of 4 GiB; only the rows in sight exist
    <div
      ref={scroller}
      className={`memory-listing ${mode}`}
      role="grid"
      tabIndex={0}
      aria-label={t("memory.listing", { address: hex(firstRow * perRow) })}
      aria-rowcount={rows}
      aria-colcount={mode === "hex" ? perRow + 2 : 2}
      aria-activedescendant={
        address >= firstRow * perRow && address < (lastRow + 1) * perRow
          ? cellId(mode === "hex" ? address : address - (address % perRow))
          : undefined
      }
      onScroll={scroll.onScroll}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="rowgroup" className="memory-sizer" style={{ height: scroll.height }}>
        {lines}
      </div>
    </div>
  );
}

/** What is known of the bytes in sight. */
class Bytes {
  private readonly answer: MemoryAnswer | null;
  private readonly before: ReadonlyMap<number, number>;

  constructor(answer: MemoryAnswer | null, space: AddressSpace) {
    this.answer = answer?.space === space ? answer : null;
    this.before = new Map(this.answer?.written.map(({ address, before }) => [address, before]));
  }

  /** Undefined while it is on its way, null where nothing is mapped. */
  at(address: number): number | null | undefined {
    const { answer } = this;
    if (answer === null) return undefined;
    const index = address - answer.address;
    if (index < 0 || index >= answer.bytes.length) return undefined;
    return this.isMapped(answer, address) ? answer.bytes[index]! : null;
  }

  private isMapped({ parts }: MemoryAnswer, address: number): boolean {
    const part = parts.find((one) => address >= one.address && address < one.address + one.length);
    return part !== undefined && part.physical !== null;
  }

  /** What the last step found there, if it wrote it. */
  writtenOver(address: number): number | undefined {
    return this.before.get(address);
  }
}

interface RowProps {
  readonly bytes: Bytes;
  readonly first: number;
  readonly count: number;
  readonly top: number;
  readonly index: number;
  readonly mode: "hex" | "text";
  readonly cursor: number;
  cellId(address: number): string;
  onMove(address: number): void;
  onEdit(typed: string): void;
}

function Row({ bytes, first, count, top, index, mode, cursor, cellId, onMove, onEdit }: RowProps) {
  const { t } = useTranslation();
  const addresses = Array.from({ length: count }, (_, i) => first + i);
  const values = addresses.map((address) => bytes.at(address));
  const nowhere = values.every((value) => value === null);
  const text = values.map((value) => (value === undefined || value === null ? " " : charOf(value))).join("");
  const here = cursor >= first && cursor < first + count;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see Listing
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, and names its active cell
    <div role="row" aria-rowindex={index} className={`memory-row ${here ? "memory-here" : ""}`} style={{ top }}>
      {/* biome-ignore lint/a11y/useSemanticElements: see Listing */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <span role="rowheader" className="memory-address">
        {hex(first)}
      </span>
      {mode === "hex" &&
        (nowhere ? (
          // biome-ignore lint/a11y/useSemanticElements: see Listing
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <span role="gridcell" id={cellId(here ? cursor : first)} className="memory-nowhere" aria-colspan={count}>
            {t("memory.unmapped")}
          </span>
        ) : (
          addresses.map((address, i) => (
            <Cell
              key={address}
              id={cellId(address)}
              value={values[i]}
              before={bytes.writtenOver(address)}
              cursor={address === cursor}
              gap={i % 4 === 0}
              onPress={() => onMove(address)}
              onEdit={() => onEdit("")}
            />
          ))
        ))}
      {/* biome-ignore lint/a11y/useSemanticElements: see Listing */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <span
        role="gridcell"
        id={mode === "text" ? cellId(first) : undefined}
        className={`memory-text ${here && mode === "text" ? "memory-cursor" : ""}`}
        onPointerDown={mode === "text" ? () => onMove(first) : undefined}
      >
        {nowhere && mode === "text" ? t("memory.unmapped") : text}
      </span>
    </div>
  );
}

interface CellProps {
  readonly id: string;
  readonly value: number | null | undefined;
  readonly before: number | undefined;
  readonly cursor: boolean;
  readonly gap: boolean;
  onPress(): void;
  onEdit(): void;
}

function Cell({ id, value, before, cursor, gap, onPress, onEdit }: CellProps) {
  const { t } = useTranslation();
  const shown = value === undefined ? "··" : value === null ? "--" : hex(value, 2);
  const changed = before !== undefined && before !== value;
  const state = [cursor && "memory-cursor", gap && "gap", changed ? "changed" : before !== undefined && "rewritten"];
  return (
    // biome-ignore lint/a11y/useSemanticElements: see Listing
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus, and names its active cell
    <span
      role="gridcell"
      id={id}
      className={`memory-byte ${state.filter(Boolean).join(" ")}`}
      title={before === undefined ? undefined : t("memory.was", { value: hex(before, 2) })}
      aria-selected={cursor}
      onPointerDown={onPress}
      onDoubleClick={onEdit}
    >
      {shown}
      {before !== undefined && <span className="visually-hidden"> {t("memory.was", { value: hex(before, 2) })}</span>}
    </span>
  );
}
