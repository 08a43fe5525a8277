import { Tabs } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { useEngine } from "../../engine/context.ts";
import { configure } from "../../engine/documents.ts";
import { en, zh } from "../../i18n/areas/hypervisor.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Events } from "./Events.tsx";
import { Frames } from "./Frames.tsx";
import { Hypercalls } from "./Hypercalls.tsx";
import { Rings } from "./Rings.tsx";
import "../facts/facts.css";
import "./hypervisor.css";

addWords("hypervisor", { en, zh });

const TABS = ["hypercalls", "events", "frames", "rings"] as const;
type Tab = (typeof TABS)[number];

/** What a hypervisor keeps that its guests know of: their calls, their events, machine memory, and what they share. */
export default function HypervisorPanel() {
  const { t } = useTranslation();
  const loaded = useUi((state) => state.run.view !== null);
  const there = useUi(({ facts, run: { view }, work }) => {
    const strategy = view?.strategy ?? work.strategy;
    return facts?.strategies.find(({ id }) => id === strategy)?.hypercalls ?? false;
  });
  return (
    <Panel title={t("hypervisor.title")} className="hypervisor">
      {!there ? (
        <Elsewhere />
      ) : loaded ? (
        <Views />
      ) : (
        <div className="empty">
          <p>{t("hypervisor.empty")}</p>
        </div>
      )}
    </Panel>
  );
}

/** Under the strategy that is chosen there is nothing to see: what there would be, and how to get there. */
function Elsewhere() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const chosen = useUi((state) => state.work.strategy);
  const strategies = useUi((state) => state.facts?.strategies) ?? [];
  const title = strategies.find(({ id }) => id === chosen)?.title;
  return (
    <div className="empty">
      <p>{t("hypervisor.none", { strategy: title === undefined ? chosen : words(title) })}</p>
      <p>{t("hypervisor.port")}</p>
      {strategies
        .filter(({ hypercalls }) => hypercalls)
        .map((strategy) => (
          <button
            key={strategy.id}
            type="button"
            className="button primary"
            onClick={() => void configure(engine, { strategy: strategy.id })}
          >
            {t("hypervisor.choose", { strategy: words(strategy.title) })}
          </button>
        ))}
    </div>
  );
}

function Views() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("hypercalls");
  const [frame, setFrame] = useState<number | null>(null);
  const showFrame = (wanted: number): void => {
    setFrame(wanted);
    setTab("frames");
  };
  return (
    <Tabs.Root className="tabs" value={tab} onValueChange={(value) => setTab(value as Tab)}>
      <div className="tabs-row">
        <Tabs.List className="tab-list" aria-label={t("hypervisor.views")}>
          {TABS.map((view) => (
            <Tabs.Trigger key={view} className="tab" value={view}>
              {t(`hypervisor.tab.${view}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
      </div>
      <Tabs.Content className="tab-content" value="hypercalls" tabIndex={-1}>
        <Hypercalls />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="events" tabIndex={-1}>
        <Events />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="frames" tabIndex={-1}>
        <Frames frame={frame} onFrame={setFrame} />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="rings" tabIndex={-1}>
        <Rings onFrame={showFrame} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
