import { type Assembly, assemble } from "../../asm/assemble.ts";
import { directiveOf, type TextLine } from "../../asm/language/text.ts";
import { includeCandidates } from "../program.ts";
import { findSites, instructionColumn, readLines, type Site, wordAt } from "./sites.ts";
import { treat } from "./treatments.ts";
import type { Port, PortChange, PortedFile, PortKept, PortRefusal, PortStyle } from "./types.ts";
import { WEDGE_FILES, WEDGE_NAME } from "./wedge-files.ts";
import { REFUSED } from "./words.ts";

type Files = Readonly<Record<string, string>>;

/** An image whose notes stand behind it must not be longer, so that they lie in its first 8 KiB. */
const LONGEST_BEFORE_NOTES = 7168;
/** Refusals of one kind that are listed; a hostile source could have a line for each of its lines. */
const MOST_LISTED = 5000;

/**
 * Rewrites a native guest for Xen, sensitive instruction by sensitive instruction: writes `pv` before each, and includes
 * the wedge (`programs/include/wedge.inc`), which does them. Natively the result still does what the source did.
 * `files` holds the source under the name `main`, what it includes, and the wedge. Never throws; bounded as the assembler
 * is.
 */
export function paravirtualize(main: string, files: Files, { style }: { readonly style: PortStyle }): Port {
  const used = new Set<string>();
  const native = assembleFrom(main, files, [], used);
  const names = [main, ...[...used].filter((name) => name !== main)];
  const texts = new Map(names.map((name) => [name, readLines(name, files[name] ?? "")]));
  const empty: Port = {
    ok: false,
    style,
    main,
    rewritten: [],
    files: {},
    changes: [],
    kept: [],
    refusals: [],
    diagnostics: native.diagnostics.map(({ expansion: _, remedies: _remedies, ...diagnostic }) => diagnostic),
    counts: { lines: countLines(texts), changed: 0, nativeBytes: native.bytes.length, portedBytes: 0 },
  };
  if (!native.ok) return empty;
  const already = [...texts].flatMap(([file, lines]) => lines.flatMap((line) => clashesWithPort(file, line)));
  if (already.length > 0) return { ...empty, refusals: already.slice(0, MOST_LISTED) };

  const sites = findSites(native, names).map((site) => judge(site, texts.get(site.file)?.[site.line - 1] ?? null));
  const changes = sites.flatMap(({ change }) => change ?? []);
  const kept = sites.flatMap(({ keep }) => keep ?? []);
  const refusals = [...sites.flatMap(({ refusal }) => refusal ?? []), ...clashes(main, native)];

  const hasStart = native.symbols.get("start")?.kind === "label";
  const long = native.bytes.length > LONGEST_BEFORE_NOTES;
  if (long && !hasStart) refusals.push({ file: main, line: 1, text: "", row: null, ...REFUSED.long });
  const head = [
    ...(style === "pv-ops" ? ["%define PV_OPS"] : []),
    ...(hasStart ? [] : [`%define WEDGE_ENTRY 0x${native.entry.toString(16)}`]),
    ...(long ? ["%define WEDGE_NOTES_FIRST"] : []),
    `%include "${WEDGE_FILES[0]}"`,
  ];
  const rewritten = rewriteFiles(main, names, texts, files, changes, head);
  const all = allFiles(names, files, rewritten);
  const port = rewritten[0]!.to;
  // One image for both uses is the same with and without the macro.
  const made = (style === "pv-ops" ? [["XEN"]] : [[], ["XEN"]]).map((defines) => assembleFrom(port, all, defines));
  for (const { ok, diagnostics } of made) {
    if (ok || refusals.length > 0) continue;
    const problem = diagnostics.find(({ severity }) => severity === "error");
    const of = rewritten.find(({ to }) => to === problem?.file);
    refusals.push({
      file: of?.from ?? main,
      line: Math.max(1, (problem?.line ?? 1) - (of?.from === main ? head.length : 0)),
      text: problem?.message.en ?? "",
      row: null,
      ...REFUSED.assembly,
    });
  }
  return {
    ...empty,
    ok: refusals.length === 0,
    main: port,
    rewritten,
    files: all,
    changes,
    kept,
    refusals: refusals.slice(0, MOST_LISTED),
    counts: { ...empty.counts, changed: changes.length, portedBytes: made.at(-1)!.bytes.length },
  };
}

/** Assembles `main`; adds the names of the files that were read to `used`. */
function assembleFrom(main: string, files: Files, defines: readonly string[], used?: Set<string>): Assembly {
  const resolve = (path: string, from: string): string | null => {
    const found = findInclude(path, from, files);
    if (found === null) return null;
    used?.add(found);
    return files[found]!;
  };
  return assemble(files[main] ?? "", { name: main, resolve, defines });
}

function countLines(texts: ReadonlyMap<string, readonly TextLine[]>): number {
  let count = 0;
  for (const lines of texts.values()) count += lines.filter(({ tokens }) => tokens.length > 0).length;
  return count;
}

/** A directive that asks whether XEN is defined, or defines what the rewritten source calls. */
function clashesWithPort(file: string, line: TextLine): PortRefusal[] {
  const directive = directiveOf(line);
  const refusal = (why: Pick<PortRefusal, "reason" | "remedy">): PortRefusal[] => {
    return [{ file, line: line.number, text: line.text.trim(), row: null, reason: why.reason, remedy: why.remedy }];
  };
  if (/^(?:el)?ifn?def$/.test(directive) && line.tokens.some(({ text }) => text === "XEN")) {
    return refusal(REFUSED.ported);
  }
  const defines = /^(?:i?r?macro|i?x?define|i?assign)$/.test(directive);
  return defines && WEDGE_NAME.test(line.tokens[1]?.text ?? "") ? refusal(REFUSED.name) : [];
}

