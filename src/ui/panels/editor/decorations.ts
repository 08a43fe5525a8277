import type { TFunction } from "i18next";
import type { Breakpoint, SourceLine } from "../../../session/types.ts";
import { codeLine } from "../../../worker/code-line.ts";
import { lineOf } from "../../store/breakpoints.ts";

interface Marks {
  readonly lines: readonly SourceLine[];
  /** Those of the file on view. */
  readonly breakpoints: readonly Breakpoint[];
  readonly currentLine: number | null;
  /** A line at which something has just failed; null if there is none in this file. */
  readonly failedLine?: number | null;
  readonly t: TFunction;
}

const wholeLine = (line: number) => ({ startLineNumber: line, endLineNumber: line, startColumn: 1, endColumn: 1 });
/** Monaco's OverviewRulerLane.Right, and its stickiness "grows in neither direction". */
const RIGHT = 4;
const NEITHER = 1;

/** What the margin shows: breakpoints, the line that is next, and the lines that a deprivileged guest stumbles over. */
export function decorationsOf({ lines, breakpoints, currentLine, failedLine = null, t }: Marks) {
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
  const here = new Set<number>();
  for (const breakpoint of breakpoints) {
    const { file, line } = lineOf(breakpoint)!;
    const stops = lines.length === 0 || codeLine(lines, file, line) !== null;
    here.add(line);
    made.push({
      range: wholeLine(line),
      options: {
        stickiness: NEITHER,
        glyphMarginClassName: [
          "glyph-break",
          line === currentLine ? "glyph-here" : "",
          breakpoint.enabled === false ? "glyph-break-off" : "",
          hasCondition(breakpoint) ? "glyph-break-condition" : "",
          stops ? "" : "glyph-break-nowhere",
        ]
          .filter((name) => name !== "")
          .join(" "),
        glyphMarginHoverMessage: { value: hoverOf(breakpoint, stops, t) },
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
        ...(here.has(currentLine) ? {} : { glyphMarginClassName: "glyph-here" }),
        overviewRuler: { color: "#3a6fe0", position: RIGHT },
      },
    });
  }
  if (failedLine !== null) {
    made.push({
      range: wholeLine(failedLine),
      options: { stickiness: NEITHER, isWholeLine: true, className: "failed-line" },
    });
  }
  return made;
}

function hasCondition({ condition, hits }: Breakpoint): boolean {
  return hits !== undefined || (condition !== undefined && condition.trim() !== "");
}

function hoverOf({ condition, enabled }: Breakpoint, stops: boolean, t: TFunction): string {
  const parts = [t("editor.breakpoint")];
  if (condition !== undefined && condition.trim() !== "") parts.push(`\`if ${condition.replaceAll("`", "'")}\``);
  if (enabled === false) parts.push(t("editor.breakpointOff"));
  if (!stops) parts.push(t("editor.breakpointNowhere"));
  return parts.join(" · ");
}

/** A change of a text, as Monaco tells it. */
interface TextChange {
  readonly range: { readonly startLineNumber: number; readonly startColumn: number; readonly endLineNumber: number };
  readonly text: string;
}

/** Where a line is after changes to the text, which are told from the last to the first. */
export function lineAfter(line: number, changes: readonly TextChange[]): number {
  let now = line;
  for (const { range, text } of changes) {
    const { startLineNumber: first, endLineNumber: last, startColumn } = range;
    const added = text.split("\n").length - 1;
    const pushed = now === first && startColumn === 1 && first === last && text.endsWith("\n");
    if (now > last || pushed) now += added - (last - first);
    else if (now > first) now = first + Math.min(added, now - first);
  }
  return now;
}
