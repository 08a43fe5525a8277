import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { useEngine } from "../../engine/context.ts";
import { dismissOffer, takeOffer } from "../../engine/leaving.ts";
import { en } from "../../i18n/areas/files.ts";
import { addFetchedWords, useWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";

await addFetchedWords("files", en, () => import("../../i18n/areas/zh/files.ts"));

/** After this long a word on what was done goes by itself; the palette still undoes it. */
const OFFER_MS = 30_000;

/** What is to be said of files: one that was not opened, work that is not kept, and what has just been done. */
export default function DocumentNotices() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const refusals = useUi((state) => state.documents.refusals);
  const saving = useUi((state) => state.documents.saving);
  return (
    <>
      {refusals.length > 0 && (
        <div className="notice danger page-notice" role="alert">
          <ul>
            {refusals.map(({ name, why }) => (
              <li key={name}>
                <strong>{t("files.refused", { name })}</strong> {words(why)}
              </li>
            ))}
          </ul>
          <CloseButton
            onClose={() =>
              change(engine.store, (draft) => {
                draft.documents.refusals = [];
              })
            }
          />
        </div>
      )}
      {(saving === "full" || saving === "off") && (
        <div className="notice warn page-notice" role="alert">
          <p>{t(`files.saving.${saving}`)}</p>
          <ActionButton id="saveFile" look="label" />
          <ActionButton id="texts" look="label" />
        </div>
      )}
      <OfferNotice />
    </>
  );
}

function OfferNotice() {
  const { t } = useTranslation();
  const engine = useEngine();
  const offer = useUi((state) => state.documents.offer);
  const [attended, setAttended] = useState(false);
  const [gone, setGone] = useState(0);
  const id = offer?.id ?? 0;
  useEffect(() => {
    if (id === 0 || attended) return;
    const timer = setTimeout(() => setGone(id), OFFER_MS);
    return () => clearTimeout(timer);
  }, [id, attended]);
  if (offer === null || gone === offer.id) return null;
  return (
    <div
      className="notice page-notice offer"
      role="status"
      onPointerEnter={() => setAttended(true)}
      onPointerLeave={() => setAttended(false)}
      onFocus={() => setAttended(true)}
      onBlur={() => setAttended(false)}
    >
      <p>{t(`files.offer.${offer.key}`, offer.values)}</p>
      {offer.undo && (
        <button type="button" className="button" onClick={() => void takeOffer(engine)}>
          {t(`files.undo.${offer.key}`)}
        </button>
      )}
      <CloseButton onClose={() => dismissOffer(engine)} />
    </div>
  );
}

function CloseButton({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="button icon quiet" aria-label={t("common.close")} onClick={onClose}>
      <X aria-hidden="true" />
    </button>
  );
}
