import { Wrench } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fix, MendableProblem } from "../../../session/language/types.ts";
import type { Diagnostic } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { isEditable } from "../../engine/editing.ts";
import { goToFile } from "../../engine/files.ts";
import { applyFix, askLanguage, programText } from "../../engine/language.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { Coded } from "./Coded.tsx";

const SHOWN = 50;

const keyOf = ({ file, line, column, message }: Pick<Diagnostic, "file" | "line" | "column" | "message">): string =>
  `${file}:${line}:${column}:${message.en}`;

/** By problem, what would mend it. Asked anew when the problems are others. */
function useFixes(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly Fix[]> {
  const engine = useEngine();
  const editable = useUi(isEditable);
  const [fixes, setFixes] = useState<ReadonlyMap<string, readonly Fix[]>>(new Map());
  useEffect(() => {
    let wanted = true;
    const program = programText(engine);
    if (!editable || diagnostics.length === 0 || program === null) setFixes(new Map());
    else {
      void askLanguage(engine, { kind: "fixes", program }).then((problems: readonly MendableProblem[] = []) => {
        if (wanted) setFixes(new Map(problems.map((problem) => [keyOf(problem), problem.fixes])));
      });
    }
    return () => {
      wanted = false;
    };
  }, [engine, editable, diagnostics]);
  return fixes;
}

/** What the assembler found, with what it would accept and what would mend it. */
export function Problems() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const diagnostics = useUi((state) => state.check.diagnostics);
  const problem = useUi((state) => state.run.problem);
  const fixes = useFixes(diagnostics);
  if (diagnostics.length === 0 && problem === null) return null;
  return (
    <div className="problems" role="status" aria-label={t("editor.problems")}>
      {diagnostics.length === 0 && problem !== null && <p>{words(problem)}</p>}
      <ul>
        {diagnostics.slice(0, SHOWN).map((diagnostic) => (
          <li key={keyOf(diagnostic)}>
            <button type="button" onClick={() => goToFile(engine, diagnostic.file, diagnostic.line, diagnostic.column)}>
              <span className={`severity ${diagnostic.severity}`}>
                {diagnostic.severity === "error" ? "✕" : "!"}
                <span className="visually-hidden">{t(`editor.${diagnostic.severity}`)}</span>
              </span>
              <span className="mono where">
                {diagnostic.file}:{diagnostic.line}:{diagnostic.column}
              </span>
              <span>
                <Coded text={words(diagnostic.message)} />
              </span>
              {diagnostic.hint !== null && (
                <span className="hint">
                  <Coded text={words(diagnostic.hint)} />
                </span>
              )}
            </button>
            {(fixes.get(keyOf(diagnostic)) ?? []).map((fix) => (
              <button key={fix.title.en} type="button" className="fix" onClick={() => void applyFix(engine, fix)}>
                <Wrench aria-hidden="true" />
                <Coded text={words(fix.title)} />
              </button>
            ))}
          </li>
        ))}
      </ul>
      {diagnostics.length > SHOWN && <p>{t("editor.more", { count: diagnostics.length - SHOWN })}</p>}
    </div>
  );
}
