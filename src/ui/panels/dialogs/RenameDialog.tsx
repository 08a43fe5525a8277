import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import type { TextEdit } from "../../../session/language/types.ts";
import { Modal } from "../../components/Modal.tsx";
import { useEngine } from "../../engine/context.ts";
import { applyEdits, askLanguage, ownFiles, programText } from "../../engine/language.ts";
import { en } from "../../i18n/areas/language.ts";
import { addFetchedWords, useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Coded } from "../editor/Coded.tsx";
import "./rename.css";

await addFetchedWords("language", en, () => import("../../i18n/areas/zh/language.ts"));

/** Gives a name of the program another one, and says at once why a name will not do. */
export default function RenameDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const renaming = useUi((state) => state.naming.renaming);
  const [name, setName] = useState(renaming?.written ?? "");
  const [reason, setReason] = useState<Words | null>(null);
  const wanted = useRef(name);
  const field = useId();
  const help = useId();

  const ask = async (to: string): Promise<readonly TextEdit[] | null> => {
    const program = programText(engine);
    if (program === null || renaming === null) return null;
    const { position } = renaming;
    const answer = await askLanguage(engine, { kind: "rename", program, position, to, own: ownFiles(engine) });
    if (answer === undefined || to !== wanted.current) return null;
    setReason(answer.ok ? null : answer.reason);
    return answer.ok ? answer.edits : null;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the name is what is judged
  useEffect(() => {
    if (name !== renaming?.written) void ask(name);
    else setReason(null);
  }, [name]);

  if (renaming === null) return null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const edits = await ask(name);
    if (edits === null) return;
    onClose();
    await applyEdits(engine, edits);
  };
  return (
    <Modal open title={t("language.rename.title", { name: renaming.written })} onClose={onClose}>
      <form className="rename" onSubmit={(event) => void submit(event)}>
        <label htmlFor={field}>{t("language.rename.label")}</label>
        <input
          id={field}
          className="field mono"
          value={name}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-describedby={help}
          aria-invalid={reason !== null}
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            wanted.current = event.target.value;
            setName(event.target.value);
            // Until it has been judged, nothing keeps the reader from trying.
            setReason(null);
          }}
        />
        <p id={help} className={reason === null ? "" : "refused"} role="status">
          {reason === null ? t("language.rename.count", { count: renaming.places }) : <Coded text={words(reason)} />}
        </p>
        <div className="row">
          <button type="submit" className="button primary" disabled={reason !== null}>
            {t("language.rename.do")}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t("language.rename.cancel")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
