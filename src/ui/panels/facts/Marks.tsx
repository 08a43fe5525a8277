import { useTranslation } from "react-i18next";
import "./words.ts";
import "./facts.css";

/** The sign that a value is not the guest's. */
export function Differs() {
  const { t } = useTranslation();
  return (
    <>
      <span className="fact-mark-differs" aria-hidden="true">
        ≠
      </span>
      <span className="visually-hidden">{t("system.side.differs")}</span>
    </>
  );
}

/** The sign that the last step changed something, with the old value. */
export function Was({ value }: { readonly value: string }) {
  const { t } = useTranslation();
  return (
    <span className="fact-was">
      <span aria-hidden="true">• </span>
      <span className="visually-hidden">{t("system.side.changed")}: </span>
      {t("system.side.was", { value })}
    </span>
  );
}

/** What the two signs mean. `differs`: there are two sides to differ. */
export function Legend({ differs }: { readonly differs: boolean }) {
  const { t } = useTranslation();
  return (
    <p className="fact-legend">
      {differs && (
        <>
          <span className="fact-mark-differs">≠</span> {t("system.side.legendDiffers")}{" "}
        </>
      )}
      <span className="fact-dot">•</span> {t("system.side.legendChanged")}
    </p>
  );
}
