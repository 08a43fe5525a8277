import { useTranslation } from "react-i18next";
import type { ActionId } from "../../actions/types.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Who } from "../../components/Who.tsx";
import { count } from "../../format.ts";
import { isEnded } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

const BACK: readonly ActionId[] = ["toStart", "runBack", "previousTrap", "outBack", "overBack", "tickBack", "stepBack"];
/** These have their names beside them where there is room. */
const NAMED: ReadonlySet<ActionId> = new Set(["stepBack", "stepInto", "nextTrap"]);
/** These are left out where there is little room; the timeline and the palette have them too. */
const SPARE: ReadonlySet<ActionId> = new Set(["toStart", "outBack", "overBack"]);
const FORWARD: readonly ActionId[] = ["stepInto", "tick", "over", "out", "nextTrap", "nextRing"];

/** Running, backwards on the left and forwards on the right, and where the run stands. */
export function RunBar() {
  const { t } = useTranslation();
  const running = useUi((state) => state.run.status === "running");
  return (
    <div className="run-bar" role="toolbar" aria-label={t("run.toolbar")}>
      <fieldset className="run-group" aria-label={t("run.backwards")}>
        {BACK.map((id) => (
          <Control key={id} id={id} />
        ))}
      </fieldset>
      <fieldset className="run-group main" aria-label={t("run.main")}>
        <ActionButton id={running ? "pause" : "run"} look="label" className="primary" />
        <ActionButton id="restart" />
      </fieldset>
      <fieldset className="run-group" aria-label={t("run.forwards")}>
        {FORWARD.map((id) => (
          <Control key={id} id={id} />
        ))}
      </fieldset>
      <Where />
      <RunProgress />
    </div>
  );
}

function Control({ id }: { readonly id: ActionId }) {
  return NAMED.has(id) ? (
    <ActionButton id={id} look="label" className="quiet named" />
  ) : (
    <ActionButton id={id} className={SPARE.has(id) ? "spare" : ""} />
  );
}

/** Step, tick, who runs and how the run stands. */
function Where() {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const view = useUi((state) => state.run.view);
  const status = useUi((state) => state.run.status);
  const cause = useUi((state) => state.run.cause);
  const ended = useUi(isEnded);
  if (view === null) return <p className="where-now">{t(`run.status.${status}`)}</p>;
  return (
    <p className="where-now">
      <Who who={view.current} named />
      <span>{t("run.ring", { ring: view.physical.cpl })}</span>
      <span className="mono" data-testid="step">
        {t("run.step", { step: count(view.step, language) })}
      </span>
      <span className="mono">{t("run.tick", { tick: count(view.tick, language) })}</span>
      <span className="outcome">
        {status === "running"
          ? t("run.status.running")
          : ended
            ? t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" })
            : cause !== null && cause !== "done"
              ? t(`cause.${cause}`)
              : ""}
      </span>
    </p>
  );
}

function RunProgress() {
  const { t } = useTranslation();
  const progress = useUi((state) => (state.run.status === "running" ? state.run.progress : null));
  return (
    <div
      className="progress run-progress"
      {...(progress === null
        ? { "aria-hidden": true }
        : {
            role: "progressbar",
            "aria-label": t("run.status.running"),
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-valuenow": Math.round(progress * 100),
          })}
    >
      <div style={{ width: progress === null ? 0 : `${progress * 100}%` }} />
    </div>
  );
}
