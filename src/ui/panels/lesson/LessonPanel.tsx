import { Play, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { Defined } from "../../components/terms/Defined.tsx";
import { findTerms } from "../../components/terms/find.ts";
import { useEngine } from "../../engine/context.ts";
import { runBare } from "../../engine/documents.ts";
import { useWords } from "../../i18n/index.ts";
import { asksForVmx, isIdle, LESSON_PROGRAM } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import "./lesson.css";

/** What the open program is about, and the one thing to do with it first. */
export function LessonPanel() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const open = useUi((state) => state.lessonOpen);
  const language = useUi((state) => state.language);
  const asks = useUi(asksForVmx);
  const programId = useUi((state) => state.work.programId);
  const kind = useUi((state) => state.document?.kind);
  const program = engine.library?.find(programId);
  if (!open || kind !== "program" || program === undefined) return null;
  const isLesson = programId === LESSON_PROGRAM;
  return (
    <section className="lesson" aria-labelledby="lesson-title">
      <button
        type="button"
        className="button icon quiet lesson-close"
        aria-label={t("lesson.hide")}
        onClick={() =>
          change(engine.store, (draft) => {
            draft.lessonOpen = false;
          })
        }
      >
        <X aria-hidden="true" />
      </button>
      <h2 id="lesson-title">{isLesson ? t("lesson.title") : words(program.title)}</h2>
      {isLesson ? (
        findTerms([t("lesson.intro"), t("lesson.question")], language).map((pieces) => (
          <p key={pieces[0]?.text}>
            <Defined pieces={pieces} />
          </p>
        ))
      ) : (
        <Summary path={program.path} />
      )}
      <div className="lesson-actions">
        {asks ? (
          <RunBare />
        ) : (
          <ActionButton id="compare" look="label" className="primary large">
            {t("lesson.compare")}
          </ActionButton>
        )}
        {isLesson && <p className="lesson-or">{t("lesson.or")}</p>}
      </div>
    </section>
  );
}

/** A hypervisor has the processor's VT-x on bare metal alone: there is nothing to be compared, but something to be run. */
function RunBare() {
  const { t } = useTranslation();
  const engine = useEngine();
  const idle = useUi(isIdle);
  return (
    <button
      type="button"
      className="button primary large"
      aria-disabled={!idle}
      onClick={() => {
        if (idle) void runBare(engine);
      }}
    >
      <Play aria-hidden="true" />
      <span>{t("lesson.bare")}</span>
    </button>
  );
}

/** What a program shows; its line is kept free until the words are there. */
function Summary({ path }: { readonly path: string }) {
  const words = useWords();
  const { library } = useEngine();
  const language = useUi((state) => state.language);
  const [found, setFound] = useState<{ readonly path: string; readonly summary: Words } | null>(null);
  useEffect(() => {
    let alive = true;
    void library?.details(path).then(({ summary }) => {
      if (alive) setFound({ path, summary });
    });
    return () => {
      alive = false;
    };
  }, [library, path]);
  const [pieces = []] = findTerms(found?.path === path ? [words(found.summary)] : ["\u00a0"], language);
  return (
    <p>
      <Defined pieces={pieces} />
    </p>
  );
}
