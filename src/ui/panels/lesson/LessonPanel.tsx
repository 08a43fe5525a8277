import { X } from "lucide-react";
import { Trans, useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { useEngine } from "../../engine/context.ts";
import { useWords } from "../../i18n/index.ts";
import { LESSON_PROGRAM } from "../../store/state.ts";
import { change, useUi } from "../../store/store.ts";
import "./lesson.css";

/** What the open program is about, and the one thing to do with it first. */
export function LessonPanel() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const open = useUi((state) => state.lessonOpen);
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
        <>
          <p>{t("lesson.intro")}</p>
          <p>
            <Trans i18nKey="lesson.question" components={{ code: <code />, strong: <strong /> }} />
          </p>
        </>
      ) : (
        <p>{words(program.summary)}</p>
      )}
      <div className="lesson-actions">
        <ActionButton id="compare" look="label" className="primary large">
          {t("lesson.compare")}
        </ActionButton>
        {isLesson && <p className="lesson-or">{t("lesson.or")}</p>}
      </div>
    </section>
  );
}
