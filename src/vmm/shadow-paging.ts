import type { Cpu } from "../cpu/cpu.ts";
import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_PRESENT, PAGE_USER, PAGE_WRITABLE } from "../cpu/paging.ts";
import { CR0_PG, CR0_WP, CR4_PSE } from "../cpu/registers.ts";
import { type Memory, PAGE_SIZE } from "../machine/memory.ts";

/** What a page fault of the guest turned out to be. */
export type FaultKind =
  /** The guest's own tables forbid it: it is the guest's fault. */
  | "true"
  /** The shadow had not been filled, or not for this kind of access; now it is. */
  | "hidden"
  /** A write to a page that the VMM traces: to be emulated. */
  | "trace"
  /** No memory there (beyond the guest's RAM, or the VMM's own range): to be emulated. */
  | "absent";

/**
 * A shadow table: one frame that the processor walks, and one that holds the guest's table as last seen, so that a
 * write to the guest's table is turned into the entries that changed.
 */
interface ShadowTable {
  /** `directory`: of a guest page directory; `table`: of a guest page table; `large`: of a 4 MiB page; `flat`: paging off. */
  readonly kind: "directory" | "table" | "large" | "flat";
  /** Guest-physical address of the guest's table, or first guest-physical address of the 4 MiB. */
  readonly guest: number;
  /** U/S and R/W of the guest's directory entry, which the shadow's entries take in; D too of a 4 MiB page's. */
  readonly rights: number;
  readonly frame: number;
  readonly copy: number;
  /** Writes to the guest's table since it was last used to fill the shadow. */
  hits: number;
}

/** The plain data of shadow paging; the tables themselves are in simulated memory. */
export interface ShadowPagingState {
  readonly tables: ShadowTable[];
  readonly current: number;
  readonly mode: number;
}

/** After so many writes without a use in between, a page is no longer taken for a page table. */
const FORGET_AFTER = 32;
const ENTRIES = 1024;
/** Bytes of a shadow frame with its copy of the guest's table. */
const PAIR = 2 * PAGE_SIZE;
const SHADOW_PDE = PAGE_PRESENT | PAGE_WRITABLE | PAGE_USER | PAGE_ACCESSED;

const KINDS = ["directory", "table", "large", "flat"] as const;

/** One number for what a shadow table stands for: the guest's address, the kind, and the rights (R/W, U/S, D). */
function keyOf(kind: ShadowTable["kind"], guest: number, rights: number): number {
  const flags =
    (KINDS.indexOf(kind) << 3) | ((rights & (PAGE_WRITABLE | PAGE_USER)) >> 1) | ((rights & PAGE_DIRTY) >> 4);
  return (guest === -1 ? 0x1_0000_0000 : guest >>> 0) * 32 + flags;
}

const NO_PAGES: readonly number[] = [];
/** No index of a page directory. */
const NONE = -1;

/**
 * Shadow page tables, filled on demand. Every guest page that is shadowed as a table is traced: mapped read-only, so
 * that a write to it faults and is emulated. Clean pages are mapped read-only until first written, so that the guest's
 * dirty bits come out right; accessed bits are set when an entry is filled.
 */
export class ShadowPaging {
  private readonly memory: Memory;
  private readonly guest: Memory;
  private readonly guestBase: number;
  private readonly vcpu: Cpu;
  /** Index NONE where there is none. */
  private readonly ownDirectoryEntry: { readonly index: number; readonly value: number };
  private readonly frames: { readonly first: number; readonly end: number };
  private tables: ShadowTable[] = [];
  private byKey = new Map<number, ShadowTable>();
  /** The tables that shadow what lies in a traced guest-physical page, by page number. */
  private byPage = new Map<number, ShadowTable[]>();
  /** Pairs of frames in use, by their place in the pool. */
  private readonly used: Uint8Array;
  private freePairs = 0;
  private current: ShadowTable | null = null;
  /** Pages for `takeMarked`: empty whenever the guest runs. */
  private marked: number[] = [];
  /** CR0.PG, CR0.WP and CR4.PSE under which the shadows were filled. */
  private mode = 0;
  /** Grows whenever a shadow entry has been taken back or has lost a right: the processor's TLB is then out of date. */
  epoch = 0;
  /** Guest-physical pages that others (descriptor tables) want traced. */
  private readonly otherTraces: (page: number) => boolean;

