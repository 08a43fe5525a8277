import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionId } from "../../actions/types.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Picker } from "../../components/Picker.tsx";
import { Who } from "../../components/Who.tsx";
import { useEngine } from "../../engine/context.ts";
import { setSpeed } from "../../engine/walk.ts";
import { count } from "../../format.ts";
import { type Doing, SPEEDS, type SpeedId, stepsPerSecond } from "../../store/pace.ts";
import { hasWorlds, isEnded, isIdle, isUnderWay, type State } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { placeNow } from "../timeline/lane-words.ts";

const BACK: readonly ActionId[] = ["toStart", "runBack", "previousTrap", "outBack", "overBack", "tickBack", "stepBack"];
/** These have their names beside them where there is room. */
const NAMED: ReadonlySet<ActionId> = new Set(["stepBack", "stepInto", "nextTrap"]);
/** These are left out where there is little room; the timeline and the palette have them too. */
const SPARE: ReadonlySet<ActionId> = new Set(["toStart", "outBack", "overBack"]);
const FORWARD: readonly ActionId[] = ["stepInto", "tick", "over", "out", "nextTrap", "nextSilent", "nextRing"];
/** Where the processor has VT-x, exits are what one looks for: nothing is silent there. */
const WITH_WORLDS = FORWARD.map((id): ActionId => (id === "nextSilent" ? "nextExit" : id));

/** Running, backwards on the left and forwards on the right, and where the run stands. */
export function RunBar() {
  const { t } = useTranslation();
  const running = useUi((state) => isUnderWay(state) || state.run.status === "loading");
  const worlds = useUi(hasWorlds);
  const forward = worlds ? WITH_WORLDS : FORWARD;
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
        {forward.map((id) => (
          <Control key={id} id={id} />
        ))}
      </fieldset>
      <SpeedPicker />
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

/** Step, tick, who runs and how the run stands, or what has been under way for a while. */
function Where() {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const view = useUi((state) => state.run.view);
  const status = useUi((state) => state.run.status);
  const cause = useUi((state) => state.run.cause);
  const ended = useUi(isEnded);
  // Why a breakpoint has stopped the run.
  const reason = useUi((state) => state.stops.reasons[0]?.words[state.language]);
  const long = useLong();
  if (view === null) {
    return (
      <div className="where-now">
        <p>{t(`run.status.${status}`)}</p>
        {long && <Busy />}
      </div>
    );
  }
  const outcome = (): string => {
    if (status === "running" || status === "walking") return t(`run.status.${status}`);
    if (ended) return t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" });
    return cause !== null && cause !== "done" ? (reason ?? t(`cause.${cause}`)) : "";
  };
  return (
    <div className="where-now">
      <p className="where-place">
        <Who who={view.current} named />
        <span>{placeNow(t, view)}</span>
        <span className="mono" data-testid="step">
          {t("run.step", { step: count(view.step, language) })}
        </span>
        <span className="mono">{t("run.tick", { tick: count(view.tick, language) })}</span>
      </p>
      {long ? (
        <Busy />
      ) : (
        <div className="where-said">
          <p className="outcome" title={outcome()} data-testid="outcome">
            {outcome()}
          </p>
          <WhatHappened />
        </div>
      )}
    </div>
  );
}

/** The way to the summary, once there is something to sum up and the run rests. */
function WhatHappened() {
  const { t } = useTranslation();
  const shown = useUi((state) => isIdle(state) && (state.run.view?.eventCount ?? 0) > 0);
  if (!shown) return null;
  return (
    <ActionButton id="panel-summary" look="label" className="quiet what-happened">
      {t("run.whatHappened")}
    </ActionButton>
  );
}

/** How fast runs go, forwards and backwards; shown while one is under way, and can then be changed. */
function SpeedPicker() {
  const { t } = useTranslation();
  const engine = useEngine();
  const speed = useUi((state) => state.pace.speed);
  const name = (id: SpeedId): string => {
    const rate = stepsPerSecond(id);
    return rate === null ? t("run.speed.full") : t("run.speed.slow", { count: rate });
  };
  return (
    <Picker
      label={t("run.speed.title")}
      value={speed}
      shown={name(speed)}
      className="speed-picker"
      groups={[
        {
          id: "speeds",
          title: t("run.speed.title"),
          choices: SPEEDS.map(({ id }) => ({ value: id, title: name(id) })),
        },
      ]}
      onChoose={(id) => setSpeed(engine, id as SpeedId)}
    />
  );
}

/** What takes so long is said, with the way to end it, in milliseconds after it began. */
const PATIENCE_MS = 400;

/** What is under way, but for a run that shows its every step. */
const doingOf = ({ run, pace }: State): Doing | null => (run.status === "walking" ? null : pace.doing);

/** Whether something has been under way for a while. */
function useLong(): boolean {
  const doing = useUi(doingOf);
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (doing === null) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [doing]);
  return doing !== null && long;
}

/** What is under way, how far it is, and the way to cancel it. */
function Busy() {
  const { t } = useTranslation();
  const doing = useUi(doingOf);
  const percent = useUi((state) => (state.pace.doing === "load" ? null : Math.round((state.run.progress ?? 0) * 100)));
  if (doing === null) return null;
  return (
    <div className="busy" data-testid="busy">
      <p>
        {t(`run.busy.${doing}`)}
        {percent !== null && <span className="mono">{` ${percent} %`}</span>}
      </p>
      <ActionButton id="pause" look="label" className="quiet">
        {t("run.cancel")}
      </ActionButton>
    </div>
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
