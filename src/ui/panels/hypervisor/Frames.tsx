import { useVirtualizer } from "@tanstack/react-virtual";
import { useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FrameOwner, FrameRun, FramesAnswer, FrameUse } from "../../../session/inspect/hypervisor-frames.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { Counts, FrameDetail } from "./FrameDetail.tsx";
import { FrameLink } from "./FrameLink.tsx";
import { FrameMap } from "./FrameMap.tsx";
import { useOwner } from "./use-owner.ts";
import { Waiting } from "./Waiting.tsx";

const USES: readonly FrameUse[] = ["l2", "l1", "segments", "writable", "none"];
const ROW_PX = 44;

interface Props {
  /** The frame that is looked up, or null. */
  readonly frame: number | null;
  onFrame(frame: number | null): void;
}

/** Machine memory, frame by frame: owner, type and counts. */
export function Frames({ frame, onFrame }: Props) {
  const { t } = useTranslation();
  const [owner, setOwner] = useState<FrameOwner | null>(null);
  const [use, setUse] = useState<FrameUse | null>(null);
  const { answer } = useInspection({ kind: "frames", owner, use, frame });
  const scroller = useRef<HTMLElement>(null);
  if (!answer?.frames) return <Waiting />;
  const found = answer.frames;
  return (
    <>
      <Tools found={found} frame={frame} owner={owner} use={use} onFrame={onFrame} onOwner={setOwner} onUse={setUse} />
      <Scroller
        ref={scroller}
        className="hv-body hv-frames"
        label={t("common.contentOf", { title: t("hypervisor.tab.frames") })}
      >
        {found.frame !== null && (
          <FrameDetail
            frame={found.frame}
            walked={found.domains.find(({ current }) => current)?.id ?? null}
            onFrame={onFrame}
          />
        )}
        <FrameMap found={found} selected={frame} onFrame={onFrame} />
        <List found={found} scroller={scroller} selected={frame} onFrame={onFrame} />
      </Scroller>
    </>
  );
}

type Found = NonNullable<FramesAnswer["frames"]>;

interface ToolsProps extends Props {
  readonly found: Found;
  readonly owner: FrameOwner | null;
  readonly use: FrameUse | null;
  onOwner(owner: FrameOwner | null): void;
  onUse(use: FrameUse | null): void;
}

function Tools({ found, frame, owner, use, onFrame, onOwner, onUse }: ToolsProps) {
  const { t } = useTranslation();
  const id = useId();
  const ownerOf = useOwner();
  const [text, setText] = useState("");
  const typed = text.trim().replace(/^0x/i, "");
  const number = /^[0-9a-f]{1,6}$/i.test(typed) ? Number.parseInt(typed, 16) : null;
  const bad = typed !== "" && (number === null || number >= found.count);
  const owners: readonly FrameOwner[] = ["hypervisor", ...found.domains.map(({ id: domain }) => domain), "nobody"];
  return (
    <div className="hv-tools">
      <label className="hv-look" htmlFor={`${id}-frame`}>
        <span>{t("hypervisor.frames.look")}</span>
        <input
          id={`${id}-frame`}
          className="field mono"
          value={text}
          placeholder={frame === null ? "" : hex(frame, 5)}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={bad}
          aria-describedby={bad ? `${id}-bad` : undefined}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || bad || number === null) return;
            onFrame(number);
            setText("");
          }}
        />
      </label>
      <label htmlFor={`${id}-owner`}>
        <span>{t("hypervisor.frames.owner")}</span>
        <select
          id={`${id}-owner`}
          className="field"
          value={owner === null ? "" : String(owner)}
          onChange={({ target }) => onOwner(owners.find((one) => String(one) === target.value) ?? null)}
        >
          <option value="">{t("hypervisor.frames.all")}</option>
          {owners.map((one) => (
            <option key={one} value={one}>
              {ownerOf(one)}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor={`${id}-use`}>
        <span>{t("hypervisor.frames.use")}</span>
        <select
          id={`${id}-use`}
          className="field"
          value={use ?? ""}
          onChange={({ target }) => onUse(target.value === "" ? null : (target.value as FrameUse))}
        >
          <option value="">{t("hypervisor.frames.all")}</option>
          {USES.map((one) => (
            <option key={one} value={one}>
              {t(`hypervisor.frames.uses.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {bad && (
        <p id={`${id}-bad`} className="hv-bad">
          {t("hypervisor.frames.bad", { last: hex(found.count - 1, 1) })}
        </p>
      )}
    </div>
  );
}

interface ListProps {
  readonly found: Found;
  readonly scroller: React.RefObject<HTMLElement | null>;
  readonly selected: number | null;
  onFrame(frame: number): void;
}

function List({ found, scroller, selected, onFrame }: ListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  // What is above the list changes with the width, and with the frame that is looked up.
  useLayoutEffect(() => {
    const box = list.current;
    const outer = scroller.current;
    if (box === null || outer === null) return;
    const measure = () =>
      setTop(Math.round(box.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop));
    measure();
    const observer = new ResizeObserver(measure);
    for (const child of outer.children) observer.observe(child);
    return () => observer.disconnect();
  });
  const { runs, dropped } = found;
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    scrollMargin: top,
    overscan: 8,
  });
  return (
    <section aria-label={t("hypervisor.frames.list")}>
      <p className="fact-heading">{t("hypervisor.frames.list")}</p>
      {runs.length === 0 && <p className="fact-note">{t("hypervisor.frames.nothing")}</p>}
      <ol ref={list} className="hv-runs" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <li
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            aria-setsize={runs.length}
            className="hv-item"
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            <Run run={runs[item.index]!} selected={selected} onFrame={onFrame} />
          </li>
        ))}
      </ol>
      {dropped > 0 && <p className="fact-note">{t("hypervisor.frames.dropped", { count: dropped })}</p>}
    </section>
  );
}

function Run({ run, selected, onFrame }: { readonly run: FrameRun } & Pick<ListProps, "selected" | "onFrame">) {
  const { t } = useTranslation();
  const ownerOf = useOwner();
  const { first, count, owner, use, page } = run;
  const within = selected !== null && selected >= first && selected < first + count;
  return (
    <div className={`hv-run ${use} ${within ? "here" : ""}`} data-run={first}>
      <p>
        <FrameLink frame={first} onFrame={onFrame} />
        {count > 1 && (
          <>
            –<FrameLink frame={first + count - 1} onFrame={onFrame} /> {t("hypervisor.frames.times", { count })}
          </>
        )}{" "}
        <span>{ownerOf(owner)}</span> · <strong>{t(`hypervisor.frames.uses.${use}`)}</strong>
      </p>
      <p className="hv-run-foot">
        <Counts {...run} /> ·{" "}
        {page < 0
          ? t("hypervisor.frames.noPage")
          : count === 1
            ? t("hypervisor.frames.page", { page: hex(page, 4) })
            : t("hypervisor.frames.pages", { from: hex(page, 4), to: hex(page + count - 1, 4) })}
      </p>
    </div>
  );
}
