import { CR0_PG } from "../../cpu/registers.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";

/** A linear page that has been translated from, where it lies, and the tables that say so. */
export interface CodePage {
  /** Linear page number. */
  readonly linear: number;
  /** Translated for CPL 3, which needs the user bit. */
  readonly user: boolean;
  /** Guest-physical page number. */
  readonly physical: number;
  /** Guest-physical page numbers of the directory and the table that map it. */
  readonly tables: readonly number[];
}

/**
 * The mapping of the guest's code as its page tables had it when it was translated. Tables and code are traced, so that
 * the VMM sees what makes a unit wrong: another mapping, or other bytes.
 */
export class CodePages {
  private readonly vcpu: VirtualCpu;
  private pages = new Map<number, CodePage>();
  private traced = new Set<number>();
  /** CR0, CR3 and CR4 under which the pages were last looked at; a table that was written makes them look again. */
  private seen = "";

  constructor(vcpu: VirtualCpu) {
    this.vcpu = vcpu;
  }

  traces(page: number): boolean {
    return this.traced.has(page);
  }

  /** A traced page has been written: if it is a table, the mapping has to be looked at again. */
  written(page: number): void {
    for (const { tables } of this.pages.values()) if (tables.includes(page)) this.seen = "";
  }

  /** Takes note of a page that is translated from now. Returns the pages to be traced that were not. */
  add(linear: number, user: boolean): readonly number[] {
    const page = this.look(linear, user);
    if (page === null) return [];
    this.pages.set(key(linear, user), page);
    return this.retrace();
  }

  /**
   * Looks at the mapping again if it may have changed. Returns the linear pages (with their old place) that now lie
   * elsewhere or nowhere, which are forgotten, and the pages to be traced that were not.
   */
  verify(): { readonly gone: readonly CodePage[]; readonly trace: readonly number[] } {
    const { cr0, cr3, cr4 } = this.vcpu.state;
    const now = `${cr0 & CR0_PG}:${(cr0 & CR0_PG) !== 0 ? cr3 : 0}:${cr4}`;
    if (now === this.seen) return NOTHING;
    this.seen = now;
    const gone: CodePage[] = [];
    for (const [at, page] of this.pages) {
      const present = this.look(page.linear, page.user);
      if (present === null || present.physical !== page.physical) {
        gone.push(page);
        this.pages.delete(at);
      } else this.pages.set(at, present);
    }
    return { gone, trace: this.retrace() };
  }

  private look(linear: number, user: boolean): CodePage | null {
    const { state } = this.vcpu;
    const walk = this.vcpu.translate((linear * 4096) >>> 0, "execute", user, false);
    if (!walk.ok) return null;
    const tables: number[] = [];
    if ((state.cr0 & CR0_PG) !== 0) {
      tables.push((state.cr3 >>> 12) as number);
      if (!walk.large) tables.push(walk.pde >>> 12);
    }
    return { linear, user, physical: walk.physical >>> 12, tables };
  }

  /** Makes the set of traced pages anew. Returns what has come in. */
  private retrace(): readonly number[] {
    const before = this.traced;
    this.traced = new Set();
    for (const { physical, tables } of this.pages.values()) {
      this.traced.add(physical);
      for (const table of tables) this.traced.add(table);
    }
    return [...this.traced].filter((page) => !before.has(page));
  }

  clear(): void {
    this.pages.clear();
    this.traced.clear();
    this.seen = "";
  }

  get tracedPages(): Iterable<number> {
    return this.traced;
  }

  get all(): readonly CodePage[] {
    return [...this.pages.values()];
  }

  save(): CodePagesState {
    return { pages: [...this.pages.values()], seen: this.seen };
  }

  load(saved: CodePagesState): void {
    this.pages = new Map(saved.pages.map((page) => [key(page.linear, page.user), page]));
    this.seen = saved.seen;
    this.traced.clear();
    this.retrace();
  }
}

export interface CodePagesState {
  readonly pages: readonly CodePage[];
  readonly seen: string;
}

const NOTHING = { gone: [], trace: [] } as const;
const key = (linear: number, user: boolean) => linear * 2 + (user ? 1 : 0);
