import { castDraft } from "immer";
import type { LoadRequest } from "../../session/types.ts";
import type { Client } from "../../worker/client.ts";
import type { Library } from "../programs/library.ts";
import { initialRun, initialWork, type State, type Work } from "../store/state.ts";
import { change, type UiStore } from "../store/store.ts";

/** What the engine is built on; tests put their own in. */
export interface Surroundings {
  readonly store: UiStore;
  startClient(onCrash: (message: string) => void): Client;
  loadLibrary(): Promise<Library>;
  /** The address bar's fragment, with the `#`, and a way to take it off. */
  readonly fragment: { get(): string; clear(): void; base(): string };
  copy(text: string): Promise<boolean>;
  /** Where bytes of binaries are kept from one visit to the next. */
  readonly binaries: BinaryShelf;
}

/** Keeps the bytes of the reader's binaries, which are too large for the rest of their work. */
export interface BinaryShelf {
  read(id: string): Uint8Array | null;
  /** Answers whether there was room. */
  write(id: string, bytes: Uint8Array): boolean;
  remove(id: string): void;
}

/** How many steps one run goes at most before it asks to be continued. */
export const RUN_BUDGET = 20_000_000;

/**
 * The hands of the page: holds the worker and the programs, and carries out what the actions ask for. The state that
 * panels show is in the store; this has only what is under way.
 */
export class Engine {
  readonly store: UiStore;
  readonly around: Surroundings;
  library: Library | null = null;
  /** The reader's own work while a shared moment is open, else null. */
  ownWork: Work | null = null;
  /** The step that a drag of the timeline wants; the newest wins. */
  wantedStep: number | null = null;
  /** The run is one that was left and had again: it stays on its text, even before its first step. */
  runIsPast = false;
  /** A command is on its way; the page says so only when it takes a while. */
  commanding = false;
  /** Grows with every program that is asked for. */
  opening = 0;
  /** Grows with every load: an answer to an older question is dropped. */
  generation = 0;
  private connection: Client | null = null;
  /** Ends the waiting of each question that is under way. */
  private readonly unanswered = new Set<() => void>();
  private readonly binaries = new Map<string, Uint8Array>();

  constructor(around: Surroundings) {
    this.around = around;
    this.store = around.store;
  }

  get state(): State {
    return this.store.getState();
  }

  /** The worker; started when first wanted, and again after a crash. */
  get client(): Client {
    this.connection ??= this.around.startClient((message) => this.crashed(message));
    return this.connection;
  }

  /** The bytes of a binary of the reader's own; null if the browser had no room to keep them. */
  binaryOf(id: string): Uint8Array | null {
    const bytes = this.binaries.get(id) ?? this.around.binaries.read(id);
    if (bytes !== null) this.binaries.set(id, bytes);
    return bytes;
  }

  /** Keeps the bytes of a binary, at least until the page is left. */
  keepBinary(id: string, bytes: Uint8Array): void {
    this.binaries.set(id, bytes);
    if (this.around.binaries.write(id, bytes)) return;
    change(this.store, (draft) => {
      draft.documents.saving = "full";
    });
  }

  dropBinary(id: string): void {
    this.binaries.delete(id);
    this.around.binaries.remove(id);
  }

  /** The work to be kept in the browser. */
  workToKeep(): Work {
    return this.ownWork ?? this.state.work;
  }

  /**
   * The worker died, or the session threw: say so, and throw the worker away. The source is in the store and in the
   * browser's storage, and `reload` starts afresh from it.
   */
  crashed(reason: unknown): void {
    const message = reason instanceof Error ? reason.message : String(reason);
    this.dropWorker();
    change(this.store, (draft) => {
      draft.run = castDraft({ ...initialRun, status: "crashed", crash: message });
      if (draft.compare.status === "running") draft.compare.status = "idle";
    });
  }

  /** Ends the worker, whatever it is doing; the next question starts another. Questions under way get no answer. */
  dropWorker(): void {
    this.connection?.terminate();
    this.connection = null;
    this.generation++;
    this.wantedStep = null;
    for (const giveUp of this.unanswered) giveUp();
    this.unanswered.clear();
  }

  /** Asks the worker; a failure is a crash. The answer is then undefined, and also when the worker is gone meanwhile. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T | undefined> {
    const asked = this.generation;
    let giveUp: () => void = () => {};
    const gone = new Promise<undefined>((resolve) => {
      giveUp = () => resolve(undefined);
    });
    this.unanswered.add(giveUp);
    try {
      return await Promise.race([question(this.client), gone]);
    } catch (error) {
      if (asked === this.generation) this.crashed(error);
      return undefined;
    } finally {
      this.unanswered.delete(giveUp);
    }
  }

  /** What the session is to load for the document that is open. */
  request(overrides: Partial<Pick<LoadRequest, "strategy" | "whatIf">> = {}): LoadRequest | null {
    const { document, work } = this.state;
    if (document === null) return null;
    const strategy = overrides.strategy ?? work.strategy;
    return {
      program: document.binary ?? {
        kind: "source",
        main: document.main,
        files: { ...document.includes, [document.main]: document.text },
      },
      strategy,
      memoryMiB: work.memoryMiB,
      whatIf: overrides.whatIf ?? work.whatIf,
      options: work.options[strategy] ?? [],
      inputs: document.inputs,
    };
  }

  /** Work whose strategy or program this version does not know is replaced by the beginning's. */
  sane(work: Work): Work {
    const { facts, drafts } = this.state;
    const strategy = facts?.strategies.some((s) => s.id === work.strategy) ? work.strategy : initialWork.strategy;
    const draft = drafts[work.programId];
    const known =
      this.library?.find(work.programId) !== undefined ||
      (draft !== undefined && (draft.binary === undefined || this.binaryOf(work.programId) !== null));
    return { ...work, strategy, programId: known ? work.programId : initialWork.programId };
  }
}
