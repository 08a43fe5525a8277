import { proxy } from "comlink";
import type { ExportFormat } from "../../session/export.ts";
import { download, fileName } from "./download.ts";
import type { Engine } from "./engine.ts";

/**
 * Saves the whole event log of the run. The worker makes the file piece by piece, and the page goes on meanwhile.
 * Answers the file's name; null if it was cancelled or could not be made.
 */
export async function exportEventLog(
  engine: Engine,
  format: ExportFormat,
  onProgress: (fraction: number) => void,
): Promise<string | null> {
  const { language, document } = engine.state;
  const file = await engine.ask((client) => client.api.exportEvents(format, language, proxy(onProgress)));
  if (!file) return null;
  const name = fileName(document?.main ?? "run", "events", format);
  download(file, name);
  return name;
}