  /**
   * `guestBase`: physical address of guest-physical 0. `frames`: physical range for shadow tables. `ownEntry`: the
   * directory entry that every shadow directory carries, for the VMM itself; null for a VMM in an address space of its own.
   */
  constructor(options: {
    memory: Memory;
    guest: Memory;
    guestBase: number;
    vcpu: Cpu;
    frames: { first: number; end: number };
    ownEntry: { index: number; value: number } | null;
    otherTraces: (page: number) => boolean;
  }) {
    this.memory = options.memory;
    this.guest = options.guest;
    this.guestBase = options.guestBase;
    this.vcpu = options.vcpu;
    this.frames = options.frames;
    this.ownDirectoryEntry = options.ownEntry ?? { index: NONE, value: 0 };
    this.otherTraces = options.otherTraces;
    this.used = new Uint8Array(Math.floor((options.frames.end - options.frames.first) / PAIR));
    this.reset();
  }

  /** Forgets every shadow. The caller flushes the processor's TLB and takes `directory()` anew. */
  reset(): void {
    for (const page of this.byPage.keys()) if (!this.otherTraces(page)) this.guest.unwatch(page);
    this.tables = [];
    this.index();
    this.current = null;
    this.epoch++;
  }

  /** Physical address of the shadow directory for the guest's present CR3 and mode: the value for the real CR3. */
  directory(): number {
    const { state } = this.vcpu;
    const mode = (state.cr0 & (CR0_PG | CR0_WP)) | (state.cr4 & CR4_PSE);
    if (mode !== this.mode) {
      // Rights were computed under other rules.
      this.mode = mode;
      this.reset();
    }
    const paging = (state.cr0 & CR0_PG) !== 0;
    const guest = paging ? state.cr3 & -4096 : -1;
    this.current = this.obtain("directory", guest, 0);
    return this.current.frame;
  }

  /** Whether writes to this guest-physical page are traced because it is shadowed as a table. */
  traces(page: number): boolean {
    return this.byPage.has(page);
  }

  /** Makes what is derived from `tables` anew. */
  private index(): void {
    this.byKey = new Map(this.tables.map((table) => [keyOf(table.kind, table.guest, table.rights), table]));
    this.byPage = new Map();
    this.used.fill(0);
    for (const table of this.tables) {
      this.used[(table.frame - this.frames.first) / PAIR] = 1;
      if (this.isTraced(table)) this.listByPage(table);
    }
    this.freePairs = this.used.length - this.tables.length;
  }

  private listByPage(table: ShadowTable): void {
    const page = table.guest >>> 12;
    const listed = this.byPage.get(page);
    if (listed) listed.push(table);
    else this.byPage.set(page, [table]);
  }

  /**
   * Judges a real page fault of the guest and, where it is hidden, fills the shadow entry. `user`: the guest believes
   * to be at CPL 3. True faults change nothing.
   */
  fault(linear: number, write: boolean, user: boolean): FaultKind {
    const { vcpu, guest } = this;
    if (linear >>> 22 === this.ownDirectoryEntry.index) return "absent";
    const walk = vcpu.translate(linear, write ? "write" : "read", user, true);
    // The walk may have set accessed and dirty bits in traced tables: these are ours, not the guest's writes.
    this.absorbHits();
    if (!walk.ok) return "true";
    if (walk.physical >= guest.size) return "absent";
    const page = walk.physical >>> 12;
    // The table comes first: to shadow it may be what makes the page a traced one (a table that maps itself).
    const table = this.tableFor(linear, walk.pde, walk.large);
    const traced = this.traces(page) || this.otherTraces(page);
    if (write && traced) return "trace";

    const paging = (vcpu.state.cr0 & CR0_PG) !== 0;
    const rights = paging
      ? (walk.large ? walk.pde : walk.pde & walk.pte) & (PAGE_WRITABLE | PAGE_USER)
      : PAGE_WRITABLE | PAGE_USER;
    const dirty = !paging || (walk.pte & PAGE_DIRTY) !== 0;
    let writable = (rights & PAGE_WRITABLE) !== 0;
    let userPage = (rights & PAGE_USER) !== 0;
    if (!writable && (vcpu.state.cr0 & CR0_WP) === 0) {
      // The real WP is always 1. A guest with WP clear writes read-only pages from its kernel: supervisor pages are
      // simply writable, user pages flip between user-readable and supervisor-writable.
      if (!userPage) writable = true;
      else if (write) {
        writable = true;
        userPage = false;
      }
    }
    const entry =
      ((walk.physical & -4096) + this.guestBase) |
      PAGE_PRESENT |
      PAGE_ACCESSED |
      (writable && dirty && !traced ? PAGE_WRITABLE | PAGE_DIRTY : 0) |
      (userPage ? PAGE_USER : 0);
    this.fill(linear, table, entry);
    return "hidden";
  }

