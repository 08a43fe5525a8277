import { ATTR_DB, type CpuState, CS, SS } from "../../cpu/state.ts";
import type { CodeContext } from "./translator.ts";

/** Different contexts that are kept; with one more the cache begins anew. */
const MAX_CONTEXTS = 64;

/** What units have been translated for: a code segment and a ring. Near jumps never leave one, so chains stay inside. */
export class Contexts {
  private list: CodeContext[] = [];

  get(index: number): CodeContext {
    return this.list[index]!;
  }

  get count(): number {
    return this.list.length;
  }

  /** The number of the guest's present context, or -1 if there is no room for another. */
  of({ base, limit, attr, cpl }: CpuState): number {
    const now: CodeContext = {
      base: base[CS]!,
      limit: limit[CS]! >>> 0,
      cpl,
      bigCode: (attr[CS]! & ATTR_DB) !== 0,
      bigStack: (attr[SS]! & ATTR_DB) !== 0,
    };
    const known = this.list.findIndex(
      (other) =>
        other.base === now.base &&
        other.limit === now.limit &&
        other.cpl === now.cpl &&
        other.bigCode === now.bigCode &&
        other.bigStack === now.bigStack,
    );
    if (known >= 0) return known;
    if (this.list.length === MAX_CONTEXTS) return -1;
    this.list.push(now);
    return this.list.length - 1;
  }

  clear(): void {
    this.list = [];
  }

  save(): readonly CodeContext[] {
    return this.list.slice();
  }

  load(saved: readonly CodeContext[]): void {
    this.list = saved.slice();
  }
}
