import { CR0_WP } from "../../cpu/registers.ts";
import {
  TLB_DATA,
  TLB_GLOBAL,
  TLB_INSTRUCTION,
  TLB_LARGE,
  TLB_SUPERVISOR_READ,
  TLB_SUPERVISOR_WRITE,
  TLB_USER_READ,
  TLB_USER_WRITE,
} from "../../cpu/tlb.ts";
import {
  PAGE_USER,
  PAGE_WRITABLE,
  PF_PRESENT,
  PF_RESERVED,
  PF_USER,
  PF_WRITE,
  pageFaultWords,
} from "../../isa/paging.ts";
import type { Words } from "../../isa/types.ts";
import { hexDigits } from "../../machine/describe.ts";
import type { FrameOwner } from "../../machine/hypervisor.ts";
import type { FaultJudgement } from "../../machine/tenant.ts";
import type { Run } from "../run.ts";
import type { Inspected } from "./index.ts";
import { bitLetters, directoryOf, frameOf, isLarge, isPaging, isPresent } from "./page-entry.ts";
import { entriesOf, isVirtualized, pagingSides, type Side, throughEpt } from "./side.ts";

export type PageAccess = "read" | "write" | "execute";

export interface WalkAsk {
  readonly linear: number;
  readonly access: PageAccess;
  /** As CPL 3; rings 0 to 2 are supervisor to the paging unit. */
  readonly user: boolean;
}

/** Whose page a machine frame is, by the table that the VMM keeps of that. */
export interface OwnedPage {
  readonly frame: number;
  readonly owner: FrameOwner;
  /** -1 for none. */
  readonly page: number;
}

/** One entry that a walk reads. */
export interface WalkLevel {
  /** `large`: a directory entry that maps 4 MiB. */
  readonly level: "pde" | "pte" | "large";
  readonly index: number;
  /** Physical address on that side, and in the host where that is another; null if it is beyond the guest's memory. */
  readonly address: number;
  readonly host: number | null;
  readonly raw: number;
  readonly bits: readonly string[];
}

/** How an access comes out on one side. */
export type WalkResult =
  | { readonly ok: true; readonly physical: number; readonly host: number | null; readonly words: Words }
  | {
      readonly ok: false;
      readonly errorCode: number;
      /** Which entry forbids it: an index into `levels`. */
      readonly at: number;
      readonly words: Words;
      /** What the error code says. */
      readonly code: Words;
    };

export interface Walk {
  readonly paging: boolean;
  readonly cr3: number;
  readonly levels: readonly WalkLevel[];
  readonly result: WalkResult;
}

/** What a TLB of the processor holds for the page. */
export interface TlbEntry {
  readonly buffer: "instruction" | "data";
  readonly frame: number;
  /** What it lets pass: `supervisor read`, ... */
  readonly rights: readonly ("sr" | "sw" | "ur" | "uw")[];
  readonly global: boolean;
  readonly large: boolean;
  /** It answers the access that was asked about. */
  readonly answers: boolean;
  /** How it is not what the tables say now; empty if it is. */
  readonly stale: readonly Words[];
}

export interface WalkAnswer {
  readonly linear: number;
  readonly virtualized: boolean;
  /** Where the guest's own tables are the real ones: the pages of the frames that the walk comes by. Null else. */
  readonly direct: readonly OwnedPage[] | null;
  /** By the guest's tables; null on a bare machine. */
  readonly guest: Walk | null;
  /** By the real ones: a VMM's shadow, or the only ones there are. */
  readonly physical: Walk;
  readonly tlb: readonly TlbEntry[];
  /** What really happens: through the TLB where it answers, else by the walk. */
  readonly outcome: {
    readonly ok: boolean;
    readonly throughTlb: boolean;
    /** Physical address in the host; null if it faults. */
    readonly physical: number | null;
    readonly words: Words;
    /** What the fault is to the VMM; also where paging lets pass what is not the guest's. */
    readonly vmm: FaultJudgement | null;
  };
}

