import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { FactBody, useChangesWanted } from "../facts/Body.tsx";
import { FactTables } from "../facts/FactTables.tsx";
import { Legend } from "../facts/Marks.tsx";
import { type Shown, SideChoice } from "../facts/SideChoice.tsx";

/** Interrupt controllers, timer, serial line, keyboard controller, screen and system ports, the guest's beside the real. */
export default function DevicesPanel() {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const [shown, setShown] = useState<Shown>("both");
  const changes = useChangesWanted();
  const { answer } = useInspection({ kind: "devices", changes });
  const title = t("system.devices.title");
  return (
    <Panel title={title} className="fact-panel">
      {answer?.virtualized === true && (
        <div className="side-row">
          <SideChoice value={shown} onChange={setShown} />
        </div>
      )}
      <FactBody title={title} ready={answer !== null}>
        {answer !== null && (
          <>
            <p className="fact-note">{t("system.devices.time", { time: count(answer.time, language) })}</p>
            <Legend differs={answer.virtualized} />
            <FactTables
              tables={answer.groups}
              shown={shown}
              guestName={t("system.side.guest")}
              physicalName={t(answer.virtualized ? "system.side.physical" : "system.side.physicalAlone")}
            />
          </>
        )}
      </FactBody>
    </Panel>
  );
}
