import { Session } from "../../../src/session/session.ts";
import type { Answer, InspectionKind, Question, StrategyId } from "../../../src/session/types.ts";
import { programFiles } from "../../programs/library.ts";

const MANY = 1_000_000;

/** A session with a program of the library, or with a source of one's own. */
export function open(program: string, strategy: StrategyId, source?: string): Session {
  const files = source === undefined ? programFiles : { ...programFiles, [program]: source };
  const session = new Session();
  const result = session.load({
    program: { kind: "source", main: program, files },
    strategy,
    memoryMiB: 16,
    whatIf: [],
    inputs: [],
  });
  if (!result.ok) throw new Error(result.problem.en);
  return session;
}

export function seek(session: Session, step: number): void {
  session.begin({ kind: "seek", step });
  while (!session.advance(MANY).done);
}

/** Runs to a label of the program. */
export function toLabel(session: Session, name: string): void {
  session.begin({ kind: "run", direction: "forward", until: { kind: "label", name }, maxSteps: MANY });
  while (!session.advance(MANY).done);
}

/** Asks, and holds that asking has changed nothing. */
export function ask<K extends InspectionKind>(session: Session, question: Question<K>): Answer<K> {
  const before = [session.view().step, session.digest(), session.view().lastStep];
  const answer = session.inspect(question);
  const after = [session.view().step, session.digest(), session.view().lastStep];
  if (after.join() !== before.join())
    throw new Error(`asking for ${question.kind} changed the run: ${before} ${after}`);
  return answer;
}
