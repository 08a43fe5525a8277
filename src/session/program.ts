import { type Assembly, assemble, type MovedSection } from "../asm/assemble.ts";
import { disassembleBytes } from "../asm/disassemble.ts";
import type { ListingRow } from "../asm/listing.ts";
import type { Row, Words } from "../isa/types.ts";
import { loadFlat } from "../machine/loaders/flat.ts";
import { checkImage, type Image, type LoadResult as ImageResult } from "../machine/loaders/image.ts";
import { parseMultiboot } from "../machine/loaders/multiboot.ts";
import type { Strategy } from "../vmm/strategy.ts";
import { parseProgramHeader } from "./program-header.ts";
import type { Diagnostic, LoadedProgram, LoadResult, ProgramSpec, SourceLine } from "./types.ts";

/** A line of a source file. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}
export interface Expansion {
  readonly file: string;
  readonly line: number;
  readonly macro: string;
}

/**
 * From addresses to source lines: as the program is loaded, and for a section that is moved before it runs, as it then lies.
 */
export interface SourceMap {
  at(address: number): SourcePlace | null;
  expansionAt(address: number): readonly Expansion[];
  /** The listing of what was assembled. */
  listing(): readonly ListingRow[];
  readonly main: string;
  /** Every file that could be included, the main one among them. */
  readonly files: Readonly<Record<string, string>>;
}

/** A program that can be placed in memory, and what is known of its source. */
export interface PreparedProgram {
  readonly image: Image;
  readonly program: LoadedProgram;
  readonly sources: SourceMap | null;
  /** The programs of the domains beside it. */
  readonly companions: readonly Companion[];
  /** It asks for a processor with VT-x. */
  readonly vmx: boolean;
}

/** A program that runs beside another, in a domain of its own. */
export interface Companion {
  readonly id: number;
  readonly prepared: PreparedProgram;
}

export type Prepared =
  | { readonly ok: true; readonly prepared: PreparedProgram; readonly diagnostics: readonly Diagnostic[] }
  | Extract<LoadResult, { ok: false }>;

/** What a program is assembled for. */
export type Target = Pick<Strategy, "defines" | "companions" | "accepts">;

/** Turns a program of any kind into an image for `memoryBytes` of memory, by itself: see `prepareProgram`. */
export function prepareAlone(spec: ProgramSpec, memoryBytes: number, target: Target): Prepared {
  const made = toImage(spec, memoryBytes, target);
  const problem = made.ok ? (target.accepts?.(made.prepared.image, memoryBytes) ?? null) : null;
  return problem === null ? made : { ok: false, diagnostics: made.diagnostics, problem };
}

function toImage(spec: ProgramSpec, memoryBytes: number, { defines = [] }: Target): Prepared {
  if (spec.kind === "source") return prepareSource(spec.main, spec.files, memoryBytes, defines);
  const loaded =
    spec.kind === "flat"
      ? loadFlat(spec.bytes, { at: spec.at, entry: spec.entry }, memoryBytes)
      : parseMultiboot(spec.bytes, memoryBytes);
  return fromImage(loaded, [], null, emptyProgram);
}

function emptyProgram(image: Image): LoadedProgram {
  const first = image.segments[0];
  return { entry: image.entry, origin: first?.address ?? 0, length: first?.bytes.length ?? 0, symbols: [], lines: [] };
}

/** Assembles only: what an editor wants to know as one types. `defines`: `NAME` or `NAME=VALUE`, as by NASM's -D. */
export function assembleFiles(
  main: string,
  files: Readonly<Record<string, string>>,
  defines: readonly string[] = [],
): Assembly {
  const resolve = (path: string, from: string) => resolveInclude(files, path, from);
  return assemble(files[main] ?? "", { name: main, resolve, defines });
}

/** Includes are looked for beside the including file, then from the top, then in `lib/`. */
export function resolveInclude(files: Readonly<Record<string, string>>, path: string, from: string): string | null {
  const found = includeCandidates(path, from).find((candidate) => Object.hasOwn(files, candidate));
  return found === undefined ? null : files[found]!;
}

/** The paths at which an included file may lie, the first that exists being the one. */
export function includeCandidates(path: string, from: string): string[] {
  const beside = from.includes("/") ? `${from.slice(0, from.lastIndexOf("/"))}/${path}` : path;
  return [normalise(beside), normalise(path), normalise(`lib/${path}`)].filter((candidate) => candidate !== null);
}

/** Removes `.` and `..`; null if the path leaves the folder. */
function normalise(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || part === "") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}

