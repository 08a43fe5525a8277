import { useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { isStale } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

/** What the reader has to know of the text before them: that it is shared, or not the one that runs. */
export function Notices() {
  const { t } = useTranslation();
  const kind = useUi((state) => state.document?.kind);
  const outcome = useUi((state) => state.link.outcome);
  const stale = useUi(isStale);
  const begun = useUi((state) => (state.run.view?.step ?? 0) > 0);
  const binary = useUi((state) => state.document?.binary ?? null);
  return (
    <>
      {kind === "link" && (
        <div className={`notice ${outcome === "mismatch" ? "danger" : ""}`} role="status">
          <p>
            {t("link.banner")} {outcome !== null && <strong>{t(`link.${outcome}`)}</strong>}
          </p>
          {binary === null && <ActionButton id="editCopy" look="label" />}
          <ActionButton id="backToOwn" look="label" />
        </div>
      )}
      {kind === "program" && stale && begun && (
        <div className="notice warn" role="status">
          <p>{t("editor.stale")}</p>
          <ActionButton id="restart" look="label">
            {t("editor.restartWith")}
          </ActionButton>
        </div>
      )}
    </>
  );
}
