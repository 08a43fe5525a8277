import type { TFunction } from "i18next";
import type { SourceLine } from "../../../session/types.ts";
import type { Place } from "../../store/state.ts";

interface Marks {
  readonly lines: readonly SourceLine[];
  readonly breakpoints: readonly Place[];
  readonly currentLine: number | null;
  readonly t: TFunction;
}

const wholeLine = (line: number) => ({ startLineNumber: line, endLineNumber: line, startColumn: 1, endColumn: 1 });
/** Monaco's OverviewRulerLane.Right, and its stickiness "grows in neither direction". */
const RIGHT = 4;
const NEITHER = 1;

/** What the margin shows: breakpoints, the line that is next, and the lines that a deprivileged guest stumbles over. */
export function decorationsOf({ lines, breakpoints, currentLine, t }: Marks) {
  const made = [];
  const marked = new Set<number>();
  for (const { line, mark } of lines) {
    if (mark === null || marked.has(line)) continue;
    marked.add(line);
    const kind = mark === "silent" ? "silent" : "privileged";
    made.push({
      range: wholeLine(line),
      options: {
        stickiness: NEITHER,
        linesDecorationsClassName: `mark-line mark-line-${kind}`,
        linesDecorationsTooltip: t(`editor.mark.${kind}`),
        ...(kind === "silent" ? { isWholeLine: true, className: "silent-line" } : {}),
      },
    });
  }
  for (const { line } of breakpoints) {
    made.push({
      range: wholeLine(line),
      options: {
        stickiness: NEITHER,
        glyphMarginClassName: line === currentLine ? "glyph-break glyph-here" : "glyph-break",
        glyphMarginHoverMessage: { value: t("editor.breakpoint") },
      },
    });
  }
  if (currentLine !== null) {
    made.push({
      range: wholeLine(currentLine),
      options: {
        stickiness: NEITHER,
        isWholeLine: true,
        className: "current-line",
        ...(breakpoints.some(({ line }) => line === currentLine) ? {} : { glyphMarginClassName: "glyph-here" }),
        overviewRuler: { color: "#3a6fe0", position: RIGHT },
      },
    });
  }
  return made;
}
