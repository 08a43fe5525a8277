import { castDraft } from "immer";
import type { StrategyId } from "../../session/types.ts";
import { change } from "../store/store.ts";
import { configure } from "./documents.ts";
import type { Engine } from "./engine.ts";
import { seek } from "./run.ts";

/** The two strategies of a comparison: the reference, and the chosen one or else the first that is another. */
function sides(engine: Engine): { readonly left: StrategyId; readonly right: StrategyId } | null {
  const { facts, work } = engine.state;
  if (facts === null) return null;
  const candidates = [work.strategy, ...facts.strategies.map((fact) => fact.id)];
  const right = candidates.find((id) => id !== facts.reference);
  return right === undefined ? null : { left: facts.reference, right };
}

/**
 * Runs the program bare and under its strategy, side by side, under the given rules. What was found before
 * stays on view until the new result is there.
 */
export async function compare(engine: Engine, whatIf: readonly string[] = engine.state.work.whatIf): Promise<void> {
  const pair = sides(engine);
  const leftRequest = pair === null ? null : engine.request({ strategy: pair.left, whatIf });
  const rightRequest = pair === null ? null : engine.request({ strategy: pair.right, whatIf });
  if (leftRequest === null || rightRequest === null || engine.state.compare.status === "running") return;
  change(engine.store, (draft) => {
    Object.assign(draft.compare, { open: true, status: "running", progress: 0, problem: null, whatIf: [...whatIf] });
  });
  const generation = engine.generation;
  const outcome = await engine.ask((client) =>
    client.compare(leftRequest, rightRequest, (fraction) => {
      change(engine.store, (draft) => {
        draft.compare.progress = fraction;
      });
    }),
  );
  if (outcome === undefined || generation !== engine.generation) {
    change(engine.store, (draft) => {
      if (draft.compare.status === "running") draft.compare.status = "idle";
    });
    return;
  }
  change(engine.store, (draft) => {
    if (outcome.ok) {
      draft.compare.status = "done";
      draft.compare.reply = castDraft(outcome.reply);
    } else if ("cancelled" in outcome) {
      draft.compare.status = "idle";
      draft.compare.open = draft.compare.reply !== null;
    } else {
      draft.compare.status = "failed";
      draft.compare.reply = null;
      draft.compare.problem = outcome.problem;
      draft.check.diagnostics = [...outcome.diagnostics];
    }
  });
}

export function closeCompare(engine: Engine): void {
  change(engine.store, (draft) => {
    draft.compare.open = false;
  });
}

/** Leaves the comparison for the workbench, at the moment of the difference in one of the two runs. */
export async function goToDifference(engine: Engine, side: "left" | "right"): Promise<void> {
  const difference = engine.state.compare.reply?.comparison.difference;
  if (difference) await goToStep(engine, side, side === "left" ? difference.leftStep : difference.rightStep);
}

/** Leaves the comparison for the workbench, at a step of one of the two runs. */
export async function goToStep(engine: Engine, side: "left" | "right", step: number): Promise<void> {
  const { reply, whatIf } = engine.state.compare;
  if (reply === null) return;
  const kept = engine.state.compare;
  const strategy = side === "left" ? reply.comparison.left : reply.comparison.right;
  if (!(await configure(engine, { strategy, whatIf: [...whatIf] }))) return;
  // The result stays at hand: the reader can go back to it.
  change(engine.store, (draft) => {
    draft.compare = castDraft({ ...kept, open: false });
    if (draft.panel === "lesson") draft.panel = "stage";
  });
  await seek(engine, step);
}
