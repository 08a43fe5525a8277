import { Tabs } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { useUi } from "../../store/store.ts";
import "../facts/words.ts";
import { type Shown, SideChoice } from "../facts/SideChoice.tsx";
import "../facts/facts.css";
import "./paging.css";
import { Tree } from "./Tree.tsx";
import { Walk } from "./Walk.tsx";

/** Page tables as a tree, and the walk of any address. */
export default function PagingPanel() {
  const { t } = useTranslation();
  const [tab, setTab] = useState("walk");
  const [shown, setShown] = useState<Shown>("both");
  const [address, setAddress] = useState<string | null>(null);
  const virtualized = useUi((state) => state.run.view?.occupants.some(({ who }) => who === "vmm") ?? false);
  const walkTo = (linear: string) => {
    setAddress(linear);
    setTab("walk");
  };
  return (
    <Panel title={t("system.paging.title")} className="fact-panel paging-panel">
      <Tabs.Root className="tabs" value={tab} onValueChange={setTab}>
        <div className="tabs-row">
          <Tabs.List className="tab-list" aria-label={t("system.paging.views")}>
            <Tabs.Trigger className="tab" value="walk">
              {t("system.paging.walk")}
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="tree">
              {t("system.paging.tree")}
            </Tabs.Trigger>
          </Tabs.List>
          {virtualized && <SideChoice value={shown} onChange={setShown} />}
        </div>
        <Tabs.Content className="tab-content" value="walk" tabIndex={-1}>
          <Walk shown={shown} address={address} onAddress={setAddress} />
        </Tabs.Content>
        <Tabs.Content className="tab-content" value="tree" tabIndex={-1}>
          <Tree shown={shown} walkTo={walkTo} />
        </Tabs.Content>
      </Tabs.Root>
    </Panel>
  );
}
