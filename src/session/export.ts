import type { EventView } from "./types.ts";

/** A table for spreadsheets (RFC 4180), or an array of objects. */
export type ExportFormat = "csv" | "json";
export type ExportLanguage = "en" | "zh";

/** Columns of the table and names in the objects, in this order. */
const COLUMNS = [
  "index",
  "step",
  "tick",
  "cycles",
  "kind",
  "tenant",
  "domain",
  "cplBefore",
  "cplAfter",
  "eip",
  "instruction",
  "vector",
  "errorCode",
  "file",
  "line",
  "title",
  "reason",
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

/** Written out field by field: a log may have a million events. */
function rowOf(event: EventView, language: ExportLanguage): Row {
  return {
    index: event.index,
    step: event.step,
    tick: event.tick,
    cycles: event.cycles,
    kind: event.kind,
    tenant: event.tenant,
    domain: event.domain,
    cplBefore: event.cplBefore,
    cplAfter: event.cplAfter,
    eip: `0x${event.eip.toString(16).padStart(8, "0")}`,
    instruction: event.row,
    vector: event.vector,
    errorCode: event.errorCode,
    file: event.source?.file ?? null,
    line: event.source?.line ?? null,
    title: event.title[language],
    reason: event.reason[language],
  };
}

/** A field of the table. What a spreadsheet would take for a formula gets an apostrophe: file names come with links. */
function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What stands before the first event. The mark at the table's beginning tells spreadsheets that it is UTF-8. */
export function exportHead(format: ExportFormat): string {
  return format === "csv" ? `\ufeff${COLUMNS.join(",")}\r\n` : "[\n";
}

/** A stretch of events as text; `first` says that it begins with the first of all. */
export function exportRows(
  events: readonly EventView[],
  format: ExportFormat,
  language: ExportLanguage,
  first: boolean,
): string {
  const rows = events.map((event) => rowOf(event, language));
  if (format === "csv") return rows.map((row) => `${COLUMNS.map((name) => field(row[name])).join(",")}\r\n`).join("");
  const objects = rows.map((row) => JSON.stringify(row, [...COLUMNS]));
  return objects.length === 0 ? "" : `${first ? "" : ",\n"}${objects.join(",\n")}`;
}

export function exportTail(format: ExportFormat): string {
  return format === "csv" ? "" : "\n]\n";
}
