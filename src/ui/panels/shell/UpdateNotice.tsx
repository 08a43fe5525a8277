import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { applyUpdate } from "../../offline/register.ts";
import { change, useUi } from "../../store/store.ts";

/** A new version of the page is there: the reader says when. */
export function UpdateNotice() {
  const { t } = useTranslation();
  const engine = useEngine();
  const update = useUi((state) => state.visit.update);
  if (!update) return null;
  return (
    <div className="notice page-notice" role="status">
      <p>{t("offline.update")}</p>
      <button type="button" className="button" onClick={applyUpdate}>
        {t("offline.reload")}
      </button>
      <button
        type="button"
        className="button icon quiet"
        aria-label={t("common.close")}
        onClick={() =>
          change(engine.store, (draft) => {
            draft.visit.update = false;
          })
        }
      >
        <X aria-hidden="true" />
      </button>
    </div>
  );
}
