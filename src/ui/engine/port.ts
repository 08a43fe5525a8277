import type { Port, PortStyle } from "../../session/paravirtualize/types.ts";
import { configure } from "./documents.ts";
import type { Engine } from "./engine.ts";
import { openText } from "./texts.ts";

/** The source that is open, rewritten for Xen; undefined where it is none, or the worker is gone. */
export async function askPort(engine: Engine, style: PortStyle): Promise<Port | undefined> {
  const program = engine.request()?.program;
  if (program?.kind !== "source") return undefined;
  // A shared moment carries only what it needs: the wedge comes from the library.
  const served = (await engine.library?.includes()) ?? {};
  return engine.ask((client) =>
    client.api.paravirtualize({ ...program, files: { ...served, ...program.files } }, style),
  );
}

/** Opens a rewritten source as a text of the reader's own, under a strategy that builds sources for Xen. */
export async function openPort(engine: Engine, { main, files, rewritten }: Port): Promise<void> {
  const text = files[main] ?? "";
  const served = (await engine.library?.includes()) ?? {};
  const own = Object.entries(files).filter(([name, of]) => name !== main && served[name] !== of);
  const kept = rewritten.length === 0 ? null : Object.fromEntries(own);
  if ((await openText(engine, { text, includes: kept, name: main })) === null) return;
  const strategy = engine.state.facts?.strategies.find(({ defines }) => defines.includes("XEN"));
  if (strategy !== undefined && strategy.id !== engine.state.work.strategy) {
    await configure(engine, { strategy: strategy.id });
  }
}
