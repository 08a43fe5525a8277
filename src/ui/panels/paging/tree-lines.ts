import type { EntryChange, PageRun, PageTree, PagingAnswer } from "../../../session/inspect/paging.ts";
import type { SideName } from "../../../session/inspect/side.ts";
import type { Shown } from "../facts/SideChoice.tsx";

/** A line of the list that shows one or two trees. */
export type TreeLine =
  | { readonly kind: "head"; readonly side: SideName; readonly tree: PageTree }
  | { readonly kind: "change"; readonly side: SideName; readonly change: EntryChange }
  | {
      readonly kind: "run";
      readonly side: SideName;
      readonly run: PageRun;
      /** 0: of the directory, 1: of a table. */
      readonly depth: 0 | 1;
      readonly open: boolean;
      /** What the last step changed of its first entry. */
      readonly before: number | null;
    };

/** The trees as lines, open tables with what is in them. Absent stretches are lines of their own in an open table. */
export function treeLines(answer: PagingAnswer, shown: Shown, open: ReadonlySet<string>): TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (side: SideName, tree: PageTree) => {
    lines.push({ kind: "head", side, tree });
    for (const change of tree.changes) lines.push({ kind: "change", side, change });
    const old = new Map(tree.changes.map((change) => [change.address, change.before]));
    const before = (run: PageRun) => (run.count === 1 ? (old.get(run.address) ?? null) : null);
    for (const run of tree.runs) {
      if (run.kind === "absent") continue;
      const isOpen = run.kind === "table" && open.has(`${side} ${run.index}`);
      lines.push({ kind: "run", side, run, depth: 0, open: isOpen, before: before(run) });
      if (!isOpen) continue;
      for (const page of run.pages ?? []) {
        lines.push({ kind: "run", side, run: page, depth: 1, open: false, before: before(page) });
      }
    }
  };
  if (answer.guest !== null && shown !== "physical") add("guest", answer.guest);
  if (answer.guest === null || shown !== "guest") add("physical", answer.physical);
  return lines;
}

/** The last linear address of a run. */
export function lastOf(run: PageRun, depth: 0 | 1): number {
  return (run.linear + run.count * (depth === 0 ? 0x400000 : 0x1000) - 1) >>> 0;
}