const LARGE_RESERVED = 0x003ff000;

const words = (en: string, zh: string): Words => ({ en, zh });

/** Walks an address on both sides, as an access would; nothing is marked, filled or entered. */
export function inspectWalk({ run }: Inspected, { linear: asked, access, user }: WalkAsk): WalkAnswer {
  const linear = asked >>> 0;
  const { physical, guest } = pagingSides(run);
  const view = run.guest;
  const inHost = (address: number) => {
    const at = throughEpt(physical, address);
    return at !== null && at < physical.memory.size ? at : null;
  };
  const toHost = (address: number) => (address < view.memory.size ? view.hostPhysical(address) : null);
  const real = walkOn(physical, linear, access, user, inHost);
  const theirs = guest && walkOn(guest, linear, access, user, toHost);
  // The TLB holds what belongs to the address space that is loaded.
  const loaded = physical.state.cr3 === run.machine.cpu.state.cr3;
  const tlb = loaded ? tlbEntries(run.machine.cpu.tlb.words, physical, linear, access, user, real, inHost) : [];
  const hit = isPaging(physical) ? tlb.find((entry) => entry.answers) : undefined;
  const ok = hit !== undefined || real.result.ok;
  // What the real tables map where the guest's map something else is not the guest's: segment limits keep it out.
  const elsewhere = real.result.ok && theirs?.result.ok === true && theirs.result.host !== real.result.physical;
  const vmm =
    guest !== null && (!ok || elsewhere) ? (view.judgeFault?.(linear, access === "write", user) ?? null) : null;
  return {
    linear,
    virtualized: guest !== null,
    direct: guest === null && isVirtualized(run) ? ownedPages(run, real) : null,
    guest: theirs,
    physical: real,
    tlb,
    outcome: {
      ok,
      throughTlb: hit !== undefined,
      physical: hit
        ? (hit.frame + (linear & 0xfff)) >>> 0
        : real.result.ok
          ? (real.result.host ?? real.result.physical)
          : null,
      words: hit ? throughTlb(hit) : real.result.words,
      vmm,
    },
  };
}

/** The frames of the tables that are read, and the one that is arrived at. */
function ownedPages({ computer }: Run, { levels, result }: Walk): OwnedPage[] {
  const frames = computer.guest.hypervisor?.().frames;
  if (frames === undefined) return [];
  const addresses = [...levels.map(({ address }) => address), ...(result.ok ? [result.physical] : [])];
  return addresses.flatMap((address) => {
    const frame = address >>> 12;
    if (frame >= frames.count) return [];
    const { owner, page } = frames.at(frame);
    return [{ frame, owner, page }];
  });
}

function throughTlb(entry: TlbEntry): Words {
  return entry.stale.length > 0
    ? words(
        "No fault: the TLB still answers, though the tables now say otherwise.",
        "不产生故障：TLB 仍然应答，尽管页表现在并非如此。",
      )
    : words("No fault: the TLB answers, the tables are not read.", "不产生故障：由 TLB 应答，不读页表。");
}

