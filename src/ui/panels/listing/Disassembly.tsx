import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { hex } from "../../format.ts";
import { useAtRest } from "../../store/store.ts";

const BEFORE = 40;
const AFTER = 200;

/** A binary's instructions about the one that is next, as memory has them now. */
export function Disassembly({ follow }: { readonly follow: boolean }) {
  const { t } = useTranslation();
  const here = useAtRest((state) => {
    const guest = state.run.view?.guest;
    return guest === undefined ? 0 : (guest.segments[1]!.base + guest.eip) >>> 0;
  });
  const [around, setAround] = useState(here);
  const { answer } = useInspection({
    kind: "disassembly",
    space: "linear",
    address: around,
    before: BEFORE,
    after: AFTER,
  });
  const lines = answer?.lines ?? [];
  const inSight = lines.some((line) => line.address === here);
  const box = useRef<HTMLElement>(null);

  useEffect(() => {
    if (follow && answer !== null && !inSight) setAround(here);
  }, [follow, here, inSight, answer]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows have changed
  useEffect(() => {
    if (!follow) return;
    const row = box.current?.querySelector<HTMLElement>('[aria-current="step"]');
    if (!row || box.current === null) return;
    const { scrollTop, clientHeight } = box.current;
    const top = row.offsetTop;
    if (top < scrollTop || top + 40 > scrollTop + clientHeight) box.current.scrollTop = top - clientHeight / 2;
  }, [follow, here, answer]);

  const first = lines[0]?.address ?? 0;
  const last = lines.at(-1)?.address ?? 0;
  return (
    <>
      <div className="notice listing-range">
        <p>{t("listing.binary")}</p>
        <span className="mono">{t("listing.range", { from: hex(first), to: hex(last) })}</span>
        <button type="button" className="button" disabled={first === 0} onClick={() => setAround(first)}>
          {t("listing.earlier")}
        </button>
        <button type="button" className="button" onClick={() => setAround(last)}>
          {t("listing.later")}
        </button>
      </div>
      <Scroller ref={box} className="listing-rows mono" label={t("common.contentOf", { title: t("listing.title") })}>
        <ol className="disassembly">
          {lines.map((line) => (
            <li
              key={line.address}
              className={`listing-row ${line.address === here ? "here" : ""}`}
              aria-current={line.address === here ? "step" : undefined}
            >
              <span className="listing-mark" aria-hidden="true">
                {line.address === here ? "▶" : ""}
              </span>
              <span className="listing-address">{hex(line.address)}</span>
              <span className="listing-bytes">{line.bytes.replace(/(..)(?=.)/g, "$1 ")}</span>
              <span className="listing-text">{line.text}</span>
              {line.address === here && <span className="visually-hidden">{t("listing.here")}</span>}
            </li>
          ))}
        </ol>
      </Scroller>
    </>
  );
}
