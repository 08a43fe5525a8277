import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { EventKind } from "../../../session/types.ts";
import { SpokenProgress } from "../../components/SpokenProgress.tsx";
import { useWords } from "../../i18n/index.ts";
import { stepsPerSecond } from "../../store/pace.ts";
import { isEnded, isIdle } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { placeNow } from "../timeline/lane-words.ts";

/** Of these the reason is spoken too: why the guest was interrupted, or ought to have been. */
const REASONED: ReadonlySet<EventKind> = new Set([
  "trap",
  "exception",
  "software-interrupt",
  "interrupt",
  "silent",
  "vm-exit",
  "vm-fail",
]);

/** With a full stop, so that a screen reader pauses. */
function sentence(text: string): string {
  if (/[.。!?]$/.test(text)) return text;
  return `${text}${/[\u4e00-\u9fff]/.test(text) ? "。" : "."}`;
}

/** Says to a screen reader where a step has led. Quiet while the guest runs. */
export function Announcer() {
  const { t } = useTranslation();
  const words = useWords();
  const view = useUi((state) => state.run.view);
  // At one step a second there is time to speak.
  const resting = useUi(
    (state) => isIdle(state) || (state.run.status === "walking" && stepsPerSecond(state.pace.speed) === 1),
  );
  const ended = useUi(isEnded);
  const reasons = useUi((state) => state.stops.reasons);
  const [text, setText] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: spoken when a command has ended, not when words change
  useEffect(() => {
    if (view === null || !resting || (view.step === 0 && view.lastStep === 0)) return;
    const stopped = reasons.map((reason) => words(reason.words));
    const happened = view.transition.map((event) =>
      REASONED.has(event.kind) ? `${words(event.title)}: ${words(event.reason)}` : words(event.title),
    );
    const where = t("announce.where", { step: view.step, who: t(`who.${view.current}`), place: placeNow(t, view) });
    const then = ended
      ? t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" })
      : t("announce.next", { text: view.next.text });
    setText([...stopped, ...happened, where, then].map(sentence).join(" "));
  }, [view, resting]);
  const said = useUi((state) => state.announcement);
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {text}
      </div>
      <div className="visually-hidden" role="status" aria-live="polite">
        {said}
      </div>
      <Progress />
    </>
  );
}

/** Says how far something is that takes long. */
function Progress() {
  const { t } = useTranslation();
  const what = useUi(({ run, pace, compare }) => {
    if (compare.status === "running") return "compare";
    if (run.status === "starting") return "start";
    // Then every step is spoken.
    if (run.status === "walking" && stepsPerSecond(pace.speed) === 1) return null;
    return pace.doing;
  });
  const percent = useUi(({ run, compare }) => {
    if (compare.status === "running") return compare.progress * 100;
    return run.status === "running" && run.progress !== null ? run.progress * 100 : null;
  });
  return <SpokenProgress what={what === null ? null : t(`run.busy.${what}`)} percent={percent} />;
}
