import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Modal } from "../../components/Modal.tsx";
import { useEngine } from "../../engine/context.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";

/** The link to the moment on the screen. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const { made, copied } = useUi((state) => state.link);
  const step = useUi((state) => state.run.view?.step ?? 0);
  const [again, setAgain] = useState(false);
  if (made === null) return null;
  return (
    <Modal
      open
      title={t("share.title")}
      description={t("share.intro", { step: count(step, language) })}
      onClose={onClose}
    >
      <div className="row">
        <input
          className="field mono share-link"
          readOnly
          value={made}
          aria-label={t("share.link")}
          onFocus={(event) => event.target.select()}
        />
        <button
          type="button"
          className="button primary"
          onClick={() => void engine.around.copy(made).then((done) => setAgain(done))}
        >
          {t("share.copy")}
        </button>
      </div>
      <p role="status">
        {t(copied || again ? "share.copied" : "share.notCopied")}{" "}
        {t("share.size", { size: count(made.length, language) })}
      </p>
    </Modal>
  );
}
