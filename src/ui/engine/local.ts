import type { Words } from "../../isa/types.ts";
import { chooseFiles, type LocalFile, saveFile } from "../local/disk.ts";
import { judge, tooLarge } from "../local/judge.ts";
import { neededFiles } from "../programs/needed.ts";
import type { WaitingBinary } from "../store/documents.ts";
import { type BinaryPlace, textOf } from "../store/state.ts";
import { change } from "../store/store.ts";
import { changeFiles, check, isEditable } from "./editing.ts";
import type { Engine } from "./engine.ts";
import { goToFile } from "./files.ts";
import { offer } from "./leaving.ts";
import { openText } from "./texts.ts";

/** The archive's codec, fetched when first wanted. */
const archive = () => import("../local/zip.ts");

/** Where a file of a text is on the reader's disk, and how its lines end there. */
interface OnDisk {
  readonly handle: FileSystemFileHandle | null;
  readonly crlf: boolean;
}
const disks = new WeakMap<Engine, Map<string, OnDisk>>();

function diskOf(engine: Engine): Map<string, OnDisk> {
  const found = disks.get(engine) ?? new Map<string, OnDisk>();
  disks.set(engine, found);
  return found;
}

interface Source extends OnDisk {
  readonly name: string;
  readonly text: string;
}

/** Lets the reader choose local files and opens them. */
export async function openLocal(engine: Engine): Promise<void> {
  await openFiles(engine, await chooseFiles());
}

/** Opens files that were chosen or dropped: a program with what it includes, more files for the open one, or a binary. */
export async function openFiles(engine: Engine, files: readonly LocalFile[]): Promise<void> {
  if (files.length === 0) return;
  const refusals: { name: string; why: Words }[] = [];
  const sources: Source[] = [];
  let binary: WaitingBinary | null = null;
  const take = (name: string, bytes: Uint8Array, handle: FileSystemFileHandle | null): void => {
    const judged = judge(name, bytes);
    if (judged.kind === "refused") refusals.push({ name, why: judged.why });
    else if (judged.kind === "text") sources.push({ name, text: judged.text, handle, crlf: judged.crlf });
    else if (binary === null) binary = { name, bytes, looks: judged.looks, bootSector: judged.bootSector };
    else refusals.push({ name, why: ONE_BINARY });
  };
  for (const { file, handle } of files) {
    const large = tooLarge(file.name, file.size);
    if (large !== null) {
      refusals.push({ name: file.name, why: large });
      continue;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!/\.zip$/i.test(file.name)) {
      take(file.name, bytes, handle);
      continue;
    }
    const inside = (await archive()).unzipSources(bytes);
    if (inside === null || Object.keys(inside).length === 0) refusals.push({ name: file.name, why: NO_SOURCES });
    else for (const [name, text] of Object.entries(inside)) take(name, text, null);
  }
  const waiting = binary as WaitingBinary | null;
  if (waiting !== null && sources.length > 0) refusals.push({ name: waiting.name, why: ONE_BINARY });
  change(engine.store, (draft) => {
    draft.documents.refusals = refusals;
    if (waiting === null || sources.length > 0) return;
    draft.documents.binary = waiting;
    draft.dialog = "binary";
  });
  if (sources.length > 0) await openSources(engine, sources);
}

const ONE_BINARY: Words = {
  en: "A binary is opened alone. Open it again by itself.",
  zh: "二进制文件要单独打开。请再单独打开它。",
};
const NO_SOURCES: Words = {
  en: "It is no ZIP archive with .asm or .inc files in it, or one with more than 4 MiB of them.",
  zh: "它不是含有 .asm 或 .inc 文件的 ZIP 压缩包，或其中的源文件超过 4 MiB。",
};
const NOT_HERE: Words = {
  en: "A file to be included is added to the program that is open, and this one cannot be changed. Open a program of your own first.",
  zh: "被包含的文件会加入当前打开的程序，而这个程序不能修改。请先打开你自己的程序。",
};

async function openSources(engine: Engine, sources: readonly Source[]): Promise<void> {
  const byName = Object.fromEntries(sources.map(({ name, text }) => [name, text]));
  const mains = sources.filter(({ name }) => !/\.(inc|mac)$/i.test(name));
  if (mains.length === 0) return addSources(engine, sources);
  // The program is what no other file includes.
  const included = new Set(mains.flatMap(({ name }) => Object.keys(neededFiles(name, byName)).slice(1)));
  const main = mains.find(({ name }) => !included.has(name)) ?? mains[0]!;
  const { [main.name]: text = "", ...includes } = byName;
  const id = await openText(engine, { text, includes: sources.length === 1 ? null : includes, name: main.name });
  if (id === null) return;
  const mainNow = engine.state.document?.main ?? main.name;
  for (const source of sources) diskOf(engine).set(`${id}/${source === main ? mainNow : source.name}`, source);
}

