import { CR0_PG } from "../../cpu/registers.ts";
import {
  TLB_DATA,
  TLB_INSTRUCTION,
  TLB_SUPERVISOR_READ,
  TLB_SUPERVISOR_WRITE,
  TLB_USER_READ,
  TLB_USER_WRITE,
} from "../../cpu/tlb.ts";
import {
  EPT_ACCESSED,
  EPT_DIRTY,
  EPT_EXECUTE,
  EPT_READ,
  EPT_RIGHTS,
  EPT_WRITE,
  EPTP_ACCESSED_DIRTY,
} from "../../cpu/vmx/ept.ts";
import { has } from "../../cpu/vmx/modes.ts";
import { eptPointerOf, NO_EPT } from "../../cpu/vmx/nested.ts";
import { type ExplainedWalk, explainWalk, type TableReference } from "../../cpu/vmx/nested-walk.ts";
import { PAGE_FRAME, pageFaultWords } from "../../isa/paging.ts";
import type { Words } from "../../isa/types.ts";
import { hexDigits } from "../../machine/describe.ts";
import { memoryTypeOf, misconfigurationWords } from "../../recorder/ept-words.ts";
import type { Run } from "../run.ts";
import type { Inspected } from "./index.ts";
import { bitLetters } from "./page-entry.ts";
import { guestState } from "./vmx-guest.ts";
import { findVmcs, regionAt, type Snapshot } from "./vmx-region.ts";
import type { PageAccess } from "./walk.ts";

export interface VmxWalkAsk {
  readonly address: number;
  /** `linear`: through the guest's page tables and EPT; `guest-physical`: through EPT alone. */
  readonly space: "linear" | "guest-physical";
  readonly access: PageAccess;
  /** As CPL 3. */
  readonly user: boolean;
}

/** Which entry a reference reads. */
export type ReferenceTable = "guest-pde" | "guest-pte" | "ept-pml4e" | "ept-pdpte" | "ept-pde" | "ept-pte";

/** One memory reference of a walk. */
export interface WalkReference {
  /** From 1 on. */
  readonly number: number;
  readonly table: ReferenceTable;
  /** What the EPT walk that it is part of (or that led to it) is for: a table of the guest's, or the page itself. */
  readonly for: "guest-pde" | "guest-pte" | "page";
  readonly index: number;
  /** The guest-physical address: that of the guest's entry, or the one that EPT translates. */
  readonly guestPhysical: number;
  /** Physical address of the entry that is read. */
  readonly physical: number;
  /** The entry: low and high half (the guest's have 32 bits: high is 0). Unsigned. */
  readonly low: number;
  readonly high: number;
  /** Letters of the bits that are set: `R W X A D` of EPT and the memory type of its pages, `P W U A D PS` of the guest's. */
  readonly bits: readonly string[];
  /** It maps a large page (2 MiB by EPT, 4 MiB by the guest). */
  readonly large: boolean;
  /** `on`: the walk goes on; the others end it. */
  readonly verdict: "on" | "violation" | "misconfiguration" | "page-fault";
  readonly words: Words;
}

/** What a TLB of the processor holds for the page, where it is tagged with the guest's VPID (and EPT pointer). */
export interface WalkTlb {
  readonly buffer: "instruction" | "data";
  readonly frame: number;
  readonly rights: readonly ("sr" | "sw" | "ur" | "uw")[];
  /** It answers the access that was asked about. */
  readonly answers: boolean;
  /** It is not what the walk finds now. */
  readonly stale: boolean;
}

export interface VmxWalkAnswer {
  readonly available: boolean;
  /** Null if there is no VMCS whose guest could be walked. */
  readonly walk: {
    readonly address: number;
    readonly space: VmxWalkAsk["space"];
    /** Whether the guest pages, and whether EPT is on. */
    readonly paging: boolean;
    readonly ept: boolean;
    readonly cr3: number;
    /** MOV to CR3 leaves the guest: what CR3 holds is the VMM's choice, as for shadow paging. */
    readonly cr3Exits: boolean;
    readonly eptPointer: { readonly value: number; readonly base: number; readonly accessedDirty: boolean } | null;
    readonly vpid: number;
    readonly references: readonly WalkReference[];
    /** How many a walk of this kind takes at most: 14 for two levels of the guest under four of EPT. */
    readonly most: number;
    readonly outcome: {
      readonly kind: "arrives" | "page-fault" | "ept-violation" | "ept-misconfiguration";
      /** Physical address; null where it does not arrive. */
      readonly physical: number | null;
      /** Guest-physical address that it came to, or at which EPT refused. */
      readonly guestPhysical: number | null;
      /** Of the page fault; null for others. */
      readonly errorCode: number | null;
      /** Of the EPT violation; null for others. */
      readonly qualification: number | null;
      readonly words: Words;
    };
    readonly tlb: readonly WalkTlb[];
    /** What VPID says: whether translations outlive exits and entries, and under which tag. */
    readonly vpidWords: Words;
  } | null;
}

const words = (en: string, zh: string): Words => ({ en, zh });

