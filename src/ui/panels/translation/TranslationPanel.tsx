import { LocateFixed } from "lucide-react";
import { Tabs } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TranslationFound } from "../../../session/inspect/translation.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Panel } from "../../components/Panel.tsx";
import { useEngine } from "../../engine/context.ts";
import { configure } from "../../engine/documents.ts";
import { useInspection } from "../../engine/inspect.ts";
import { en, zh } from "../../i18n/areas/translation.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Cache } from "./Cache.tsx";
import { Code } from "./Code.tsx";
import { Counts } from "./Counts.tsx";
import "../facts/facts.css";
import "./translation.css";

addWords("translation", { en, zh });

type Tab = "code" | "cache" | "counts";

/** What stands for the guest's code under binary translation: unit by unit, the cache as a whole, and what it came to. */
export default function TranslationPanel() {
  const { t } = useTranslation();
  const loaded = useUi((state) => state.run.view !== null);
  const [follow, setFollow] = useState(true);
  const [chosen, setChosen] = useState<number | null>(null);
  const { answer } = useInspection({ kind: "translation", unit: follow ? null : chosen, otherwise: chosen });
  const found = answer?.translation ?? null;
  // While the guest is outside the cache, the unit in which it last was stays on view.
  const shown = found?.unit?.index ?? null;
  useEffect(() => {
    if (shown !== null) setChosen(shown);
  }, [shown]);
  return (
    <Panel title={t("translation.title")} className="translation">
      {!loaded || answer === null ? (
        <div className="empty">
          <p>{t(loaded ? "translation.waiting" : "translation.empty")}</p>
        </div>
      ) : found === null ? (
        <Elsewhere />
      ) : (
        <Views
          found={found}
          follow={follow}
          onFollow={() => setFollow(!follow)}
          onUnit={(index) => {
            setFollow(false);
            setChosen(index);
          }}
        />
      )}
    </Panel>
  );
}

/** Under the strategy that is chosen there is nothing to see: how to get where there is. */
function Elsewhere() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const chosen = useUi((state) => state.work.strategy);
  const strategies = useUi((state) => state.facts?.strategies) ?? [];
  const title = strategies.find(({ id }) => id === chosen)?.title;
  return (
    <div className="empty">
      <p>{t("translation.none", { strategy: title === undefined ? chosen : words(title) })}</p>
      {strategies
        .filter(({ translates }) => translates)
        .map((strategy) => (
          <button
            key={strategy.id}
            type="button"
            className="button primary"
            onClick={() => void configure(engine, { strategy: strategy.id })}
          >
            {t("translation.choose", { strategy: words(strategy.title) })}
          </button>
        ))}
    </div>
  );
}

interface ViewsProps {
  readonly found: TranslationFound;
  readonly follow: boolean;
  onFollow(): void;
  onUnit(index: number): void;
}

function Views({ found, follow, onFollow, onUnit }: ViewsProps) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("code");
  /** A unit was chosen in the cache: the keyboard goes with it. */
  const going = useRef(false);
  const showUnit = (index: number): void => {
    going.current = tab !== "code";
    onUnit(index);
    setTab("code");
  };
  return (
    <Tabs.Root className="tabs" value={tab} onValueChange={(value) => setTab(value as Tab)}>
      <div className="tabs-row translation-row">
        <Tabs.List className="tab-list" aria-label={t("translation.views")}>
          {(["code", "cache", "counts"] as const).map((view) => (
            <Tabs.Trigger key={view} className="tab" value={view}>
              {t(`translation.${view}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <div className="translation-steps">
          <ActionButton id="tickBack" />
          <ActionButton id="tick" look="label">
            {t("translation.nextGuest")}
          </ActionButton>
          <ActionButton id="stepBack" />
          <ActionButton id="stepInto" look="label">
            {t("translation.nextTranslated")}
          </ActionButton>
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("translation.follow")}
            data-tip={t("translation.follow")}
            aria-pressed={follow}
            onClick={onFollow}
          >
            <LocateFixed aria-hidden="true" />
          </button>
        </div>
      </div>
      <Tabs.Content className="tab-content" value="code" tabIndex={-1}>
        <Code found={found} going={going} onUnit={onUnit} />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="cache" tabIndex={-1}>
        <Cache found={found} onUnit={showUnit} />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="counts" tabIndex={-1}>
        <Counts counts={found.counts} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
