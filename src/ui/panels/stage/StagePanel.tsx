import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TransitionAnswer } from "../../../session/inspect/transition.ts";
import type { View } from "../../../session/types.ts";
import { Panel } from "../../components/Panel.tsx";
import { Scroller } from "../../components/Scroller.tsx";
import { useInspection } from "../../engine/inspect.ts";
import { asksForVmx, hasVmxFailure } from "../../store/state.ts";
import { useAtRest, useUi } from "../../store/store.ts";
import { useRunSummary } from "./run-summary.ts";
import "./stage.css";
import { nameOfSize } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { OptionsBanner } from "./OptionsBanner.tsx";
import { slotText } from "./StackDrawing.tsx";
import { StagePicture } from "./StagePicture.tsx";
import { nameOf } from "./sitters.ts";
import { TransitionCaption } from "./TransitionCaption.tsx";
import { WhatIfBanner } from "./WhatIfBanner.tsx";

// Fetched for programs that want VT-x, and when something of it has failed.
const WantsVmx = lazy(() => import("../vmcs/WantsVmx.tsx"));
const FailureNotice = lazy(() => import("../vmcs/FailureNotice.tsx"));

/** Who sits in which ring, where execution is, and what has just happened. */
export function StagePanel() {
  const { t } = useTranslation();
  const view = useUi((state) => state.run.view);
  const status = useUi((state) => state.run.status);
  const vmxFailed = useUi(hasVmxFailure);
  const wantsVmx = useUi((state) => asksForVmx(state) && state.work.strategy !== state.facts?.reference);
  return (
    <Panel title={t("stage.title")} className="stage">
      <WhatIfBanner />
      <OptionsBanner />
      {wantsVmx && (
        <Suspense>
          <WantsVmx />
        </Suspense>
      )}
      {vmxFailed && (
        <Suspense>
          <FailureNotice />
        </Suspense>
      )}
      {view === null ? (
        <div className="empty">
          <p>{t(status === "failed" ? "stage.failed" : "stage.empty")}</p>
        </div>
      ) : (
        <Scroller className="stage-body" label={t("common.contentOf", { title: t("stage.title") })}>
          <Stage />
        </Scroller>
      )}
    </Panel>
  );
}

/** Steps that follow each other faster than this, as when the timeline is dragged, are not animated. */
const CALM_MS = 300;

/** The picture of the present moment, with the caption in words under it unless that stands elsewhere. */
export function Stage({ caption = true }: { readonly caption?: boolean }) {
  // Still while a command is under way: a short one goes from picture to picture, a long one shows its summary.
  const view = useAtRest((state) => state.run.view);
  const summary = useRunSummary();
  const { answer } = useInspection({ kind: "transition" });
  const animated = useAnimated(view?.step ?? 0);
  const [room, setRoom] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setRoom(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  if (view === null) return null;
  const now = answer?.step === view.step ? answer : null;
  return (
    <>
      <div className="stage-frame" ref={frame}>
        {room > 0 && (
          <StagePicture
            view={view}
            answer={now}
            room={room}
            animated={animated && summary === null}
            summary={summary}
          />
        )}
      </div>
      <SpokenFrame view={view} answer={now} />
      {caption && summary === null && <TransitionCaption view={view} />}
    </>
  );
}

/** Whether the step that has just been reached is worth a move: not in a quick succession. */
function useAnimated(step: number): boolean {
  const shown = useRef({ step, at: Number.NEGATIVE_INFINITY, animated: false });
  if (shown.current.step !== step) {
    const at = performance.now();
    shown.current = { step, at, animated: at - shown.current.at > CALM_MS };
  }
  return shown.current.animated;
}

/** The stack drawing in words, for those who do not see it. */
function SpokenFrame({ view, answer }: { readonly view: View; readonly answer: TransitionAnswer | null }) {
  const { t } = useTranslation();
  const words = useWords();
  const transition = answer?.real ?? answer?.virtual ?? null;
  if (transition === null || answer?.step !== view.step) return null;
  const { frame, owner } = transition;
  const names = frame.direction === "pushed" ? "rings.slot" : "rings.popSlot";
  const slots = frame.slots.map(
    ({ name, value }) => `${nameOfSize(t(`${names}.${name}`), frame.size)} ${slotText(t, name, value, frame.size)}`,
  );
  return (
    <p className="visually-hidden">
      {t("rings.spoken", {
        what: t(frame.direction === "pushed" ? "rings.pushed" : "rings.popped", {
          owner: nameOf(view, owner, t, words),
        }),
        slots: slots.join(", "),
      })}
    </p>
  );
}
