import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";

export function LinkTab({ link }: { readonly link: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const copied = useUi((state) => state.link.copied);
  const [again, setAgain] = useState(false);
  return (
    <>
      <div className="row">
        <input
          className="field mono share-link"
          readOnly
          value={link}
          aria-label={t("share.link")}
          onFocus={(event) => event.target.select()}
        />
        <button
          type="button"
          className="button primary"
          onClick={() => void engine.around.copy(link).then((done) => setAgain(done))}
        >
          {t("share.copy")}
        </button>
      </div>
      <p role="status">
        {t(copied || again ? "share.copied" : "share.notCopied")}{" "}
        {t("share.size", { size: count(link.length, language) })}
      </p>
    </>
  );
}
