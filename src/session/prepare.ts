import type { Words } from "../isa/types.ts";
import { placeImage } from "../machine/loaders/image.ts";
import { COMPANION_MEMORY, type GuestSetup, optionsOn, type Strategy } from "../vmm/strategy.ts";
import { linesOf } from "./breakpoints/code-line.ts";
import {
  assembleFiles,
  type Companion,
  hasErrors,
  includeCandidates,
  type Prepared,
  type PreparedProgram,
  prepareAlone,
  sourceLines,
  type Target,
} from "./program.ts";
import { type CompanionLine, parseProgramHeader } from "./program-header.ts";
import type { Diagnostic, LoadRequest, ProgramSpec, SourceLine } from "./types.ts";

type Files = Readonly<Record<string, string>>;

/** The name under which a companion's source is there, found as an include of the main source is; null if it is not. */
export function findCompanion(main: string, files: Files, { path }: Pick<CompanionLine, "path">): string | null {
  return includeCandidates(path, main).find((candidate) => Object.hasOwn(files, candidate)) ?? null;
}

/** The companions that a source's header names and that are there, by the names of their files. */
export function companionFiles(main: string, files: Files): string[] {
  const { companions } = parseProgramHeader(files[main] ?? "").program;
  return [...new Set(companions.flatMap((companion) => findCompanion(main, files, companion) ?? []))];
}

/**
 * Turns a program of any kind into an image for a guest with `memoryBytes` of memory, and the programs that the header of
 * its source puts into domains beside it into images of theirs. Whatever is wrong with one of them is an error of the
 * whole.
 */
export function prepareProgram(spec: ProgramSpec, memoryBytes: number, target: Target = {}): Prepared {
  const own = prepareAlone(spec, memoryBytes, target);
  if (!own.ok || spec.kind !== "source" || !target.companions) return own;
  const { main, files } = spec;
  const source = files[main] ?? "";
  const { program, errors } = parseProgramHeader(source);
  const diagnostics: Diagnostic[] = [...own.diagnostics];
  for (const { line, words } of errors) if (words) diagnostics.push(inHeader(main, source, line, words, NUMBERS));
  const companions: Companion[] = [];
  let problem: Words | null = diagnostics.some(isError) ? hasErrors(diagnostics) : null;
  for (const companion of program.companions) {
    const file = findCompanion(main, files, companion);
    if (file === null) {
      diagnostics.push(inHeader(main, source, companion.line, noFile(companion), FOUND));
      problem = hasErrors(diagnostics);
      continue;
    }
    const made = prepareAlone({ kind: "source", main: file, files }, COMPANION_MEMORY, target);
    addNew(diagnostics, made.diagnostics);
    if (made.ok) companions.push({ id: companion.id, prepared: made.prepared });
    else problem = ofCompanion(companion, file, made.problem);
  }
  if (problem !== null) return { ok: false, diagnostics, problem };
  if (companions.length === 0) return { ...own, diagnostics };
  const loaded = companions.map(({ id, prepared: { program: of, sources } }) => {
    return { domain: id, file: sources!.main, lines: of.lines };
  });
  const { prepared } = own;
  const whole = { ...prepared, program: { ...prepared.program, companions: loaded }, companions };
  return { ok: true, diagnostics, prepared: whole };
}

/**
 * What an editor wants to know of a source as one types: what is wrong with it and with the programs beside it, and, if
 * nothing is, the lines that gave bytes.
 */
export function checkSource(
  main: string,
  files: Files,
  target: Target,
): { readonly diagnostics: readonly Diagnostic[]; readonly lines: readonly SourceLine[] } {
  const own = assembleFiles(main, files, target.defines);
  const beside = (target.companions ? companionFiles(main, files) : []).map((file) => {
    return { file, assembly: assembleFiles(file, files, target.defines) };
  });
  const diagnostics: Diagnostic[] = [...own.diagnostics];
  for (const { assembly } of beside) addNew(diagnostics, assembly.diagnostics);
  if (diagnostics.some(isError)) return { diagnostics, lines: [] };
  const companions = beside.map(({ file, assembly }, domain) => ({ domain, file, lines: sourceLines(assembly) }));
  return { diagnostics, lines: linesOf({ lines: sourceLines(own), companions }) };
}

/** Adds to what is wrong what has not been said yet: files are included by several programs. */
function addNew(all: Diagnostic[], more: readonly Diagnostic[]): void {
  for (const one of more) if (!all.some((other) => isSame(one, other))) all.push(one);
}

/** What a strategy is given to build a computer with the program in it. */
export function setupOf(prepared: PreparedProgram, request: LoadRequest, strategy: Strategy): GuestSetup {
  const { image, companions, vmx } = prepared;
  return {
    memoryBytes: request.memoryMiB << 20,
    whatIf: request.whatIf,
    options: optionsOn(strategy, request.options),
    image,
    place: (memory) => {
      placeImage(image, memory);
      return image.entry;
    },
    ...(vmx && { vmx }),
    ...(companions.length > 0 && { companions: companions.map(({ id, prepared: of }) => ({ id, image: of.image })) }),
  };
}

const isError = ({ severity }: Diagnostic): boolean => severity === "error";

const isSame = (a: Diagnostic, b: Diagnostic): boolean =>
  a.file === b.file && a.line === b.line && a.column === b.column && a.message.en === b.message.en;

/** An error at a line of a header. */
function inHeader(file: string, source: string, line: number, message: Words, hint: Words): Diagnostic {
  const text = source.split(/\r?\n/)[line - 1] ?? "";
  return { severity: "error", file, line, column: 1, endColumn: text.length + 1, message, hint };
}

const NUMBERS: Words = {
  en: "Write `; domain 0: FILE` for the domain that drives the devices, 2 to 7 for further ones.",
  zh: "驱动设备的域写作 `; domain 0: 文件`，其余的域用 2 到 7。",
};

const FOUND: Words = {
  en: "A companion's file is looked for as an include is: beside this file, from the top folder, then in lib/.",
  zh: "同伴程序的文件与被包含的文件一样查找：先在本文件旁，再从顶层文件夹，最后在 lib/ 中。",
};

const noFile = ({ id, path }: CompanionLine): Words => ({
  en: `There is no file \`${path}\` for domain ${id}.`,
  zh: `没有供域 ${id} 使用的文件 \`${path}\`。`,
});

const ofCompanion = ({ id }: CompanionLine, file: string, { en, zh }: Words): Words => ({
  en: `Domain ${id} (${file}): ${en}`,
  zh: `域 ${id}（${file}）：${zh}`,
});
