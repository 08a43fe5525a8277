import { useTranslation } from "react-i18next";
import type { Comparison, ConsequenceMoment, Difference } from "../../../session/types.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { textOf } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { useStrategyName } from "./names.ts";

const AROUND = 2;
/** More lines than this between the difference and what came of it are not shown. */
const MOST = 16;

interface Mark {
  readonly line: number;
  readonly text: string;
}

/** The line of the source at which the runs part, with its neighbours, and in the same text what came of it. */
export function Excerpt({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation();
  const document = useUi((state) => state.document);
  const marks = useMarks(comparison);
  const source = comparison.difference?.source ?? null;
  if (source === null || document === null) return null;
  const text = textOf(document, source.file);
  if (text === undefined) return null;
  const lines = text.split("\n");
  const reached = [source.line, ...marks.map(({ line }) => line)];
  const from = Math.max(1, Math.min(...reached) - AROUND);
  const to = Math.min(lines.length, Math.max(...reached) + AROUND);
  const name = t("compared.lines", { file: source.file, from, to });
  return (
    <figure className="excerpt">
      <figcaption>{name}</figcaption>
      <Scroller label={name}>
        <ol>
          {lines.slice(from - 1, to).map((line, index) => {
            const number = from + index;
            const [code, comment] = splitComment(line);
            const here = marks.filter((mark) => mark.line === number);
            const at = number === source.line;
            return (
              <li key={number} className={at ? "at" : here.length > 0 ? "marked" : ""}>
                <span className="number">{at ? `▶ ${number}` : number}</span>
                <code>{code}</code>
                <span className="beside">
                  {at && <strong className="excerpt-mark">≠ {t("compared.partsHere")}</strong>}
                  {here.map((mark) => (
                    <strong key={mark.text} className="excerpt-mark">
                      {mark.text}
                    </strong>
                  ))}
                  <span className="comment">{comment}</span>
                </span>
              </li>
            );
          })}
        </ol>
      </Scroller>
    </figure>
  );
}

/** What is marked beside lines of the same file, near the difference. */
function useMarks({ left, right, difference, consequences }: Comparison): readonly Mark[] {
  const { t } = useTranslation();
  const nameOf = useStrategyName();
  const first = consequences.find(({ kind }) => kind === "delivery" || kind === "path");
  if (!difference?.source || first === undefined) return [];
  const { file, line } = difference.source;
  const near = (moment: ConsequenceMoment | null): moment is ConsequenceMoment & { source: Difference["source"] } =>
    moment?.source?.file === file && Math.abs(moment.source.line - line) < MOST;
  if (first.kind === "path") {
    return near(first.right) ? [{ line: first.right.source!.line, text: `⑂ ${t("compared.mark.path")}` }] : [];
  }
  // The run in which it came first was interrupted before the line, the other after it, if at all.
  const sides = [
    { moment: first.left, name: nameOf(left) },
    { moment: first.right, name: nameOf(right) },
  ];
  return sides.flatMap(({ moment, name }) => {
    if (!near(moment)) return [];
    const late = moment.tick > first.tick;
    return [
      {
        line: moment.source!.line,
        text: `⚡\uFE0E ${t(`compared.mark.${late ? "late" : "delivery"}`, { strategy: name })}`,
      },
    ];
  });
}

/** A line's code, and its comment from the semicolon on. */
function splitComment(line: string): readonly [string, string] {
  const expanded = line.replace(/\t/g, "        ");
  const at = /;(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/.exec(expanded)?.index ?? expanded.length;
  return [expanded.slice(0, at).trimEnd(), expanded.slice(at)];
}
