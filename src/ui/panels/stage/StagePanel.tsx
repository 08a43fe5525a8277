import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { useUi } from "../../store/store.ts";
import { RingPicture } from "./RingPicture.tsx";
import "./stage.css";
import { TransitionCaption } from "./TransitionCaption.tsx";
import { WhatIfBanner } from "./WhatIfBanner.tsx";

/** Who sits in which ring, where execution is, and what has just happened. */
export function StagePanel() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  const status = useUi((state) => state.run.status);
  return (
    <Panel title={t("stage.title")} className="stage">
      <WhatIfBanner />
      {view === null ? (
        <div className="empty">
          <p>{t(status === "failed" ? "stage.failed" : "stage.empty")}</p>
        </div>
      ) : (
        <Scroller className="stage-body" label={t("common.contentOf", { title: t("stage.title") })}>
          <RingPicture view={view} calm={status === "running"} />
          {status !== "running" && <TransitionCaption view={view} />}
        </Scroller>
      )}
    </Panel>
  );
}
