import { castDraft } from "immer";
import type { Words } from "../../isa/types.ts";
import type { StrategyId } from "../../session/types.ts";
import type { LinkProgram, LinkRecord } from "../../share/record.ts";
import { neededFiles } from "../programs/needed.ts";
import { initialCompare, isIdle, isStale, type OpenDocument } from "../store/state.ts";
import { change } from "../store/store.ts";
import { freshId } from "../store/texts.ts";
import { openProgram } from "./documents.ts";
import type { Engine } from "./engine.ts";
import { leaving, offerBack } from "./leaving.ts";
import { fromLink, toLink, watchesFromLink } from "./link-breakpoints.ts";
import { load, seek } from "./run.ts";

/** The codec, fetched when a link is first made or opened. */
const codec = () => import("../../share/link.ts");

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function programOf(document: OpenDocument): LinkProgram {
  const { binary } = document;
  if (binary === null) {
    const all = { ...document.includes, [document.main]: document.text };
    return { kind: "source", main: document.main, files: neededFiles(document.main, all) };
  }
  return binary.kind === "flat"
    ? { kind: "flat", image: toBase64(binary.bytes), at: binary.at, entry: binary.entry }
    : { kind: "multiboot", image: toBase64(binary.bytes) };
}

/** Whether a program and what it includes are as the library has them. */
function isLibrary({ kind, text, original, includes, library }: OpenDocument): boolean {
  return (
    kind === "program" && text === original && Object.entries(includes).every(([path, of]) => library[path] === of)
  );
}

/**
 * A link to what is on the screen: the run's program at this very moment. With `edited`, the text as it stands in the
 * editor: where that is not the run's, the link is to its beginning. With `named`, a program of the library that is as
 * the page has it is named instead of carried: such a link is short, but is good only while the page has it so. Null if there is nothing to link to now. Throws
 * `LinkError` if the program is too large.
 */
export async function makeLink(engine: Engine, edited = false, named = false): Promise<string | null> {
  const { document, work, run } = engine.state;
  const here = run.view !== null && isIdle(engine.state) && !(edited && isStale(engine.state));
  if (document === null || !(here || edited)) return null;
  const digest = here ? await engine.ask((client) => client.api.digest()) : null;
  const inputs = here ? await engine.ask((client) => client.api.inputs()) : document.inputs;
  if (digest === undefined || inputs === undefined) return null;
  const { encodeLink } = await codec();
  // The link is of the run that is on the screen, which was assembled from this text.
  const { [document.main]: text = document.text, ...includes } = run.loadedFiles ?? {};
  const shown = !here ? document : { ...document, text, includes: { ...document.includes, ...includes } };
  const record: LinkRecord = {
    program: named && isLibrary(shown) ? { kind: "builtin", path: shown.main } : programOf(shown),
    strategy: work.strategy,
    memoryMiB: work.memoryMiB,
    whatIf: [...work.whatIf],
    ...optionsToLink(engine),
    inputs: inputs.map(({ tick, event }) => ({ tick, event: { ...event } })),
    breakpoints: work.breakpoints.map(toLink),
    ...(work.watches.length === 0
      ? {}
      : { watches: work.watches.map(({ expression, format }) => ({ expression, format })) }),
    moment: digest === null || run.view === null ? null : { step: run.view.step, digest },
  };
  return engine.around.fragment.base() + encodeLink(record);
}

/** Makes a link to this very moment, copies it, and shows it. */
export async function shareMoment(engine: Engine): Promise<void> {
  const made = await linkToShare(engine);
  if (made === null) return;
  const copied = await engine.around.copy(made);
  change(engine.store, (draft) => {
    draft.link.copied = copied;
    draft.sharing.tab = "link";
    draft.dialog = "share";
  });
}

/** Opens the share dialog at what can be exported. */
export function shareFiles(engine: Engine): void {
  change(engine.store, (draft) => {
    draft.link.made = null;
    draft.link.copied = false;
    draft.link.problem = null;
    draft.sharing.tab = "export";
    draft.dialog = "share";
  });
}

/** Makes the link that the share dialog shows, unless it is there. */
export async function ensureLink(engine: Engine): Promise<void> {
  if (engine.state.link.made === null) await linkToShare(engine);
}

/** Makes a link to this very moment and keeps it, or why there can be none. */
async function linkToShare(engine: Engine): Promise<string | null> {
  const { LinkError } = await codec();
  try {
    const made = await makeLink(engine);
    change(engine.store, (draft) => {
      draft.link.made = made;
      draft.link.problem = null;
    });
    return made;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    change(engine.store, (draft) => {
      draft.link.problem = error.words;
    });
    return null;
  }
}

/** The strategy's switches that are on, as a link carries them. */
function optionsToLink({ state: { facts, work } }: Engine): Pick<LinkRecord, "options"> {
  const on = work.options[work.strategy] ?? [];
  const options = (facts?.strategies.find(({ id }) => id === work.strategy)?.options ?? [])
    .map(({ id }) => id)
    .filter((id) => on.includes(id));
  return options.length === 0 ? {} : { options };
}

/** What a link asks of its strategy that this version does not have. */
function passedOver({ state: { facts } }: Engine, { strategy, options = [] }: LinkRecord): Words | null {
  const known = facts?.strategies.find(({ id }) => id === strategy)?.options ?? [];
  const strange = options.filter((option) => !known.some(({ id }) => id === option)).join(", ");
  if (strange === "") return null;
  return {
    en: `The link asks for options that this version of the page does not have, and which it passes over: ${strange}.`,
    zh: `链接要求了此版本页面没有的选项，已略过：${strange}。`,
  };
}

