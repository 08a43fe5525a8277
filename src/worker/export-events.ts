import { type ExportFormat, type ExportLanguage, exportHead, exportRows, exportTail } from "../session/export.ts";
import type { Session } from "../session/session.ts";
import type { OnProgress } from "./protocol.ts";
import { Reports } from "./reports.ts";
import { breathe } from "./slices.ts";

/** Events that are put into words at a time: some milliseconds' work. */
const PIECE = 200;
/** Pieces of text that are gathered before they go into the file. */
const GATHERED = 128;

const TYPES = { csv: "text/csv;charset=utf-8", json: "application/json" } as const;

/**
 * The whole event log as a file, made piece by piece so that a log of a million events neither holds up the worker's
 * messages nor has to fit into memory as text. Null if it was cancelled.
 */
export async function exportEvents(
  session: Session,
  format: ExportFormat,
  language: ExportLanguage,
  onProgress: OnProgress,
  cancelled: () => boolean,
): Promise<Blob | null> {
  const { eventCount } = session.view();
  const type = TYPES[format];
  let file = new Blob([exportHead(format)], { type });
  let texts: string[] = [];
  const reports = new Reports(onProgress);
  for (let from = 0; from < eventCount; from += PIECE) {
    texts.push(exportRows(session.events(from, Math.min(PIECE, eventCount - from)), format, language, from === 0));
    if (texts.length >= GATHERED) {
      file = new Blob([file, ...texts], { type });
      texts = [];
    }
    reports.tell(from / eventCount, () => null);
    await breathe();
    if (cancelled()) return null;
  }
  return new Blob([file, ...texts, exportTail(format)], { type });
}