  /** What `fault` would judge, changing nothing. */
  judge(linear: number, write: boolean, user: boolean): FaultKind {
    if (linear >>> 22 === this.ownDirectoryEntry.index) return "absent";
    const walk = this.vcpu.translate(linear, write ? "write" : "read", user, false);
    if (!walk.ok) return "true";
    if (walk.physical >= this.guest.size) return "absent";
    const page = walk.physical >>> 12;
    // To shadow the table may be what makes the page a traced one (a table that maps itself).
    const paging = (this.vcpu.state.cr0 & CR0_PG) !== 0;
    const isItsTable = paging && !walk.large && (walk.pde & -4096) >>> 12 === page;
    return write && (isItsTable || this.traces(page) || this.otherTraces(page)) ? "trace" : "hidden";
  }

  /** How many guest tables are shadowed now, the frame pairs left, and the guest pages that are traced as tables. */
  get usage(): { readonly shadows: number; readonly free: number; readonly traced: readonly number[] } {
    return { shadows: this.tables.length, free: this.freePairs, traced: [...this.byPage.keys()] };
  }

  /** The shadow table for `linear`, given the guest's directory entry. */
  private tableFor(linear: number, pde: number, large: boolean): ShadowTable {
    const rights = pde & (PAGE_WRITABLE | PAGE_USER);
    if ((this.vcpu.state.cr0 & CR0_PG) === 0) return this.obtain("flat", linear & -0x400000, 0);
    // The dirty bit of a 4 MiB page is in the directory entry: a clean one may not share what a dirty one has filled.
    if (large) return this.obtain("large", pde & -0x400000, rights | (pde & PAGE_DIRTY));
    return this.obtain("table", pde & -4096, rights);
  }

  private fill(linear: number, table: ShadowTable, entry: number): void {
    const paging = (this.vcpu.state.cr0 & CR0_PG) !== 0;
    table.hits = 0;
    // `obtain` may have started afresh for want of frames.
    const directory = this.current ?? this.obtain("directory", paging ? this.vcpu.state.cr3 & -4096 : -1, 0);
    this.current = directory;
    directory.hits = 0;
    this.memory.write32(directory.frame + ((linear >>> 22) << 2), table.frame | SHADOW_PDE);
    this.memory.write32(table.frame + ((linear >>> 10) & 0xffc), entry);
  }

  /** The shadow of a guest table, made if there is none. */
  private obtain(kind: ShadowTable["kind"], guest: number, rights: number): ShadowTable {
    const key = keyOf(kind, guest, rights);
    const known = this.byKey.get(key);
    if (known) return known;
    // Room for a directory and a table: one without the other is of no use.
    if (this.freePairs < 2) this.reset();
    // The lowest free pair, so that which frames are taken follows from the tables alone.
    const pair = this.used.indexOf(0);
    this.used[pair] = 1;
    this.freePairs--;
    const frame = this.frames.first + pair * PAIR;
    const table: ShadowTable = { kind, guest, rights, frame, copy: frame + PAGE_SIZE, hits: 0 };
    this.zero(table.frame);
    if (kind === "directory" && this.ownDirectoryEntry.index !== NONE) {
      this.memory.write32(table.frame + (this.ownDirectoryEntry.index << 2), this.ownDirectoryEntry.value);
    }
    this.tables.push(table);
    this.byKey.set(key, table);
    if (this.isTraced(table)) {
      this.listByPage(table);
      this.beginTrace(table);
    }
    return table;
  }

  private isTraced(table: ShadowTable): boolean {
    if (table.kind === "directory") return table.guest !== -1 && table.guest >>> 0 < this.guest.size;
    return table.kind === "table" && table.guest >>> 0 < this.guest.size;
  }

