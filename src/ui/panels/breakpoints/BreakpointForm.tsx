import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Breakpoint } from "../../../session/types.ts";
import { useInspection } from "../../engine/inspect.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import "./words.ts";
import "./breakpoints.css";
import { build, type Draft, type DraftProblem } from "./draft.ts";
import { CommonFields, KindFields } from "./Fields.tsx";

interface Props {
  readonly start: Draft;
  /** The line is known already: only the condition and the hit count are asked for. */
  readonly conditionOnly?: boolean;
  readonly isNew: boolean;
  onSave(breakpoint: Omit<Breakpoint, "id">): void;
  onCancel(): void;
}

const NO_PROGRAM = () => null;

/** Sets up a breakpoint of any kind. What is wrong with it is said while one types. */
export function BreakpointForm({ start, conditionOnly = false, isNew, onSave, onCancel }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const program = useUi((state) => state.run.program);
  const symbol =
    program === null ? NO_PROGRAM : (name: string) => program.symbols.find((one) => one.name === name)?.value ?? null;
  const built = build(draft, symbol);
  const { answer, pending } = useInspection(
    built.ok ? { kind: "breakpoints", breakpoints: [{ id: "draft", ...built.breakpoint }] } : null,
  );
  const status = built.ok && !pending ? (answer?.[0]?.problem ?? null) : null;
  const problem = built.ok ? (status === null ? null : words(status)) : problemText(built.problem);

  function problemText(found: DraftProblem): string {
    return found.field === "place"
      ? t("breakpoints.problem.place")
      : t("breakpoints.problem.number", { name: t(`breakpoints.field.${found.field}`) });
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (built.ok && status === null) onSave(built.breakpoint);
  };
  const change = (parts: Partial<Draft>) => setDraft({ ...draft, ...parts });
  const untouched = draft === start && !tried;
  return (
    <form
      className="bp-form"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onCancel();
      }}
    >
      {!conditionOnly && <p className="bp-help">{t(`breakpoints.kindHelp.${draft.kind}`)}</p>}
      <div className="bp-fields">
        {!conditionOnly && <KindFields draft={draft} onChange={change} />}
        <CommonFields draft={draft} onChange={change} problem={null} focused={conditionOnly} />
      </div>
      {problem !== null && !untouched && (
        <p className="bp-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="bp-buttons">
        <button type="submit" className="button primary">
          {t(isNew ? "breakpoints.set" : "breakpoints.save")}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t("breakpoints.cancel")}
        </button>
      </div>
    </form>
  );
}
