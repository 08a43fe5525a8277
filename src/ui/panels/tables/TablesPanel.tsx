import { Tabs } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { useUi } from "../../store/store.ts";
import "../facts/words.ts";
import { type Shown, SideChoice } from "../facts/SideChoice.tsx";
import { EntryList } from "./EntryList.tsx";
import { Segments } from "./Segments.tsx";
import "./tables.css";
import { Tss } from "./Tss.tsx";

const TABS = ["segments", "gdt", "ldt", "idt", "tss"] as const;

/** Segment registers and descriptor tables: as they are, as the guest believes, and what the last step changed. */
export default function TablesPanel() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<(typeof TABS)[number]>("segments");
  const [shown, setShown] = useState<Shown>("both");
  const virtualized = useUi((state) => state.run.view?.occupants.some(({ who }) => who === "vmm") ?? false);
  return (
    <Panel title={t("system.tables.title")} className="fact-panel tables-panel">
      <Tabs.Root className="tabs" value={tab} onValueChange={(value) => setTab(value as typeof tab)}>
        <div className="tabs-row">
          <Tabs.List className="tab-list" aria-label={t("system.tables.which")}>
            {TABS.map((name) => (
              <Tabs.Trigger key={name} className="tab" value={name}>
                {t(`system.tables.${name}`)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {virtualized && <SideChoice value={shown} onChange={setShown} />}
        </div>
        {TABS.map((name) => (
          <Tabs.Content key={name} className="tab-content" value={name} tabIndex={-1}>
            {name === "segments" ? (
              <Segments shown={shown} />
            ) : name === "tss" ? (
              <Tss shown={shown} />
            ) : (
              <EntryList table={name} shown={shown} />
            )}
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Panel>
  );
}