function walkOn(
  side: Side,
  linear: number,
  access: PageAccess,
  user: boolean,
  toHost: (address: number) => number | null,
): Walk {
  const { state } = side;
  const cr3 = state.cr3 >>> 0;
  const done = (levels: WalkLevel[], result: WalkResult): Walk => ({ paging: isPaging(side), cr3, levels, result });
  const arrive = (physical: number): WalkResult => ({
    ok: true,
    physical,
    host: toHost(physical),
    words:
      toHost(physical) !== null
        ? words(`No fault: physical ${hexDigits(physical)}.`, `不产生故障：物理地址 ${hexDigits(physical)}。`)
        : throughEpt(side, physical) === null
          ? words(
              `No page fault, but EPT does not let guest-physical ${hexDigits(physical)} be read: an EPT violation.`,
              `不产生缺页，但 EPT 不允许读客户机物理地址 ${hexDigits(physical)}：EPT 违例。`,
            )
          : words(
              `No fault, but there is no memory at ${hexDigits(physical)}: reads give ones, writes are lost.`,
              `不产生故障，但 ${hexDigits(physical)} 处没有内存：读得全 1，写被丢弃。`,
            ),
  });
  if (!isPaging(side)) return done([], arrive(linear));

  const base = (access === "write" ? PF_WRITE : 0) | (user ? PF_USER : 0);
  const fault = (levels: WalkLevel[], extra: number, why: Words): Walk => {
    const errorCode = base | extra;
    const code = pageFaultWords(errorCode);
    return done(levels, { ok: false, errorCode, at: levels.length - 1, words: why, code });
  };
  const level = (name: WalkLevel["level"], index: number, address: number, raw: number): WalkLevel => ({
    level: name,
    index,
    address,
    host: toHost(address),
    raw: raw >>> 0,
    bits: bitLetters(raw, name !== "pte"),
  });

  const pdeIndex = linear >>> 22;
  const pdeAddress = (directoryOf(side) + pdeIndex * 4) >>> 0;
  const pde = entriesOf(side, directoryOf(side))(pdeIndex);
  const large = isPresent(pde) && isLarge(side, pde);
  const levels = [level(large ? "large" : "pde", pdeIndex, pdeAddress, pde)];
  if (!isPresent(pde)) return fault(levels, 0, notPresent("pde"));
  let rights = pde;
  if (large) {
    if ((pde & LARGE_RESERVED) !== 0) {
      return fault(
        levels,
        PF_PRESENT | PF_RESERVED,
        words("#PF: reserved bits of the 4 MiB page's entry are set.", "#PF：4 MiB 页的表项中保留位被置位。"),
      );
    }
  } else {
    const pteIndex = (linear >>> 12) & 1023;
    const pteAddress = (frameOf(pde, false) + pteIndex * 4) >>> 0;
    const pte = entriesOf(side, frameOf(pde, false))(pteIndex);
    levels.push(level("pte", pteIndex, pteAddress, pte));
    if (!isPresent(pte)) return fault(levels, 0, notPresent("pte"));
    rights &= pte;
  }
  const last = levels[levels.length - 1]!.raw;
  if (user && (rights & PAGE_USER) === 0) return forbidden(levels, PAGE_USER);
  if (access === "write" && (rights & PAGE_WRITABLE) === 0 && (user || (state.cr0 & CR0_WP) !== 0)) {
    return forbidden(levels, PAGE_WRITABLE);
  }
  const inPage = large ? 0x3fffff : 0xfff;
  return done(levels, arrive((frameOf(last, large) | (linear & inPage)) >>> 0));

  /** The entry (the outermost) whose bit is clear forbids it. */
  function forbidden(all: WalkLevel[], mask: number): Walk {
    const at = all.findIndex(({ raw }) => (raw & mask) === 0);
    const walk = fault(all, PF_PRESENT, whyForbidden(all[at]!.level, mask, user));
    return walk.result.ok ? walk : { ...walk, result: { ...walk.result, at } };
  }
}

const LEVEL_WORDS: Readonly<Record<WalkLevel["level"], Words>> = {
  pde: { en: "the directory entry", zh: "页目录项" },
  large: { en: "the directory entry of the 4 MiB page", zh: "4 MiB 页的目录项" },
  pte: { en: "the table entry", zh: "页表项" },
};

function notPresent(level: WalkLevel["level"]): Words {
  const { en, zh } = LEVEL_WORDS[level];
  return words(`#PF: P is 0 in ${en}.`, `#PF：${zh}的 P 为 0。`);
}