/** Names of the guest's that would clash with the wedge's. */
function clashes(main: string, { symbols }: Assembly): PortRefusal[] {
  const clash = [...symbols.keys()].find((name) => WEDGE_NAME.test(name));
  return clash === undefined ? [] : [{ file: main, line: 1, text: clash, row: null, ...REFUSED.name }];
}

interface Judged {
  readonly change?: PortChange;
  readonly keep?: PortKept;
  readonly refusal?: PortRefusal;
}

/** What becomes of a site. */
function judge({ file, line, insns, small }: Site, text: TextLine | null): Judged {
  const treatments = insns.map(treat);
  const first = treatments.findIndex(({ kind }) => kind !== "innocuous");
  const row = insns[first]!.row.id;
  const before = text?.text ?? "";
  const place = { file, line, row };
  const refuse = (why: Pick<PortRefusal, "reason" | "remedy">): Judged => {
    return { refusal: { ...place, text: before.trim(), reason: why.reason, remedy: why.remedy } };
  };
  const refused = treatments.find((treatment) => treatment.kind === "refuse");
  if (small) return refuse(REFUSED.small);
  if (refused) return refuse(refused);
  const treatment = treatments.find(({ kind }) => kind === "rewrite");
  if (treatment?.kind !== "rewrite") {
    const kept = treatments[first]!;
    return kept.kind === "keep" ? { keep: { ...place, text: before.trim(), note: kept.note } } : {};
  }
  if (treatments.some(({ kind }) => kind !== "rewrite")) return refuse(REFUSED.mixed);
  const column = text === null ? null : instructionColumn(text);
  if (text === null || column === null) return refuse(REFUSED.hidden);
  if (wordAt(text, column) === "times") return refuse(REFUSED.times);
  const { operation, note } = treatment;
  return { change: { ...place, before, after: rewriteLine(before, column), operation, note } };
}

const MARK = "pv ";

/** `pv` before the instruction; a comment behind it stays in its column where there is room. */
function rewriteLine(text: string, column: number): string {
  const line = text.slice(0, column) + MARK + text.slice(column);
  return line.replace(/^([^;"'`]*\S)( {4,})(;)/, (_, code: string, gap: string, semicolon: string) => {
    return code + gap.slice(MARK.length) + semicolon;
  });
}

/** Names of rewritten files: `lib/segments.inc` becomes `lib/segments-xen.inc`; the main one moves to the top folder. */
function renamed(name: string, main: string): string {
  const path = name === main ? name.slice(name.lastIndexOf("/") + 1) : name;
  return path.replace(/(\.[^./]*)?$/, (ending) => `-xen${ending}`);
}

function findInclude(path: string, from: string, files: Files): string | null {
  return includeCandidates(path, from).find((candidate) => Object.hasOwn(files, candidate)) ?? null;
}

const INCLUDE = /^(\s*%include\s+["'`])([^"'`]+)(["'`].*)$/i;

/** The files that differ, the main one first: those with changes, and those that include one that differs. */
function rewriteFiles(
  main: string,
  names: readonly string[],
  texts: ReadonlyMap<string, readonly TextLine[]>,
  files: Files,
  changes: readonly PortChange[],
  head: readonly string[],
): PortedFile[] {
  const differs = new Set<string>([main, ...changes.map(({ file }) => file)]);
  const included = (line: TextLine, from: string): string | null => {
    const path = INCLUDE.exec(line.text)?.[2];
    return path === undefined ? null : findInclude(path, from, files);
  };
  for (let size = 0; size !== differs.size; ) {
    size = differs.size;
    for (const [file, lines] of texts) {
      if (lines.some((line) => differs.has(included(line, file) ?? ""))) differs.add(file);
    }
  }
  const after = new Map(changes.map((change) => [`${change.line} ${change.file}`, change.after]));
  return names
    .filter((name) => differs.has(name))
    .map((from) => {
      const before = files[from] ?? "";
      const ending = /\r\n|\n|\r/.exec(before)?.[0] ?? "\n";
      const lines = texts.get(from)!.map((line) => {
        const other = included(line, from);
        if (other === null) return after.get(`${line.number} ${from}`) ?? line.text;
        return line.text.replace(INCLUDE, (whole, start: string, path: string, end: string) => {
          if (differs.has(other)) return start + renamed(other, main) + end;
          return findInclude(path, renamed(from, main), files) === other ? whole : start + other + end;
        });
      });
      if (from === main) lines.splice(headAt(texts.get(from)!), 0, ...head);
      return { from, to: renamed(from, main), before, after: lines.join(ending) };
    });
}

/** Index of the first line that is neither empty nor a comment: before it the wedge is included. */
function headAt(lines: readonly TextLine[]): number {
  const at = lines.findIndex(({ tokens }) => tokens.length > 0);
  return at < 0 ? lines.length : at;
}

function allFiles(names: readonly string[], files: Files, rewritten: readonly PortedFile[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const { to, after } of rewritten) all[to] = after;
  const replaced = new Set(rewritten.map(({ from }) => from));
  for (const name of names) if (!replaced.has(name)) all[name] = files[name] ?? "";
  for (const name of WEDGE_FILES) if (Object.hasOwn(files, name)) all[name] = files[name]!;
  return all;
}