function prepareSource(
  main: string,
  files: Readonly<Record<string, string>>,
  memoryBytes: number,
  defines: readonly string[],
): Prepared {
  const assembly = assembleFiles(main, files, defines);
  const { diagnostics } = assembly;
  if (!assembly.ok) return { ok: false, diagnostics, problem: hasErrors(diagnostics) };
  const segments = [{ address: assembly.origin, bytes: assembly.bytes, zeroFill: 0 }];
  const loaded = checkImage(segments, assembly.entry, memoryBytes);
  const { vmx } = parseProgramHeader(files[main] ?? "").program;
  const sources = { map: sourceMap(assembly, main, files), vmx };
  return fromImage(loaded, diagnostics, sources, () => ({
    entry: assembly.entry,
    origin: assembly.origin,
    length: assembly.bytes.length,
    symbols: [...assembly.symbols].map(([name, { value, kind }]) => ({ name, value, isLabel: kind === "label" })),
    lines: sourceLines(assembly),
    ...(movedOf(assembly).length > 0 && { moved: movedOf(assembly) }),
  }));
}

/** A program that does not assemble, in a sentence. */
export function hasErrors(diagnostics: readonly Diagnostic[]): Words {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  return {
    en: errors === 1 ? "The program has an error." : `The program has ${errors} errors.`,
    zh: `程序有 ${errors} 处错误。`,
  };
}

function fromImage(
  loaded: ImageResult,
  diagnostics: readonly Diagnostic[],
  source: { readonly map: SourceMap; readonly vmx: boolean } | null,
  describe: (image: Image) => LoadedProgram,
): Prepared {
  if (!loaded.ok) {
    const { message, accepted } = loaded.error;
    return {
      ok: false,
      diagnostics,
      problem: { en: `${message.en} ${accepted.en}`, zh: `${message.zh}${accepted.zh}` },
    };
  }
  const { image } = loaded;
  const sources = source?.map ?? null;
  const vmx = source?.vmx ?? false;
  return { ok: true, diagnostics, prepared: { image, program: describe(image), sources, companions: [], vmx } };
}

/**
 * The sections that the program moves to where their labels say. Labels from 0 on are taken for offsets in a segment, which
 * say nothing of that.
 */
function movedOf({ moved }: Assembly): readonly MovedSection[] {
  return moved.filter(({ runsAt }) => runsAt > 0);
}

/** Where what lies at an address of the image runs. */
function runningAddress(moved: readonly MovedSection[], address: number): number {
  const section = moved.find((one) => address >= one.address && address < one.address + one.length);
  return section ? (address - section.address + section.runsAt) >>> 0 : address;
}

function sourceMap(assembly: Assembly, main: string, files: Readonly<Record<string, string>>): SourceMap {
  const moved = movedOf(assembly);
  const entryAt = (address: number) => {
    const section = moved.find(({ runsAt, length }) => address >= runsAt && address < runsAt + length);
    const loaded = section && assembly.lines.at(address - section.runsAt + section.address);
    return loaded ?? assembly.lines.at(address);
  };
  return {
    at(address) {
      const entry = entryAt(address);
      return entry ? { file: entry.file, line: entry.line } : null;
    },
    expansionAt(address) {
      return entryAt(address)?.expansion.map(({ name, file, line }) => ({ macro: name, file, line })) ?? [];
    },
    listing: () =>
      assembly
        .rows()
        .map((row) => (row.address === null ? row : { ...row, address: runningAddress(moved, row.address) })),
    main,
    files,
  };
}

/** The lines that gave bytes, with the privilege mark of their first instruction and the address at which it runs. */
export function sourceLines(assembly: Assembly): SourceLine[] {
  const moved = movedOf(assembly);
  return assembly.lines.entries.map((entry) => {
    const start = entry.address - assembly.origin;
    const bytes = assembly.bytes.subarray(start, start + entry.size);
    const row = entry.code === null ? null : (disassembleBytes(bytes, 0, entry.address, entry.code).insn?.row ?? null);
    return {
      file: entry.file,
      line: entry.line,
      address: runningAddress(moved, entry.address),
      bytes: [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
      row: row?.id ?? null,
      mark: row ? markOf(row) : null,
    };
  });
}

function markOf(row: Row): SourceLine["mark"] {
  if (row.silent) return "silent";
  return row.checks.some((check) => check.rule === "cpl0" || check.rule === "iopl" || check.rule === "io-permission")
    ? "privileged"
    : null;
}
