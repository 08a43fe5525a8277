import { useEffect, useRef, useState } from "react";
import type { Answer, InspectionKind, Question } from "../../session/types.ts";
import type { State } from "../store/state.ts";
import { useUi } from "../store/store.ts";
import { useEngine } from "./context.ts";
import type { Engine } from "./engine.ts";

/** Least time between two questions while a guest runs, in milliseconds: some 8 a second. */
const RUNNING_MS = 125;

/** What an inspector has to show. */
export interface Inspection<K extends InspectionKind> {
  /** The newest answer; while `pending`, one to an earlier question or of an earlier moment. Null until there is one. */
  readonly answer: Answer<K> | null;
  /** The question that `answer` belongs to. */
  readonly asked: Question<K> | null;
  /** An answer for the present moment is on its way. */
  readonly pending: boolean;
}

/** The present moment as a word that changes whenever an inspector is to ask again; null where nothing can be asked. */
function momentOf({ run, work }: State): string | null {
  if (run.view === null || !["ready", "running", "walking"].includes(run.status)) return null;
  return `${work.strategy} ${run.logVersion} ${run.view.step}`;
}

/** Asks once; undefined if the worker cannot answer any more. */
export function inspectNow<K extends InspectionKind>(
  engine: Engine,
  question: Question<K>,
): Promise<Answer<K> | undefined> {
  return engine.ask((client) => client.api.inspect(question as Question) as Promise<Answer<K>>);
}

interface Kept<K extends InspectionKind> {
  readonly token: string;
  readonly asked: Question<K>;
  readonly answer: Answer<K>;
}

/**
 * Asks the session about its present moment, again whenever the question or the moment changes. Questions are plain data
 * and compared by content. Null asks nothing. One question is under way at a time; the newest wish wins.
 */
export function useInspection<K extends InspectionKind>(question: Question<K> | null): Inspection<K> {
  const engine = useEngine();
  const moment = useUi(momentOf);
  const key = question === null ? null : JSON.stringify(question);
  const token = key === null || moment === null ? null : `${moment} ${key}`;
  const [kept, setKept] = useState<Kept<K> | null>(null);
  const asker = useRef<Asker<K> | null>(null);
  useEffect(() => {
    const mine = new Asker<K>(engine, setKept);
    asker.current = mine;
    return () => mine.stop();
  }, [engine]);
  useEffect(() => {
    asker.current?.want(token, key);
  }, [token, key]);
  // After a load what was answered is of another run.
  const shown = moment === null || key === null ? null : kept;
  return {
    answer: shown?.answer ?? null,
    asked: shown?.asked ?? null,
    pending: token !== null && shown?.token !== token,
  };
}

/** Keeps one question under way at a time. */
class Asker<K extends InspectionKind> {
  private readonly engine: Engine;
  private readonly tell: (kept: Kept<K>) => void;
  private wanted: { readonly token: string; readonly key: string } | null = null;
  private busy = false;
  private stopped = false;
  private lastAsked = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(engine: Engine, tell: (kept: Kept<K>) => void) {
    this.engine = engine;
    this.tell = tell;
  }

  want(token: string | null, key: string | null): void {
    this.wanted = token === null || key === null ? null : { token, key };
    this.pump();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private pump(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.busy || this.stopped || this.wanted === null) return;
    const running = this.engine.state.run.status !== "ready";
    const wait = running ? this.lastAsked + RUNNING_MS - performance.now() : 0;
    if (wait > 0) this.timer = setTimeout(() => this.pump(), wait);
    else void this.ask();
  }

  private async ask(): Promise<void> {
    const { engine, wanted } = this;
    if (wanted === null) return;
    this.busy = true;
    this.lastAsked = performance.now();
    const { generation } = engine;
    const asked = JSON.parse(wanted.key) as Question<K>;
    const answer = await inspectNow<K>(engine, asked);
    this.busy = false;
    if (this.stopped) return;
    const current = generation === engine.generation && answer !== undefined;
    const still = wanted.token === this.wanted?.token;
    // While a guest runs every answer is a little old: better shown than none.
    if (current && (still || engine.state.run.status !== "ready")) this.tell({ token: wanted.token, asked, answer });
    if (!still) this.pump();
  }
}
