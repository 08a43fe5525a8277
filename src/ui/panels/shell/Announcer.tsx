import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWords } from "../../i18n/index.ts";
import { isEnded } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

/** Says to a screen reader where a step has led. Quiet while the guest runs. */
export function Announcer() {
  const { t } = useTranslation();
  const words = useWords();
  const view = useUi((state) => state.run.view);
  const status = useUi((state) => state.run.status);
  const ended = useUi(isEnded);
  const [text, setText] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: spoken when a command has ended, not when words change
  useEffect(() => {
    if (view === null || status !== "ready" || (view.step === 0 && view.lastStep === 0)) return;
    const happened = view.transition.map((event) => words(event.title)).join(". ");
    const where = t("announce.where", { step: view.step, who: t(`who.${view.current}`), ring: view.physical.cpl });
    const then = ended
      ? t(`outcome.${view.outcome}`, { code: view.exitCode ?? "" })
      : t("announce.next", { text: view.next.text });
    setText([happened, where, then].filter((part) => part !== "").join(". "));
  }, [view, status]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
