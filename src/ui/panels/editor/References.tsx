import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { goToFile } from "../../engine/files.ts";
import { en } from "../../i18n/areas/language.ts";
import { addFetchedWords, useWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";
import { Coded } from "./Coded.tsx";

await addFetchedWords("language", en, () => import("../../i18n/areas/zh/language.ts"));

/** Below the text: the places of a name, or why what was asked for last did not happen. */
export default function References() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const found = useUi((state) => state.naming.references);
  const note = useUi((state) => state.naming.note);
  const close = (): void =>
    change(engine.store, (draft) => {
      draft.naming.references = null;
      draft.naming.note = null;
    });
  const closing = (
    <button type="button" className="button icon quiet" aria-label={t("language.close")} onClick={close}>
      <X aria-hidden="true" />
    </button>
  );
  return (
    <>
      {note !== null && (
        <div className="names-note" role="status">
          <p>
            <Coded text={words(note)} />
          </p>
          {found === null && closing}
        </div>
      )}
      {found !== null && (
        <section className="problems references" aria-label={t("language.references", { name: found.name })}>
          <div className="names-note">
            <p role="status">{t("language.referencesCount", { name: found.name, count: found.places.length })}</p>
            {closing}
          </div>
          <ul>
            {found.places.map(({ file, line, column, text, defines }) => (
              <li key={`${file}:${line}:${column}`}>
                <button type="button" onClick={() => goToFile(engine, file, line, column)}>
                  <span className="mono where">
                    {file}:{line}
                  </span>
                  <span className="mono line">{text}</span>
                  {defines && <span className="hint">{t("language.definition")}</span>}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
