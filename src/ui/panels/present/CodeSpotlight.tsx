import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { View } from "../../../session/types.ts";
import { useUi } from "../../store/store.ts";

/** Lines of context before and after the one in the light. */
const AROUND = 4;

type Source = NonNullable<View["next"]["source"]>;

/** The line that is about to be executed, in the light, between its neighbours. */
export function CodeSpotlight({ view }: { readonly view: View }) {
  const { t } = useTranslation();
  const program = useUi((state) => state.document);
  const seen = useRef<Source | null>(null);
  // While the VMM runs, the guest stands where it was last seen, and before that at its entry.
  const entry = useUi(({ run }) => run.program?.lines.find((line) => line.address === run.program?.entry)) ?? null;
  const last = view.transition.findLast((event) => event.source !== null)?.source ?? seen.current ?? entry;
  const here = view.next.source ?? last;
  seen.current = here;
  if (here === null || program === null) return <p className="present-quiet">{t("present.noLine")}</p>;
  const text = here.file === program.main ? program.text : (program.includes[here.file] ?? "");
  const lines = text.split("\n");
  const first = Math.max(1, Math.min(here.line - AROUND, lines.length - 2 * AROUND));
  const shown = lines.slice(first - 1, first + 2 * AROUND);
  return (
    <figure className="spotlight">
      <figcaption>
        {view.next.source === null && <strong>{t("present.vmm")} </strong>}
        {t("present.line", { file: here.file, line: here.line })}
      </figcaption>
      <ol start={first}>
        {shown.map((line, index) => {
          const number = first + index;
          const lit = number === here.line;
          return (
            <li key={number} className={lit ? "lit" : ""} aria-current={lit ? "step" : undefined}>
              <span className="spotlight-number">{lit ? "▶" : number}</span>
              <code>{line === "" ? " " : line}</code>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}
