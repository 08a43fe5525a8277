import { useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { isStale } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

/** What the reader has to know of the text before them: that it is not the one that runs. */
export function Notices() {
  const { t } = useTranslation();
  const kind = useUi((state) => state.document?.kind);
  const stale = useUi(isStale);
  const begun = useUi((state) => (state.run.view?.step ?? 0) > 0);
  const showsRun = useUi((state) => state.documents.showsRun);
  const errors = useUi((state) => state.check.diagnostics.filter(({ severity }) => severity === "error").length);
  return (
    <>
      {kind === "program" && stale && begun && !showsRun && (
        <div className="notice warn" role="status">
          <p>{errors > 0 ? t("editor.staleWrong", { count: errors }) : t("editor.stale")}</p>
          {errors === 0 && (
            <ActionButton id="restart" look="label">
              {t("editor.restartWith")}
            </ActionButton>
          )}
          <ActionButton id="showRunText" look="label" />
          <ActionButton id="backToRunText" look="label" />
        </div>
      )}
      {kind === "program" && stale && showsRun && (
        <div className="notice" role="status">
          <p>{t("editor.showsRun")}</p>
          <ActionButton id="showRunText" look="label">
            {t("editor.showMine")}
          </ActionButton>
        </div>
      )}
    </>
  );
}
