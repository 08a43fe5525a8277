import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { recover } from "../../engine/links.ts";
import { useWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";
import { FileNotices } from "../files/FileNotices.tsx";
import { LinkNotice } from "./LinkNotice.tsx";
import { UpdateNotice } from "./UpdateNotice.tsx";

/** What concerns the whole page: a link that could not be opened, a simulator that died. */
export function PageNotices() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const problem = useUi((state) => state.link.problem);
  const crash = useUi((state) => state.run.crash);
  return (
    <>
      <FileNotices />
      <LinkNotice />
      <UpdateNotice />
      {problem !== null && (
        <div className="notice danger page-notice" role="alert">
          <p>
            <strong>{t("link.problem")}</strong> {words(problem)} {t("link.ownStays")}
          </p>
          <button
            type="button"
            className="button icon quiet"
            aria-label={t("common.close")}
            onClick={() =>
              change(engine.store, (draft) => {
                draft.link.problem = null;
              })
            }
          >
            <X aria-hidden="true" />
          </button>
        </div>
      )}
      {crash !== null && (
        <div className="notice danger page-notice" role="alert">
          <p>
            <strong>{t("crash.title")}</strong> {t("crash.kept")} <code>{crash}</code>
          </p>
          <button type="button" className="button" onClick={() => void recover(engine)}>
            {t("crash.again")}
          </button>
        </div>
      )}
    </>
  );
}
