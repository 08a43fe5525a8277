import { Switch } from "radix-ui";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TranslationFound } from "../../../session/inspect/translation.ts";
import type { TranslationHeatAnswer } from "../../../session/inspect/translation-heat.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { Choice } from "../facts/SideChoice.tsx";
import { CacheMap } from "./CacheMap.tsx";
import { UnitList } from "./UnitList.tsx";
import "./cache.css";

type Shape = "map" | "list";

interface Props {
  readonly found: TranslationFound;
  onUnit(index: number): void;
}

/** The cache as a whole: how full it is, its units with their links, and how often each was entered. */
export function Cache({ found, onUnit }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [as, setAs] = useState<Shape>("map");
  const [hot, setHot] = useState(false);
  const running = useUi((state) => state.run.status === "running");
  const heat = useInspection(hot && !running ? { kind: "translation-heat" } : null).answer;
  const entries = hot && heat !== null ? heat.entries : null;
  if (found.units.length === 0) {
    return (
      <div className="empty">
        <p>{t("translation.nothingYet")}</p>
      </div>
    );
  }
  return (
    <Scroller className="translation-whole" label={t("common.contentOf", { title: t("translation.cache") })}>
      <Fill found={found} />
      <div className="translation-choices">
        <Choice<Shape>
          label={t("translation.mapOrList")}
          value={as}
          options={[
            ["map", t("translation.map")],
            ["list", t("translation.list")],
          ]}
          onChange={setAs}
        />
        <label className="translation-heat" htmlFor={id}>
          <Switch.Root id={id} className="switch" checked={hot} onCheckedChange={setHot}>
            <Switch.Thumb />
          </Switch.Root>
          {t("translation.heat")}
        </label>
      </div>
      {hot && <HeatWords heat={heat} />}
      {as === "map" ? (
        <CacheMap found={found} entries={entries} onUnit={onUnit} />
      ) : (
        <UnitList found={found} entries={entries} onUnit={onUnit} />
      )}
    </Scroller>
  );
}

/** What was counted, and how. */
function HeatWords({ heat }: { readonly heat: TranslationHeatAnswer | null }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  if (heat === null) return <p className="translation-note">{t("translation.heatWaiting")}</p>;
  return (
    <p className="translation-note">
      {t("translation.heatWords", { from: count(heat.from, language), to: count(heat.to, language) })}
      {heat.dropped && ` ${t("translation.heatDropped")}`}
    </p>
  );
}

/** Units grow from the beginning, stubs from the end. */
function Fill({ found: { codeEnd, stubStart, size } }: Pick<Props, "found">) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const bytes = (value: number) => t("translation.bytes", { count: value, shown: count(value, language) });
  const width = (value: number) => ({ width: `max(2px, ${(value / size) * 100}%)` });
  const parts = { code: codeEnd, stubs: size - stubStart, free: stubStart - codeEnd };
  return (
    <figure className="translation-fill">
      <div aria-hidden="true">
        <span className="units" style={width(parts.code)} />
        <span className="stubs" style={width(parts.stubs)} />
      </div>
      <figcaption>
        {t("translation.fill", {
          code: bytes(parts.code),
          stubs: bytes(parts.stubs),
          free: bytes(parts.free),
          size: bytes(size),
        })}
      </figcaption>
    </figure>
  );
}
