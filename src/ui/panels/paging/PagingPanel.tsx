import { Tabs } from "radix-ui";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { useEngine } from "../../engine/context.ts";
import { change, useUi } from "../../store/store.ts";
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
  const engine = useEngine();
  const { address, jump } = useUi((state) => state.paging);
  const setAddress = useCallback(
    (text: string | null) =>
      change(engine.store, (draft) => {
        draft.paging.address = text;
      }),
    [engine],
  );
  // Opened anew it follows the guest again.
  useEffect(() => () => setAddress(null), [setAddress]);
  // Where the guest's own tables are the real ones there is one side alone.
  const virtualized = useUi(({ facts, run: { view } }) => {
    const direct = facts?.strategies.find(({ id }) => id === view?.strategy)?.hypercalls ?? false;
    return !direct && (view?.occupants.some(({ who }) => who === "vmm") ?? false);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it grows when somebody else asks for a walk
  useEffect(() => setTab("walk"), [jump]);
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