/** Walks an address of the current VMCS's guest in two dimensions; nothing is marked, filled or entered. */
export function inspectVmxWalk({ run }: Inspected, ask: VmxWalkAsk): VmxWalkAnswer {
  const { cpu, memory } = run.machine;
  const pointer = cpu.vmx === null ? null : findVmcs(run, null);
  if (pointer === null) return { available: cpu.vmx !== null, walk: null };
  const region = regionAt(run, pointer);
  const state = guestState(run, pointer);
  // While the guest runs, what it was entered with counts, whatever stands in the VMCS now.
  const eptp = eptPointerOf(state);
  const ept = eptp !== NO_EPT;
  const { address, space, access, user } = ask;
  const found = explainWalk(memory, state, { pointer: eptp, address, space, access, user });
  const paging = (state.cr0 & CR0_PG) !== 0;
  const tagged = has(region, "enable-vpid");
  const vpid = tagged ? region.get("vpid") & 0xffff : 0;
  const levels = space === "linear" && paging ? 2 : 0;
  return {
    available: true,
    walk: {
      address: address >>> 0,
      space,
      paging,
      ept,
      cr3: state.cr3 >>> 0,
      cr3Exits: has(region, "cr3-load-exiting"),
      eptPointer: ept
        ? {
            value: eptp >>> 0,
            base: (eptp & PAGE_FRAME) >>> 0,
            accessedDirty: (eptp & EPTP_ACCESSED_DIRTY) !== 0,
          }
        : null,
      vpid,
      references: found.references.map((reference, i) => viewReference(reference, i, found)),
      most: ept ? (levels + 1) * 4 + levels : levels,
      outcome: outcomeOf(found, ask),
      tlb: space === "linear" ? tlbEntries(run, region, ask, found) : [],
      vpidWords: vpidWords(tagged, vpid),
    },
  };
}

function vpidWords(tagged: boolean, vpid: number): Words {
  return tagged
    ? words(
        `VPID is on: translations are kept under tag ${vpid} (with the EPT pointer) and outlive exits and entries, until INVVPID, INVEPT or the guest itself drops them.`,
        `VPID 已启用：转换以标记 ${vpid}（连同 EPT 指针）保存，退出和进入都不丢弃，直到 INVVPID、INVEPT 或客户机自己使其失效。`,
      )
    : words(
        "VPID is off: every entry and every exit drops the translations.",
        "VPID 未启用：每次进入和退出都丢弃转换。",
      );
}

const EPT_LETTERS: readonly (readonly [string, number])[] = [
  ["R", EPT_READ],
  ["W", EPT_WRITE],
  ["X", EPT_EXECUTE],
  ["A", EPT_ACCESSED],
  ["D", EPT_DIRTY],
];

const TABLE_WORDS: Readonly<Record<ReferenceTable, Words>> = {
  "guest-pde": words("the guest's directory entry", "客户机的页目录项"),
  "guest-pte": words("the guest's table entry", "客户机的页表项"),
  "ept-pml4e": words("the EPT PML4 entry", "EPT 的 PML4 项"),
  "ept-pdpte": words("the EPT directory-pointer entry", "EPT 的目录指针项"),
  "ept-pde": words("the EPT directory entry", "EPT 的页目录项"),
  "ept-pte": words("the EPT table entry", "EPT 的页表项"),
};

function viewReference(
  reference: TableReference,
  at: number,
  { at: guilty, end, marking }: ExplainedWalk,
): WalkReference {
  const { table, low, large } = reference;
  const isGuest = table === "guest-pde" || table === "guest-pte";
  const memory = (large || table === "ept-pte") && (low & EPT_RIGHTS) !== 0 ? [memoryTypeOf(low)] : [];
  const bits = isGuest
    ? bitLetters(low, table === "guest-pde")
    : [...EPT_LETTERS.filter(([, mask]) => (low & mask) !== 0).map(([letter]) => letter), ...memory];
  const isEnd = at === guilty && end !== "arrives";
  const verdict = !isEnd
    ? "on"
    : end === "page-fault"
      ? "page-fault"
      : end === "ept-violation"
        ? "violation"
        : "misconfiguration";
  return {
    ...reference,
    number: at + 1,
    bits: large ? [...bits.filter((letter) => letter !== "PS"), "PS"] : bits,
    verdict,
    words: isEnd ? whyEnded(reference, end, marking) : goesOn(reference, isGuest),
  };
}

function goesOn({ table, low, large }: TableReference, isGuest: boolean): Words {
  const frame = hexDigits(low & PAGE_FRAME);
  const { en, zh } = TABLE_WORDS[table];
  if (large) {
    const size = isGuest ? "4 MiB" : "2 MiB";
    return words(`${en}: a page of ${size} at ${frame}`, `${zh}：${frame} 处的 ${size} 页`);
  }
  if (table === "guest-pte" || table === "ept-pte")
    return words(`${en}: the frame is ${frame}`, `${zh}：页框为 ${frame}`);
  const physical = isGuest ? words("guest-physical", "客户机物理地址") : words("physical", "物理地址");
  return words(`${en}: the next table is at ${physical.en} ${frame}`, `${zh}：下一级表位于${physical.zh} ${frame}`);
}

