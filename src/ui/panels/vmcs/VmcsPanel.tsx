import { Tabs } from "radix-ui";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { VmcsAnswer } from "../../../session/inspect/vmx-vmcs.ts";
import { Panel } from "../../components/Panel.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { change, useUi } from "../../store/store.ts";
import { VMX_TABS, type VmxTab } from "../../store/vmx.ts";
import { useChangesWanted } from "../facts/Body.tsx";
import { Checks } from "./Checks.tsx";
import { Counts } from "./Counts.tsx";
import { Elsewhere } from "./Elsewhere.tsx";
import { Exit } from "./Exit.tsx";
import { Fields } from "./Fields.tsx";
import { Status } from "./Status.tsx";
import { Walk } from "./Walk.tsx";
import "../facts/facts.css";
import "./words.ts";
import "./vmcs.css";
import "./counts.css";
import "./walk.css";

/** What VT-x keeps: the VMCS, the last exit, the checks of an entry, the walk through EPT, and exits counted. */
export default function VmcsPanel() {
  const { t } = useTranslation();
  const loaded = useUi((state) => state.run.view !== null);
  const pointer = useUi((state) => state.vmx.pointer);
  const changes = useChangesWanted();
  const { answer } = useInspection({ kind: "vmcs", pointer, changes });
  // Another run has other ones.
  const gone = pointer !== null && (answer?.known.every((known) => known.pointer !== pointer) ?? false);
  const engine = useEngine();
  useEffect(() => {
    if (!gone) return;
    change(engine.store, (draft) => {
      draft.vmx.pointer = null;
    });
  }, [gone, engine]);
  return (
    <Panel title={t("vmx.title")} className="vmcs-panel">
      {!loaded || answer === null ? (
        <div className="empty">
          <p>{t(loaded ? "vmx.waiting" : "vmx.empty")}</p>
        </div>
      ) : answer.available ? (
        <Views answer={answer} />
      ) : (
        <Elsewhere />
      )}
    </Panel>
  );
}

function Views({ answer }: { readonly answer: VmcsAnswer }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const tab = useUi((state) => state.vmx.tab);
  const choose = (wanted: VmxTab): void =>
    change(engine.store, (draft) => {
      draft.vmx.tab = wanted;
    });
  return (
    <Tabs.Root className="tabs" value={tab} onValueChange={(value) => choose(value as VmxTab)}>
      <div className="tabs-row">
        <Tabs.List className="tab-list" aria-label={t("vmx.views")}>
          {VMX_TABS.map((view) => (
            <Tabs.Trigger key={view} className="tab" value={view}>
              {t(`vmx.tab.${view}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
      </div>
      <Status answer={answer} />
      <Tabs.Content className="tab-content" value="fields" tabIndex={-1}>
        <Fields answer={answer} />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="exit" tabIndex={-1}>
        <Exit />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="checks" tabIndex={-1}>
        <Checks />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="walk" tabIndex={-1}>
        <Walk answer={answer} />
      </Tabs.Content>
      <Tabs.Content className="tab-content" value="counts" tabIndex={-1}>
        <Counts />
      </Tabs.Content>
    </Tabs.Root>
  );
}
