import { resolve } from "node:path";
import { companionPaths, programPaths, programText } from "./library.ts";

/** The size of a port, in lines that are neither empty nor comment nor the condition itself. */
export interface PortSize {
  /** Lines of the Xen build only, of the native build only, and of all. */
  readonly port: number;
  readonly native: number;
  readonly lines: number;
}

/** Reads the size of a port off a source that is written for both machines by `%ifdef XEN`. */
export function portSize(source: string): PortSize {
  const open: ("xen" | "native" | null)[] = [];
  const size = { port: 0, native: 0, lines: 0 };
  for (const line of source.split("\n").map((text) => text.trim())) {
    if (line === "" || line.startsWith(";")) continue;
    if (/^%ifn?def XEN$/.test(line)) open.push(line.startsWith("%ifdef") ? "xen" : "native");
    else if (/^%if/.test(line)) open.push(null);
    else if (line === "%else") open.push(opposite(open.pop() ?? null));
    else if (line === "%endif") open.pop();
    else {
      size.lines++;
      if (open.includes("xen")) size.port++;
      else if (open.includes("native")) size.native++;
    }
  }
  return size;
}

function opposite(side: "xen" | "native" | null): "xen" | "native" | null {
  if (side === null) return null;
  return side === "xen" ? "native" : "xen";
}

// npx tsx test/programs/port-size.ts: a line for each port.
if (resolve(process.argv[1] ?? "") === import.meta.filename) {
  for (const path of [...programPaths, ...companionPaths].filter((name) => name.startsWith("xen/"))) {
    const { port, native, lines } = portSize(programText(path));
    console.log(`${path.padEnd(26)} ${port} lines for Xen, ${native} for the bare machine, ${lines} in all`);
  }
}