const LEVELS: Partial<Record<ReferenceTable, number>> = { "ept-pte": 1, "ept-pde": 2, "ept-pdpte": 3, "ept-pml4e": 4 };

function whyEnded({ table, low, high }: TableReference, end: ExplainedWalk["end"], marking: boolean): Words {
  const { en, zh } = TABLE_WORDS[table];
  if (end === "ept-misconfiguration") {
    const why = misconfigurationWords(low, high, LEVELS[table]!);
    return words(`${en}: ${why.en}: EPT misconfiguration`, `${zh}：${why.zh}：EPT 配置错误`);
  }
  if (end === "ept-violation") {
    if ((low & EPT_RIGHTS) === 0) return words(`${en} is not present: EPT violation`, `${zh}不存在：EPT 违例`);
    return marking
      ? words(
          `${en} does not let the guest's accessed or dirty bit be set: EPT violation`,
          `${zh}不允许设置客户机的访问位或脏位：EPT 违例`,
        )
      : words(
          `${en}, with those above it, does not allow the access: EPT violation`,
          `${zh}连同其上各级不允许该访问：EPT 违例`,
        );
  }
  return (low & 1) === 0
    ? words(`${en} is not present: #PF`, `${zh}不存在：#PF`)
    : words(`${en} does not allow the access: #PF`, `${zh}不允许该访问：#PF`);
}

function outcomeOf(found: ExplainedWalk, { access }: VmxWalkAsk): NonNullable<VmxWalkAnswer["walk"]>["outcome"] {
  const { end, physical, guestPhysical, errorCode, qualification, references } = found;
  const count = references.length;
  const counted = words(`${count} memory reference${count === 1 ? "" : "s"}`, `${count} 次访存`);
  const base = {
    kind: end,
    physical: physical < 0 ? null : physical,
    guestPhysical: guestPhysical < 0 ? null : guestPhysical,
    errorCode: end === "page-fault" ? errorCode : null,
    qualification: end === "ept-violation" ? qualification : null,
  };
  const at = hexDigits(guestPhysical < 0 ? 0 : guestPhysical);
  switch (end) {
    case "arrives":
      return {
        ...base,
        words: words(
          `Guest-physical ${at} is physical ${hexDigits(physical)}, after ${counted.en} to tables.`,
          `客户机物理地址 ${at} 对应物理地址 ${hexDigits(physical)}，对表共 ${counted.zh}。`,
        ),
      };
    case "page-fault": {
      const code = pageFaultWords(errorCode);
      return {
        ...base,
        words: words(
          `A page fault of the guest's own (${code.en}), after ${counted.en}.`,
          `客户机自己的缺页（${code.zh}），此前${counted.zh}。`,
        ),
      };
    }
    case "ept-violation":
      return {
        ...base,
        words: words(
          `An EPT violation for the ${access} at guest-physical ${at}, qualification ${hexDigits(qualification, 3)}, after ${counted.en}: the guest is left.`,
          `对客户机物理地址 ${at} 的访问引起 EPT 违例，限定值 ${hexDigits(qualification, 3)}，此前${counted.zh}：离开客户机。`,
        ),
      };
    default:
      return {
        ...base,
        words: words(
          `An EPT misconfiguration at guest-physical ${at}, after ${counted.en}: the guest is left.`,
          `客户机物理地址 ${at} 处 EPT 配置错误，此前${counted.zh}：离开客户机。`,
        ),
      };
  }
}

const RIGHTS = [
  ["sr", TLB_SUPERVISOR_READ],
  ["sw", TLB_SUPERVISOR_WRITE],
  ["ur", TLB_USER_READ],
  ["uw", TLB_USER_WRITE],
] as const;

/** What the processor holds for the page under the guest's VPID and EPT pointer. */
function tlbEntries({ machine }: Run, region: Snapshot, ask: VmxWalkAsk, found: ExplainedWalk): WalkTlb[] {
  const vpid = has(region, "enable-vpid") ? region.get("vpid") & 0xffff : 0;
  const ept = vpid !== 0 && has(region, "enable-ept") ? region.get("eptPointer") & PAGE_FRAME : 0;
  // Without a VPID the entries are those of tag 0, which the host has too: they are the guest's while it runs.
  if (vpid === 0 && machine.cpu.state.vmxMode !== 2) return [];
  const tlb = machine.cpu.tlb.wordsOf(vpid, ept);
  if (tlb === null) return [];
  const linear = ask.address >>> 0;
  const { access, user } = ask;
  const wanted =
    access === "write" ? (user ? TLB_USER_WRITE : TLB_SUPERVISOR_WRITE) : user ? TLB_USER_READ : TLB_SUPERVISOR_READ;
  const entries: WalkTlb[] = [];
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
      answers: (buffer === "instruction") === (access === "execute") && (tag & wanted) !== 0,
      stale: found.physical < 0 || (found.physical & PAGE_FRAME) >>> 0 !== frame,
    });
  }
  return entries;
}
