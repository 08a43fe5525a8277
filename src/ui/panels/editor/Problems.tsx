import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { useWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";

const SHOWN = 50;

/** What the assembler found, with what it would accept. */
export function Problems() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const diagnostics = useUi((state) => state.check.diagnostics);
  const problem = useUi((state) => state.run.problem);
  if (diagnostics.length === 0 && problem === null) return null;
  return (
    <div className="problems" role="status" aria-label={t("editor.problems")}>
      {diagnostics.length === 0 && problem !== null && <p>{words(problem)}</p>}
      <ul>
        {diagnostics.slice(0, SHOWN).map((diagnostic) => (
          <li key={`${diagnostic.file}:${diagnostic.line}:${diagnostic.column}:${diagnostic.message.en}`}>
            <button
              type="button"
              onClick={() =>
                change(engine.store, (draft) => {
                  draft.editorPlace = { file: diagnostic.file, line: diagnostic.line };
                })
              }
            >
              <span className={`severity ${diagnostic.severity}`}>
                {diagnostic.severity === "error" ? "✕" : "!"}
                <span className="visually-hidden">{t(`editor.${diagnostic.severity}`)}</span>
              </span>
              <span className="mono where">
                {diagnostic.file}:{diagnostic.line}:{diagnostic.column}
              </span>
              <span>{words(diagnostic.message)}</span>
              {diagnostic.hint !== null && <span className="hint">{words(diagnostic.hint)}</span>}
            </button>
          </li>
        ))}
      </ul>
      {diagnostics.length > SHOWN && <p>{t("editor.more", { count: diagnostics.length - SHOWN })}</p>}
    </div>
  );
}