/** Files for the program that is open; those of the same name are replaced. */
async function addSources(engine: Engine, sources: readonly Source[]): Promise<void> {
  const { document, work } = engine.state;
  if (document === null || !isEditable(engine.state)) {
    change(engine.store, (draft) => {
      draft.documents.refusals.push(...sources.map(({ name }) => ({ name, why: NOT_HERE })));
    });
    return;
  }
  // A file of the library's folder is known by its last name alone.
  const places = sources.map((source) => {
    const inLibrary = Object.keys(document.includes).find((path) => path.split("/").at(-1) === source.name);
    return { source, file: source.name in document.includes ? source.name : (inLibrary ?? source.name) };
  });
  const before = { ...document.includes };
  changeFiles(engine, (draft) => {
    for (const { source, file } of places) draft.includes[file] = source.text;
  });
  for (const { source, file } of places) diskOf(engine).set(`${work.programId}/${file}`, source);
  const { file } = places[0]!;
  goToFile(engine, file);
  if (places.some((place) => place.file in before)) {
    offer(engine, "replacedFiles", { file, count: places.length }, async () => {
      if (engine.state.document?.main !== document.main) return;
      changeFiles(engine, (draft) => {
        draft.includes = before;
      });
      await check(engine);
    });
  }
  await check(engine);
}

/** Opens the binary that waits, loaded as the reader said. */
export async function openBinary(engine: Engine, place: BinaryPlace): Promise<void> {
  const { binary } = engine.state.documents;
  change(engine.store, (draft) => {
    draft.documents.binary = null;
  });
  if (binary === null) return;
  await openText(engine, { text: "", includes: null, name: binary.name, binary: place }, binary.bytes);
}

export type SaveWhat = "file" | "all" | "image" | "listing";

/** Saves the file on view, all files as an archive, the image, or the listing, on the reader's disk. */
export async function saveLocal(engine: Engine, what: SaveWhat): Promise<void> {
  const { document, work, editorPlace } = engine.state;
  if (document === null) return;
  const stem = document.main.replace(/\.[^./]*$/, "");
  if (what === "file") {
    const file =
      editorPlace !== null && textOf(document, editorPlace.file) !== undefined ? editorPlace.file : document.main;
    const key = `${work.programId}/${file}`;
    const own = document.kind === "program" ? diskOf(engine).get(key) : undefined;
    const text = document.binary?.bytes ?? textOf(document, file) ?? "";
    const contents = typeof text === "string" && own?.crlf === true ? text.replaceAll("\n", "\r\n") : text;
    const handle = await save(engine, file, contents, own?.handle ?? null);
    if (handle !== null) diskOf(engine).set(key, { handle, crlf: own?.crlf ?? false });
    return;
  }
  if (what === "all") {
    const all = { ...document.includes, [document.main]: document.text };
    const own = Object.keys(document.includes).filter((name) => document.library[name] !== document.includes[name]);
    const files = { ...neededFiles(document.main, all), ...Object.fromEntries(own.map((name) => [name, all[name]!])) };
    await save(engine, `${stem}.zip`, (await archive()).zipFiles(files), null);
    return;
  }
  const request = engine.request();
  if (request === null) return;
  const made = await engine.ask((client) => client.api.assemble(request.program, request.strategy));
  if (made === undefined) return;
  if (!made.ok) {
    change(engine.store, (draft) => {
      draft.check.diagnostics = [...made.diagnostics];
      draft.documents.refusals = [{ name: `${stem}.${what === "image" ? "bin" : "lst"}`, why: NOT_ASSEMBLED }];
    });
    return;
  }
  if (what === "image") await save(engine, `${stem}.bin`, made.image, null);
  else await save(engine, `${stem}.lst`, made.listing, null);
}

const NOT_ASSEMBLED: Words = {
  en: "The program does not assemble, so there is nothing to save. The problems are listed below its text.",
  zh: "程序无法汇编，没有可保存的内容。问题列在程序文本下方。",
};

async function save(
  engine: Engine,
  name: string,
  contents: Uint8Array | string,
  handle: FileSystemFileHandle | null,
): Promise<FileSystemFileHandle | null> {
  const outcome = await saveFile(name, contents, handle);
  if (outcome !== null) offer(engine, outcome.kind, { file: outcome.name }, null);
  return outcome?.handle ?? null;
}
