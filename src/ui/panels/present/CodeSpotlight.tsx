import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ExecutedAnswer } from "../../../session/inspect/executed.ts";
import type { View } from "../../../session/types.ts";
import { textOf } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

/** Lines of context before and after those in the light. */
const AROUND = 3;
/** The line just executed is shown among the others if it is no further from the next one than this. */
const NEAR = 6;

type Source = NonNullable<View["next"]["source"]>;

interface Props {
  readonly view: View;
  readonly executed: ExecutedAnswer["instruction"];
}

/** The line that was just executed and the one that is next, in the light, between their neighbours. */
export function CodeSpotlight({ view, executed }: Props) {
  const { t } = useTranslation();
  const program = useUi((state) => state.document);
  const seen = useRef<Source | null>(null);
  // While the VMM runs, the guest stands where it was last seen, and before that at its entry.
  const entry = useUi(({ run }) => run.program?.lines.find((line) => line.address === run.program?.entry)) ?? null;
  const done = executed?.guest && executed.how !== "held-up" ? executed.source : null;
  const last = done ?? view.transition.findLast((event) => event.source !== null)?.source ?? seen.current ?? entry;
  const { source: next } = view.next;
  const here = next ?? last;
  seen.current = here;
  if (here === null || program === null) return <p className="present-quiet">{t("present.noLine")}</p>;
  const lines = (textOf(program, here.file) ?? "").split("\n");
  const beside =
    done !== null && done.file === here.file && Math.abs(done.line - here.line) <= NEAR ? done.line : here.line;
  const first = Math.max(1, Math.min(beside, here.line) - AROUND);
  const shown = lines.slice(first - 1, Math.max(beside, here.line) + AROUND);
  const how = executed?.how === "faulted" ? "faulted" : "executed";
  return (
    <figure className="spotlight">
      {done !== null && (done.file !== here.file || beside !== done.line) && (
        <p className="spotlight-elsewhere">
          {t(how === "faulted" ? "present.elsewhereFaulted" : "present.elsewhere", { ...done })}{" "}
          <code>{executed?.text}</code>
        </p>
      )}
      <figcaption>
        {next === null && <strong>{t("present.vmm")} </strong>}
        {t("present.line", { file: here.file, line: here.line })}
      </figcaption>
      <ol start={first}>
        {shown.map((line, index) => {
          const number = first + index;
          const isNext = next !== null && number === next.line;
          const isDone = done !== null && done.file === here.file && number === done.line;
          const standing = next === null && number === here.line;
          return (
            <li
              key={number}
              className={`${isDone ? "done" : ""} ${isNext || standing ? "lit" : ""}`}
              aria-current={isNext || standing ? "step" : undefined}
            >
              <span className="spotlight-number">
                {isNext ? "▶" : isDone ? (how === "faulted" ? "✕" : "✓") : number}
              </span>
              <code>{compact(line)}</code>
              {isDone && <strong className="spotlight-tag">{t(`present.how.${how}`)}</strong>}
              {isNext && <strong className="spotlight-tag">{t("present.next")}</strong>}
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

/** A line with less room between its columns than an editor leaves. */
function compact(line: string): string {
  return (
    line
      .replace(/\t/g, "        ")
      .replace(/^ {4,}/, "    ")
      .replace(/\s{3,};/, "  ;") || " "
  );
}
