import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ExportFormat } from "../../../session/export.ts";
import { SpokenProgress } from "../../components/SpokenProgress.tsx";
import { useEngine } from "../../engine/context.ts";
import { exportEventLog } from "../../engine/export.ts";
import { count } from "../../format.ts";
import { isIdle } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { saveStage } from "./save-stage.ts";

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "writing"; readonly fraction: number }
  | { readonly kind: "saved"; readonly name: string }
  | { readonly kind: "failed" };

/** The run as files: its event log, and the picture on the stage. */
export function ExportTab() {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const events = useUi((state) => state.run.view?.eventCount ?? 0);
  const step = useUi((state) => state.run.view?.step ?? 0);
  const idle = useUi(isIdle);
  const [state, setState] = useState<State>({ kind: "idle" });
  const writing = state.kind === "writing";

  const saveEvents = async (format: ExportFormat): Promise<void> => {
    setState({ kind: "writing", fraction: 0 });
    // A report may be overtaken by the result: it then says nothing any more.
    const name = await exportEventLog(engine, format, (fraction) =>
      setState((now) => (now.kind === "writing" ? { kind: "writing", fraction } : now)),
    );
    setState(name === null ? { kind: "idle" } : { kind: "saved", name });
  };
  const savePicture = async (format: "svg" | "png"): Promise<void> => {
    const name = await saveStage(engine, format);
    setState(name === null ? { kind: "failed" } : { kind: "saved", name });
  };

  return (
    <>
      <p>{t("share.exportHelp")}</p>
      <div className="export-list">
        <div>
          <h3>{t("share.events")}</h3>
          <p>
            {events === 0
              ? t("share.noEvents")
              : t("share.eventsHelp", { count: events, shown: count(events, language) })}
          </p>
        </div>
        <div className="row">
          {(["csv", "json"] as const).map((format) => (
            <Save
              key={format}
              what={t("share.events")}
              format={t(`share.${format}`)}
              disabled={!idle || events === 0 || writing}
              onSave={() => void saveEvents(format)}
            />
          ))}
        </div>
        <div>
          <h3>{t("share.stage")}</h3>
          <p>{t("share.stageHelp", { step: count(step, language) })}</p>
        </div>
        <div className="row">
          {(["svg", "png"] as const).map((format) => (
            <Save
              key={format}
              what={t("share.stage")}
              format={t(`share.${format}`)}
              disabled={!idle || writing}
              onSave={() => void savePicture(format)}
            />
          ))}
        </div>
      </div>
      {writing && (
        <div className="row">
          <progress value={state.fraction} aria-label={t("share.saving")} />
          <button type="button" className="button" onClick={() => void engine.ask((client) => client.api.cancel())}>
            {t("share.cancel")}
          </button>
        </div>
      )}
      <SpokenProgress what={writing ? t("share.saving") : null} percent={writing ? state.fraction * 100 : null} />
      <p role="status">
        {writing && t("share.saving")}
        {state.kind === "saved" && t("share.saved", { name: state.name })}
        {state.kind === "failed" && t("share.failed")}
      </p>
    </>
  );
}

interface SaveProps {
  readonly what: string;
  readonly format: string;
  readonly disabled: boolean;
  readonly onSave: () => void;
}

function Save({ what, format, disabled, onSave }: SaveProps) {
  return (
    <button
      type="button"
      className="button"
      aria-disabled={disabled}
      aria-label={`${what}: ${format}`}
      onClick={() => {
        if (!disabled) onSave();
      }}
    >
      <Download aria-hidden="true" />
      <span>{format}</span>
    </button>
  );
}
