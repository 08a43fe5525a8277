import { Switch } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "../../../isa/types.ts";
import { useEngine } from "../../engine/context.ts";
import { configure } from "../../engine/documents.ts";
import { en, zh } from "../../i18n/areas/turns.ts";
import { addWords, useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

addWords("turns", { en, zh });

/** From which moment on a switch holds: the program's first step, or the present one. */
export type Since = "start" | "here";
const MOMENTS: readonly Since[] = ["start", "here"];

/** The chosen strategy's own switches, if it has any. Those that are live can be turned in the middle of a run too. */
export function StrategyOptions({ since, onSince }: { readonly since: Since; onSince(since: Since): void }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const { strategy, options } = useUi((state) => state.work);
  const fact = useUi((state) => state.facts?.strategies.find(({ id }) => id === strategy));
  const now = useUi(({ run: { view } }) => (view !== null && view.step > 0 ? view.options : null));
  /** What became of the last turn, at its switch. */
  const [notice, setNotice] = useState<{ readonly id: string; readonly text: Words | null } | null>(null);
  if (fact === undefined || fact.options.length === 0) return null;
  const chosen = options[strategy] ?? [];
  const offered = now !== null && fact.options.some(({ live }) => live === true);
  const here = offered && since === "here";
  const on = here ? now : chosen;
  const turn = async (id: string, wanted: boolean): Promise<void> => {
    setNotice(null);
    if (here) {
      const { edit } = await import("../../engine/memory.ts");
      const { words: text } = await edit(engine, { kind: "set-option", option: id, on: wanted });
      setNotice({ id, text });
      return;
    }
    const all = wanted ? [...chosen, id] : chosen.filter((other) => other !== id);
    await configure(engine, { options: { ...options, [strategy]: all } });
  };
  return (
    <fieldset>
      <legend>{words(fact.title)}</legend>
      {offered && (
        <>
          <div className="popover-when" role="radiogroup" aria-label={t("turns.when")} aria-describedby="options-since">
            {MOMENTS.map((moment) => (
              <label key={moment}>
                <input
                  type="radio"
                  name="options-since"
                  checked={since === moment}
                  onChange={() => {
                    setNotice(null);
                    onSince(moment);
                  }}
                />
                {t(`turns.${moment}`)}
              </label>
            ))}
          </div>
          <p id="options-since">{t(here ? "turns.hereHelp" : "turns.startHelp")}</p>
        </>
      )}
      {fact.options.map(({ id, name, summary, live }) => (
        <div key={id} className="popover-option">
          <label className="popover-row" htmlFor={`option-${id}`}>
            <span>{words(name)}</span>
            <Switch.Root
              id={`option-${id}`}
              className="switch"
              aria-describedby={`option-${id}-summary`}
              checked={on.includes(id)}
              disabled={here && live !== true}
              onCheckedChange={(wanted) => void turn(id, wanted)}
            >
              <Switch.Thumb />
            </Switch.Root>
          </label>
          <p id={`option-${id}-summary`}>
            {words(summary)}
            {here && live !== true && ` ${t("turns.onlyStart")}`}
          </p>
          {notice?.id === id && notice.text !== null && (
            <p className="popover-notice" role="alert">
              {words(notice.text)}
            </p>
          )}
        </div>
      ))}
    </fieldset>
  );
}
