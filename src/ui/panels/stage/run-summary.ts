import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TimelineWindow } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import type { RunSummary } from "./StagePicture.tsx";

/** A command that takes longer than this is shown as a run; shorter ones would only flicker. */
const SETTLE_MS = 200;
const ASK_MS = 500;

/** What the run under way has come to, some two times a second; null while stepping and at rest. */
export function useRunSummary(): RunSummary | null {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const running = useUi((state) => state.run.status === "running");
  const [all, setAll] = useState<TimelineWindow | null>(null);
  useEffect(() => {
    if (!running) return;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const answer = await engine.ask((client) => client.api.timelineWindow("step", 0, Number.MAX_SAFE_INTEGER, 1, 1));
      if (stopped) return;
      if (answer !== undefined) setAll(answer);
      timer = setTimeout(() => void ask(), ASK_MS);
    };
    timer = setTimeout(() => void ask(), SETTLE_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
      setAll(null);
    };
  }, [running, engine]);
  if (!running || all === null) return null;
  const percent = (who: string) => {
    const share = all.occupants.find((lane) => lane.who === who)?.share ?? 0;
    return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(share * 100);
  };
  return {
    share: (who) => t("rings.running.share", { percent: percent(who) }),
    lines: [
      t("rings.running.title"),
      t("rings.running.steps", { amount: count(all.lastStep, language) }),
      t("rings.running.ticks", { amount: count(all.lastTick, language) }),
      ...all.marks.map(({ id, total }) => `${count(total, language)} ${t(`rings.mark.${id}`)}`),
    ],
  };
}
