import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { paravirtualize } from "../../session/paravirtualize/paravirtualize.ts";
import { PORT_STYLES, type Port, type PortStyle } from "../../session/paravirtualize/types.ts";
import { WEDGE_FILES } from "../../session/paravirtualize/wedge-files.ts";
import { oneOf } from "../choices.ts";
import { diagnosticText } from "../diagnostics.ts";
import { BadInput, EXIT } from "../errors.ts";
import { decodeText, readInclude, readInput, writeWhole } from "../files.ts";
import type { Io } from "../io.ts";
import { addOutputOptions, language } from "../options.ts";
import { type GatheredSource, gather, PROGRAMS, shown } from "../program.ts";
import { count, json, type Language, oneLine, plural, say } from "../text.ts";

interface ParavirtualizeOptions {
  readonly style?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly lang: string;
}

/** What `paravirtualize --json` prints. */
export interface PortResult extends Omit<Port, "files"> {
  /** Names of all files that the rewritten source needs. */
  readonly files: readonly string[];
  /** The folder they were written to, or null. */
  readonly output: string | null;
}

/** `ringside paravirtualize FILE`: a native guest's source, rewritten for Xen. */
export function addParavirtualize(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("paravirtualize").summary("rewrite a native guest's source for Xen");
  command
    .description(
      "Rewrites a guest's source for the strategy paravirtual, sensitive instruction by sensitive instruction: into hypercalls or operations on shared_info, done by a VMM in the guest's own place (the wedge). Natively the result does what the source did. What cannot be rewritten is refused with a reason; then the exit code is 2 and nothing is written.",
    )
    .argument("<file>", "the source; - is standard input")
    .option(
      "--style <style>",
      `${PORT_STYLES.join(" or ")} (${PORT_STYLES[0]}): two builds, or one image that is patched`,
    )
    .option("-o, --output <dir>", "the folder to write to; without it nothing is written");
  addOutputOptions(command).action(async (file: string, options: ParavirtualizeOptions) => {
    const lang = language(options);
    const style: PortStyle = oneOf(options.style ?? PORT_STYLES[0]!, PORT_STYLES, "--style", "a style");
    if (options.output === "") throw new BadInput("--output: the name of the folder is empty");
    const name = file === "-" ? "standard input" : file;
    const text = decodeText(readInput(file, io), name, "a binary cannot be rewritten");
    const source = gather(file, text);
    const shownPath = (path: string) => (path === source.main ? name : shown(join(source.root, path), path));
    const port = paravirtualize(source.main, { ...wedge(), ...source.files }, { style });
    const result = (output: string | null) => json(portResult(port, shownPath, output));
    if (!port.ok) {
      if (options.json) io.out(result(null));
      throw refusal(port, source, name, shownPath, lang);
    }
    if (options.output !== undefined) write(port, source, options.output);
    io.out(
      options.json ? result(options.output ?? null) : portText(port, name, shownPath, options.output ?? null, lang),
    );
    end(EXIT.ok);
  });
}

/** The wedge's files, which come with Ringside. */
function wedge(): Record<string, string> {
  return Object.fromEntries(WEDGE_FILES.map((name) => [name, readInclude(join(PROGRAMS, name)) ?? ""]));
}

function portResult(
  { diagnostics, ...port }: Port,
  shownPath: (file: string) => string,
  output: string | null,
): PortResult {
  const placed = <T extends { readonly file: string }>(items: readonly T[]): T[] =>
    items.map((item) => ({ ...item, file: shownPath(item.file) }));
  return {
    ...port,
    rewritten: port.rewritten.map((file) => ({ ...file, from: shownPath(file.from) })),
    files: Object.keys(port.files),
    changes: placed(port.changes),
    kept: placed(port.kept),
    refusals: placed(port.refusals),
    output,
    diagnostics: placed(diagnostics),
  };
}

/** Why nothing was rewritten, for standard error. */
function refusal(
  { diagnostics, refusals }: Port,
  { files }: GatheredSource,
  name: string,
  shownPath: (file: string) => string,
  lang: Language,
): BadInput {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    return new BadInput(`${name}: ${plural(errors, "error")}`, diagnosticText(diagnostics, files, shownPath, lang));
  }
  const details = refusals.map(({ file, line, text, reason, remedy }) => {
    const shownText = text === "" ? "" : `    ${oneLine(text)}\n`;
    return `${shownPath(file)}:${line}: refused: ${say(reason, lang)}\n${shownText}    ${say(remedy, lang)}\n`;
  });
  return new BadInput(`${name}: ${plural(refusals.length, "refusal")}; nothing was rewritten`, details.join(""));
}

/** Writes what the rewritten source needs; never over a file of the source. */
function write(port: Port, { root, files }: GatheredSource, output: string): void {
  const sources = new Set(Object.keys(files).map((name) => resolve(root, name)));
  const targets = Object.entries(port.files).map(([name, text]) => ({ path: join(output, name), text }));
  const changed = targets.filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
  const over = changed.find(({ path }) => sources.has(resolve(path)));
  if (over)
    throw new BadInput(
      `--output ${oneLine(output)}: ${oneLine(over.path)} is a file of the source; give another folder`,
    );
  for (const { path, text } of changed) {
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch {
      throw new BadInput(`${oneLine(dirname(path))}: cannot be made into a folder`);
    }
    writeWhole(path, new TextEncoder().encode(text));
  }
}

/** For people: the changes under the notes that explain them, then what stays, then how much it is. */
function portText(
  port: Port,
  name: string,
  shownPath: (file: string) => string,
  output: string | null,
  lang: Language,
): string {
  const { counts, changes, kept, rewritten, style } = port;
  const groups = new Map<string, string[]>();
  const add = (head: string, line: string) => {
    const lines = groups.get(head);
    if (lines) lines.push(line);
    else groups.set(head, [line]);
  };
  for (const { file, line, after, operation, note } of changes) {
    add(`${operation}\n  ${say(note, lang)}\n`, `    ${shownPath(file)}:${line}  ${oneLine(code(after))}\n`);
  }
  for (const { file, line, text, note } of kept) {
    add(
      `${lang === "en" ? "stays" : "保留"}\n  ${say(note, lang)}\n`,
      `    ${shownPath(file)}:${line}  ${oneLine(code(text))}\n`,
    );
  }
  const body = [...groups].map(([head, lines]) => head + lines.join("")).join("");
  const written = output === null ? "" : `written to ${oneLine(join(output, port.main))}\n`;
  const bytes = `${plural(counts.nativeBytes, "byte")} natively, ${count(counts.portedBytes)} with the wedge`;
  return `${body}${written}${name}: ${count(counts.changed)} of ${plural(counts.lines, "line")} changed in ${plural(rewritten.length, "file")}, ${bytes} (${style})\n`;
}

/** A line without its comment. */
function code(line: string): string {
  return line.replace(/\s*;[^"'`]*$/, "").trim();
}
