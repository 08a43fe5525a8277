import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VcpuAnswer } from "../../../session/inspect/vcpu.ts";
import { Panel } from "../../components/Panel.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { FactBody, useChangesWanted } from "../facts/Body.tsx";
import { FactList, FactTables } from "../facts/FactTables.tsx";
import { Legend } from "../facts/Marks.tsx";
import { type Shown, SideChoice } from "../facts/SideChoice.tsx";

/** The processor that the guest believes in, beside the real one, and what the VMM holds to keep it up. */
export default function VcpuPanel() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown>("both");
  const changes = useChangesWanted();
  const { answer } = useInspection({ kind: "vcpu", changes });
  const title = t("system.vcpu.title");
  const there = answer !== null && answer.vcpu !== null;
  return (
    <Panel title={title} className="fact-panel">
      {there && (
        <div className="side-row">
          <SideChoice value={shown} onChange={setShown} />
        </div>
      )}
      {answer !== null && answer.vcpu === null ? (
        <div className="empty">
          <p>{t("system.vcpu.none")}</p>
        </div>
      ) : (
        <FactBody title={title} ready={answer !== null}>
          {answer !== null && <Content answer={answer} shown={shown} />}
        </FactBody>
      )}
    </Panel>
  );
}

function Content({ answer, shown }: { readonly answer: VcpuAnswer; readonly shown: Shown }) {
  const { t } = useTranslation();
  const words = useWords();
  const language = useUi((state) => state.language);
  return (
    <>
      <Legend differs />
      <FactTables
        tables={answer.vcpu ?? []}
        shown={shown}
        guestName={t("system.vcpu.virtual")}
        physicalName={t("system.vcpu.real")}
      />
      {answer.tenants.map((tenant) =>
        tenant.groups.map((group) => (
          <FactList
            key={`${tenant.name} ${group.key}`}
            group={group.key}
            title={`${t("system.vcpu.holds", { name: tenant.name })}: ${words(group.title)}`}
            rows={group.rows}
          />
        )),
      )}
      <p className="fact-heading">{t("system.vcpu.counts")}</p>
      {answer.counts.length === 0 ? (
        <p className="fact-note">{t("system.vcpu.nothing")}</p>
      ) : (
        <dl className="fact-counts">
          {answer.counts.map((row) => (
            <div key={row.kind}>
              <dt>{words(row.name)}</dt>
              <dd>{count(row.count, language)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
