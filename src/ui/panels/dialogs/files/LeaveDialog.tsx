import { useTranslation } from "react-i18next";
import { Modal } from "../../../components/Modal.tsx";
import { useEngine } from "../../../engine/context.ts";
import { answerLeaving } from "../../../engine/leaving.ts";
import type { Loss } from "../../../store/documents.ts";
import { useUi } from "../../../store/store.ts";

const KINDS: readonly (keyof Loss)[] = ["keys", "bytes", "others"];

/** Asks before a run is left that holds what the reader gave it by hand. */
export function LeaveDialog() {
  const { t } = useTranslation();
  const engine = useEngine();
  const loss = useUi((state) => state.documents.loss);
  if (loss === null) return null;
  return (
    <Modal open title={t("files.leave.title")} onClose={() => answerLeaving(engine, false)}>
      <p>{t("files.leave.intro")}</p>
      <ul className="losses">
        {KINDS.filter((kind) => loss[kind] > 0).map((kind) => (
          <li key={kind}>{t(`files.leave.${kind}`, { count: loss[kind] })}</li>
        ))}
      </ul>
      <p>{t("files.leave.after")}</p>
      <div className="row answers">
        <button type="button" className="button primary" onClick={() => answerLeaving(engine, false)}>
          {t("files.leave.stay")}
        </button>
        <button type="button" className="button" onClick={() => answerLeaving(engine, true)}>
          {t("files.leave.leave")}
        </button>
      </div>
    </Modal>
  );
}
