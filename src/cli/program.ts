import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseProgramHeader } from "../session/program-header.ts";
import { type Gathered, gatherSources, looksLikeMultiboot } from "../session/tools.ts";
import type { ProgramSpec, TimedInput } from "../session/types.ts";
import { oneOf } from "./choices.ts";
import { BadInput } from "./errors.ts";
import { decodeText, readInclude, readInput } from "./files.ts";
import type { Io } from "./io.ts";
import { address } from "./numbers.ts";

/** Where programs are loaded unless they say otherwise. */
export const DEFAULT_ORIGIN = 0x100000;
/** The programs that come with Ringside. */
export const PROGRAMS = fileURLToPath(new URL("../../programs", import.meta.url));
export const FORMATS = ["source", "flat", "multiboot"] as const;
/** Folders above the source that its includes may reach with `..`. */
const MOST_PARENTS = 8;

export interface ProgramOptions {
  readonly format?: string;
  readonly at?: string;
  readonly entry?: string;
}

/** A program as a person named it, ready for a session. */
export interface OpenedProgram {
  readonly spec: ProgramSpec;
  /** As the person knows it. */
  readonly name: string;
  /** Inputs that the program's header asks for. */
  readonly inputs: readonly TimedInput[];
  /** The name of a source file, as a session has it, to the path that a person can open. */
  readonly shownPath: (file: string) => string;
}

/** Reads FILE, judges its format, and for a source finds what it includes when it is assembled with `defines`. */
export function openProgram(
  path: string,
  options: ProgramOptions,
  io: Io,
  defines: readonly string[] = [],
): OpenedProgram {
  const format = options.format === undefined ? null : oneOf(options.format, FORMATS, "--format", "a format");
  const bytes = readInput(path, io);
  const name = path === "-" ? "standard input" : path;
  const kind = format ?? (looksBinary(path, bytes) ? "multiboot" : "source");
  if (kind !== "flat" && (options.at !== undefined || options.entry !== undefined)) {
    const option = options.at !== undefined ? "--at" : "--entry";
    throw new BadInput(
      `${option} goes with --format flat; a ${kind === "source" ? "source states ORG and start" : "Multiboot image states its own addresses"}`,
    );
  }
  if (kind === "source") return openSource(path, bytes, name, defines);
  const inputs: readonly TimedInput[] = [];
  const shownPath = (file: string) => file;
  if (kind === "multiboot") return { spec: { kind, bytes }, name, inputs, shownPath };
  const at = options.at === undefined ? DEFAULT_ORIGIN : address(options.at, "--at");
  const entry = options.entry === undefined ? at : address(options.entry, "--entry");
  return { spec: { kind, bytes, at, entry }, name, inputs, shownPath };
}

/** Without --format: a Multiboot image, if it begins as one and is not named as a source. */
function looksBinary(path: string, bytes: Uint8Array): boolean {
  return !/\.(?:asm|inc|s|nasm)$/i.test(path) && looksLikeMultiboot(bytes);
}

function openSource(path: string, bytes: Uint8Array, name: string, defines: readonly string[]): OpenedProgram {
  const text = decodeText(bytes, name, "for a binary give --format flat or --format multiboot");
  const { main, root, files, assembly } = gather(path, text, defines);
  if (assembly.ok && assembly.bytes.length === 0) {
    throw new BadInput(`${name}: the source gives no bytes; write at least one instruction`);
  }
  return {
    spec: { kind: "source", main, files },
    name,
    inputs: parseProgramHeader(text).program.inputs,
    shownPath: (file) => (file === main ? name : shown(join(root, file), file)),
  };
}

/** A source and its includes, under names relative to one folder that holds them all. */
export interface GatheredSource extends Gathered {
  readonly main: string;
  /** The folder to which the names are relative. */
  readonly root: string;
}

/**
 * Finds what a source includes: beside the file, from the folder of programs if it lies in there, in its lib/, and last
 * among the programs that come with Ringside.
 */
export function gather(path: string, text: string, defines: readonly string[] = []): GatheredSource {
  const file = path === "-" ? resolve("stdin.asm") : resolve(path);
  let root = isInside(file, PROGRAMS) ? PROGRAMS : dirname(file);
  for (let parents = 0; ; parents++) {
    const folder = root;
    const main = relative(folder, file).split(sep).join("/");
    const read = (name: string) => readInclude(join(folder, name)) ?? readInclude(join(PROGRAMS, name));
    const gathered = gatherSources(main === "" ? basename(file) : main, text, read, defines);
    const parent = dirname(root);
    const complete = gathered.assembly.ok && gathered.missing.length === 0;
    if (complete || parents >= MOST_PARENTS || parent === root || !reachesOut(gathered)) {
      return { ...gathered, main, root };
    }
    root = parent;
  }
}

/** Whether a file is named by `..`, which may lead out of the folder that names are relative to. */
function reachesOut({ files }: Gathered): boolean {
  return Object.values(files).some((text) =>
    /^(?:[ \t]*%include[ \t]+["'`]?[^"'`\n]*|; domain \d: .*)\.\.\//im.test(text),
  );
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}

/** A path as it is shortest from here, or the name itself if there is no such file (standard input). */
export function shown(path: string, name: string): string {
  if (!existsSync(path)) {
    const library = join(PROGRAMS, name);
    return existsSync(library) ? shown(library, name) : name;
  }
  const near = relative(process.cwd(), path);
  return near.startsWith(`..${sep}..`) || near === "" ? path : near;
}
