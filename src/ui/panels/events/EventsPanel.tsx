import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/Panel.tsx";
import { count } from "../../format.ts";
import { useAtRest, useUi } from "../../store/store.ts";
import "./events.css";

// Fetched when there are events.
const Log = lazy(() => import("./Log.tsx"));

/** Everything that happened, with its reason; a click goes to that moment. */
export function EventsPanel() {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const total = useAtRest((state) => state.run.view?.eventCount ?? 0);
  const loaded = useUi((state) => state.run.view !== null);
  const running = useUi((state) => state.run.status === "running");
  return (
    <Panel
      title={t("events.title")}
      className="events"
      tools={
        total > 0 && (
          <span className="panel-note">{t("events.count", { count: total, shown: count(total, language) })}</span>
        )
      }
    >
      {total === 0 ? (
        <div className="empty">
          <p>{t(running ? "events.running" : loaded ? "events.empty" : "events.unloaded")}</p>
        </div>
      ) : (
        <Suspense fallback={<div className="log" />}>
          <Log total={total} />
        </Suspense>
      )}
    </Panel>
  );
}