  private beginTrace(table: ShadowTable): void {
    for (let i = 0; i < ENTRIES; i++) {
      this.memory.write32(table.copy + i * 4, this.guest.read32((table.guest >>> 0) + i * 4));
    }
    this.protect(table.guest >>> 12);
  }

  /** Makes every mapping of a guest page read-only and watches it for the virtual CPU's own writes. */
  protect(page: number): void {
    this.guest.watch(page);
    const target = this.guestBase + page * 4096;
    for (const table of this.tables) {
      if (table.kind === "directory") continue;
      for (let offset = 0; offset < 4096; offset += 4) {
        const entry = this.memory.read32(table.frame + offset);
        if ((entry & PAGE_WRITABLE) !== 0 && (entry & -4096) >>> 0 === target) {
          this.memory.write32(table.frame + offset, entry & ~PAGE_WRITABLE);
          this.epoch++;
        }
      }
    }
  }

  /**
   * A traced page has been written by the virtual CPU (emulation or delivery): drops the shadow entries whose guest
   * entries changed.
   */
  written(page: number): void {
    let idle = false;
    for (const table of this.byPage.get(page) ?? []) {
      this.compare(table, true);
      if (++table.hits > FORGET_AFTER && table !== this.current) idle = true;
    }
    if (idle) this.forget(page);
  }

  /** Hot: a write to a traced table looks at all of it, so the arrays are read as they are. */
  private compare(table: ShadowTable, drop: boolean): void {
    const now = this.guest.words32;
    const seen = this.memory.words32;
    const guest = (table.guest >>> 0) / 4;
    const copy = table.copy / 4;
    for (let i = 0; i < ENTRIES; i++) {
      if (now[guest + i] !== seen[copy + i]) this.follow(table, i, now[guest + i]!, drop);
    }
  }

  /** Takes a changed guest entry into the copy, and with `drop` the shadow entry out. */
  private follow(table: ShadowTable, entry: number, value: number, drop: boolean): void {
    this.memory.write32(table.copy + entry * 4, value);
    if (!drop || (table.kind === "directory" && entry === this.ownDirectoryEntry.index)) return;
    const shadow = table.frame + entry * 4;
    if (this.memory.read32(shadow) === 0) return;
    this.memory.write32(shadow, 0);
    this.epoch++;
  }

  /** Takes the bits that the VMM's own walk has set into the copies, and watches the pages again. */
  private absorbHits(): void {
    for (const page of this.guest.takeWatchHits()) {
      for (const table of this.byPage.get(page) ?? []) this.compare(table, false);
      this.guest.watch(page);
      this.marked.push(page);
    }
  }

  /** Traced pages in which the VMM's own walks have set bits since the last call. */
  takeMarked(): readonly number[] {
    if (this.marked.length === 0) return NO_PAGES;
    const pages = this.marked;
    this.marked = [];
    return pages;
  }

  /** A page that is written again and again and never walked is no page table any more. */
  private forget(page: number): void {
    const gone = (this.byPage.get(page) ?? []).filter((table) => table !== this.current);
    for (const table of gone) {
      for (const directory of this.tables) {
        if (directory.kind !== "directory") continue;
        for (let offset = 0; offset < 4096; offset += 4) {
          if ((this.memory.read32(directory.frame + offset) & -4096) === table.frame) {
            this.memory.write32(directory.frame + offset, 0);
            this.epoch++;
          }
        }
      }
    }
    this.tables = this.tables.filter((table) => !gone.includes(table));
    this.index();
    if (!this.traces(page) && !this.otherTraces(page)) this.guest.unwatch(page);
  }

  private zero(frame: number): void {
    for (let offset = 0; offset < 4096; offset += 4) this.memory.write32(frame + offset, 0);
  }

  save(): ShadowPagingState {
    return {
      tables: this.tables.map((table) => ({ ...table })),
      current: this.current ? this.tables.indexOf(this.current) : -1,
      mode: this.mode,
    };
  }

  /** Memory and its frames have been restored; watches are set again by this. */
  load(state: ShadowPagingState): void {
    this.tables = state.tables.map((table) => ({ ...table }));
    this.index();
    this.current = state.current < 0 ? null : this.tables[state.current]!;
    this.mode = state.mode;
    for (const table of this.tables) if (this.isTraced(table)) this.guest.watch(table.guest >>> 12);
  }
}