function whyForbidden(level: WalkLevel["level"], mask: number, user: boolean): Words {
  const { en, zh } = LEVEL_WORDS[level];
  if (mask === PAGE_USER) {
    return words(`#PF: U is 0 in ${en}, and the access is a user's.`, `#PF：${zh}的 U 为 0，而访问来自用户态。`);
  }
  return user
    ? words(`#PF: W is 0 in ${en}, and the access writes.`, `#PF：${zh}的 W 为 0，而访问是写。`)
    : words(
        `#PF: W is 0 in ${en}, and CR0.WP binds the supervisor too.`,
        `#PF：${zh}的 W 为 0，而 CR0.WP 对管理态同样有效。`,
      );
}

const RIGHTS = [
  ["sr", TLB_SUPERVISOR_READ],
  ["sw", TLB_SUPERVISOR_WRITE],
  ["ur", TLB_USER_READ],
  ["uw", TLB_USER_WRITE],
] as const;

/** What the TLBs hold for the page (SDM Vol. 3A, 4.10.2), against what its tables say now. */
function tlbEntries(
  tlb: Int32Array,
  side: Side,
  linear: number,
  access: PageAccess,
  user: boolean,
  walk: Walk,
  inHost: (address: number) => number | null,
): TlbEntry[] {
  const entries: TlbEntry[] = [];
  const wanted =
    access === "write" ? (user ? TLB_USER_WRITE : TLB_SUPERVISOR_WRITE) : user ? TLB_USER_READ : TLB_SUPERVISOR_READ;
  for (const [buffer, first] of [
    ["instruction", TLB_INSTRUCTION],
    ["data", TLB_DATA],
  ] as const) {
    const i = first + ((linear >>> 11) & 0x1fe);
    const tag = tlb[i]!;
    if ((tag & 0x3f) === 0 || ((tag ^ linear) & -4096) !== 0) continue;
    const frame = tlb[i + 1]! >>> 0;
    entries.push({
      buffer,
      frame,
      rights: RIGHTS.filter(([, mask]) => (tag & mask) !== 0).map(([name]) => name),
      global: (tag & TLB_GLOBAL) !== 0,
      large: (tag & TLB_LARGE) !== 0,
      answers: (buffer === "instruction") === (access === "execute") && (tag & wanted) !== 0,
      stale: isPaging(side) ? staleness(side, walk, tag, frame, linear, inHost) : [],
    });
  }
  return entries;
}

/** How an entry is not what a walk would find now: another frame, or rights that the tables no longer give. */
function staleness(
  side: Side,
  walk: Walk,
  tag: number,
  frame: number,
  linear: number,
  inHost: (address: number) => number | null,
): Words[] {
  const last = walk.levels[walk.levels.length - 1]!;
  if (!isPresent(last.raw) || walk.levels.some(({ raw }) => !isPresent(raw))) {
    return [words("the tables map nothing here now", "页表现在不映射此处")];
  }
  const stale: Words[] = [];
  const large = last.level === "large";
  const named = (frameOf(last.raw, large) + (large ? linear & 0x3ff000 : 0)) >>> 0;
  // What is kept is where EPT leads on; a page that is not there is kept as it is named.
  const page = inHost(named) ?? named;
  if (page !== frame)
    stale.push(words(`the tables now say frame ${hexDigits(page)}`, `页表现为页框 ${hexDigits(page)}`));
  const rights = walk.levels.reduce((all, { raw }) => all & raw, -1);
  const userPage = (rights & PAGE_USER) !== 0;
  const writable = (rights & PAGE_WRITABLE) !== 0;
  if ((tag & (TLB_USER_READ | TLB_USER_WRITE)) !== 0 && !userPage) {
    stale.push(words("the page is the supervisor's now", "该页现在只属于管理态"));
  }
  const kernelMayWrite = writable || (side.state.cr0 & CR0_WP) === 0;
  if (((tag & TLB_SUPERVISOR_WRITE) !== 0 && !kernelMayWrite) || ((tag & TLB_USER_WRITE) !== 0 && !writable)) {
    stale.push(words("the page is read-only now", "该页现在只读"));
  }
  return stale;
}
