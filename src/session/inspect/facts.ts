import type { Words } from "../../isa/types.ts";
import type { Fact, FactGroup } from "../../machine/describe.ts";

/** A fact, with what it was one step ago where the last step changed it. */
export interface FactNow extends Fact {
  readonly before?: string;
}

/** A fact of the guest's beside the real one; either may be missing. */
export interface FactRow {
  readonly key: string;
  readonly name: Words;
  readonly physical: FactNow | null;
  readonly guest: FactNow | null;
  readonly differs: boolean;
}

export interface FactTable {
  readonly key: string;
  readonly title: Words;
  readonly rows: readonly FactRow[];
}

/** Marks in `now` what was otherwise in `before`; facts are matched by group and key. */
export function withChanges(now: readonly Fact[], before: readonly Fact[] | undefined): FactNow[] {
  const old = new Map((before ?? []).map((fact) => [fact.key, fact.value]));
  return now.map((fact) => {
    const was = old.get(fact.key);
    return was === undefined || was === fact.value ? fact : { ...fact, before: was };
  });
}

interface Groups {
  readonly physical: readonly FactGroup[];
  readonly guest: readonly FactGroup[] | null;
}

/** The same groups of both sides beside each other, with what the last step changed. */
export function besideEachOther(now: Groups, before: Groups | null): FactTable[] {
  return now.physical.map((group, i) => {
    const theirs = now.guest?.[i];
    const real = withChanges(group.rows, before?.physical[i]?.rows);
    const virtual = theirs && withChanges(theirs.rows, before?.guest?.[i]?.rows);
    const rows = real.map((fact): FactRow => {
      const other = virtual?.find(({ key }) => key === fact.key) ?? null;
      const differs = other !== null && other.value !== fact.value;
      return { key: fact.key, name: fact.name, physical: fact, guest: other, differs };
    });
    return { key: group.key, title: group.title, rows };
  });
}