async function documentOf(program: LinkProgram, engine: Engine): Promise<OpenDocument | null> {
  const nothing = { kind: "link", original: null, includes: {}, library: {}, inputs: [], binary: null } as const;
  switch (program.kind) {
    case "source": {
      const { [program.main]: text = "", ...includes } = program.files;
      return { ...nothing, main: program.main, text, includes };
    }
    case "builtin": {
      const { library } = engine;
      const found = library?.programs.find((candidate) => candidate.path === program.path);
      if (library === null || found === undefined) return null;
      const text = await library.source(found.path);
      const includes = await library.includes(found.path, [text]);
      return { ...nothing, main: found.path, text, includes };
    }
    case "flat": {
      const binary = { kind: "flat", bytes: fromBase64(program.image), at: program.at, entry: program.entry } as const;
      return { ...nothing, main: "image.bin", text: "", binary };
    }
    case "multiboot":
      return {
        ...nothing,
        main: "image.elf",
        text: "",
        binary: { kind: "multiboot", bytes: fromBase64(program.image) },
      };
  }
}

/**
 * Opens what the address bar's fragment carries, if it carries a link. The reader's own work is put aside, not
 * touched, and comes back with `backToOwn`. Answers whether a shared moment is open now.
 */
export async function openFragment(engine: Engine): Promise<boolean> {
  const fragment = engine.around.fragment.get();
  if (fragment.length <= 1) return false;
  const { decodeLink } = await codec();
  const decoded = decodeLink(fragment);
  const refuse = (words: { readonly en: string; readonly zh: string }): false => {
    engine.around.fragment.clear();
    change(engine.store, (draft) => {
      draft.link.problem = words;
    });
    return false;
  };
  if (!decoded.ok) return refuse(decoded.words);
  const { record } = decoded;
  const document = await documentOf(record.program, engine);
  const known = engine.state.facts?.strategies.some((strategy) => strategy.id === record.strategy) ?? false;
  if (document === null || !known) {
    return refuse({
      en: "The link asks for a program or a strategy that this version of the page does not have. Reload the page and open it again.",
      zh: "链接所用的程序或策略在此版本的页面中不存在。请刷新页面后再次打开。",
    });
  }
  const left = await leaving(engine);
  if (left === "stay") {
    engine.around.fragment.clear();
    return false;
  }
  // Within another page there is no work of the reader's own to be kept apart: the text may be changed at once.
  const embedded = engine.state.sharing.embed !== null && document.binary === null;
  const id = freshId({}, "copy");
  if (!embedded) engine.ownWork ??= engine.state.work;
  change(engine.store, (draft) => {
    if (embedded) draft.drafts[id] = { text: document.text, includes: { ...document.includes } };
    draft.work = {
      programId: embedded ? id : draft.work.programId,
      strategy: record.strategy as StrategyId,
      memoryMiB: record.memoryMiB,
      whatIf: [...record.whatIf],
      options: { ...draft.work.options, [record.strategy]: [...(record.options ?? [])] },
      breakpoints: castDraft(fromLink(record.breakpoints)),
      watches: watchesFromLink(record.watches),
    };
    draft.document = castDraft({ ...document, kind: embedded ? "program" : "link", inputs: record.inputs });
    draft.editorPlace = null;
    draft.check = { diagnostics: [], lines: [] };
    draft.compare = castDraft(initialCompare);
    draft.link = {
      passedOver: passedOver(engine, record),
      problem: null,
      outcome: null,
      made: null,
      copied: false,
    };
    draft.dialog = null;
    if (draft.panel === "lesson") draft.panel = "stage";
  });
  offerBack(engine, left, "left");
  if (await load(engine)) await land(engine, record.moment);
  return true;
}

/** Goes to the step that the link names and compares the state there with the link's digest. */
async function land(engine: Engine, moment: LinkRecord["moment"]): Promise<void> {
  if (moment === null) return;
  await seek(engine, moment.step);
  if (!isIdle(engine.state) || engine.state.run.cause === "cancelled") return;
  const digest = await engine.ask((client) => client.api.digest());
  if (digest === undefined) return;
  const same = digest === moment.digest && engine.state.run.view?.step === moment.step;
  change(engine.store, (draft) => {
    draft.link.outcome = same ? "verified" : "mismatch";
  });
}

/** Opens the page: what a link carries, or else the reader's own work. */
export async function boot(engine: Engine): Promise<void> {
  // Both are fetched at once; either may fail (a page that is open while its server goes away).
  const loading = engine.around.loadLibrary().catch((error: unknown) => engine.crashed(error));
  const facts = await engine.ask((client) => client.api.facts());
  const library = await loading;
  if (facts === undefined || library === undefined) return;
  engine.library = library;
  change(engine.store, (draft) => {
    draft.facts = castDraft(facts);
  });
  const own = engine.sane(engine.state.work);
  change(engine.store, (draft) => {
    draft.work = castDraft({ ...own });
  });
  if (!(await openFragment(engine))) await openProgram(engine, own.programId, own);
}

/** After a crash: a new worker, and the same source from its beginning. */
export async function recover(engine: Engine): Promise<void> {
  if (engine.state.document === null) await boot(engine);
  else await load(engine);
}
