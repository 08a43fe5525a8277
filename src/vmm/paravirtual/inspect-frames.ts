import type { Words } from "../../isa/types.ts";
import type {
  FrameFacts,
  FrameMapping,
  FrameMappings,
  FrameOwner,
  FramesView,
  FrameUse,
} from "../../machine/hypervisor.ts";
import { DOMID_XEN } from "./abi.ts";
import { bootPages } from "./builder.ts";
import type { Domain } from "./domain.ts";
import { type FrameType, L1_TABLE, L2_TABLE, NO_TYPE, SEGMENT_TABLE, WRITABLE } from "./frame-types.ts";
import type { Frames } from "./frames.ts";
import {
  EVENT_CHANNELS,
  EVENT_CHANNELS_SIZE,
  FRAME_RECORD,
  FRAME_SIZE,
  FRAME_TABLE,
  GRANT_MAPS,
  GRANT_MAPS_SIZE,
  GRANT_TABLE_SIZE,
  GRANT_TABLES,
  GRANT_USES,
  GRANT_USES_SIZE,
  HYPERCALL_LOG,
  LOG_RECORD,
  LOG_RECORDS,
  M2P,
  M2P_PAGE_TABLE,
  MAX_DOMAINS,
  MAX_FRAMES,
  SCRATCH_PAGE,
  SHARED_INFO,
  TRAP_TABLE_SIZE,
  TRAP_TABLES,
  XEN_FRAMES,
  ZERO_PAGE,
} from "./layout.ts";
import { ENTRIES } from "./page-tables.ts";

const USES: Readonly<Record<FrameType, FrameUse>> = {
  [NO_TYPE]: "none",
  [L1_TABLE]: "l1",
  [L2_TABLE]: "l2",
  [SEGMENT_TABLE]: "segments",
  [WRITABLE]: "writable",
};
/** Page tables that are looked through for who maps a frame. */
const MOST_TABLES = 2048;

function ownerOf(owner: number): FrameOwner {
  if (owner === DOMID_XEN) return "hypervisor";
  return owner < 0 ? "nobody" : owner;
}

const words = (en: string, zh: string): Words => ({ en, zh });

/** First byte, end, bytes for each domain (0 if it is for all), and what is there. */
type Region = readonly [from: number, to: number, each: number, words: Words];
const each = (base: number, size: number, text: Words): Region => [base, base + MAX_DOMAINS * size, size, text];

/** The hypervisor's memory. */
const REGIONS: readonly Region[] = [
  [
    0,
    M2P_PAGE_TABLE,
    0,
    words("Xen’s GDT, IDT, TSS, entry stubs, stack and page table", "Xen 的 GDT、IDT、TSS、入口桩、栈和页表"),
  ],
  [M2P_PAGE_TABLE, ZERO_PAGE, 0, words("page table of the machine-to-physical table", "机器到物理表的页表")],
  [
    ZERO_PAGE,
    ZERO_PAGE + FRAME_SIZE,
    0,
    words("zeros, where a guest has registered no frame for its GDT", "全零页，用于客户机未登记 GDT 帧之处"),
  ],
  [
    SCRATCH_PAGE,
    SCRATCH_PAGE + FRAME_SIZE,
    0,
    words("copy of a page table while a write to it is emulated", "模拟写页表时使用的页表副本"),
  ],
  each(EVENT_CHANNELS, EVENT_CHANNELS_SIZE, words("event channels", "事件通道")),
  [TRAP_TABLES, TRAP_TABLES + MAX_DOMAINS * TRAP_TABLE_SIZE, 0, words("trap tables of two domains", "两个域的陷阱表")],
  each(SHARED_INFO, FRAME_SIZE, words("shared_info", "shared_info")),
  each(GRANT_TABLES, GRANT_TABLE_SIZE, words("grant table", "授权表")),
  each(GRANT_MAPS, GRANT_MAPS_SIZE, words("grants mapped", "已映射的授权")),
  each(GRANT_USES, GRANT_USES_SIZE, words("uses of grants", "授权的使用情况")),
  [
    M2P,
    M2P + MAX_FRAMES * 4,
    0,
    words("machine-to-physical table, which guests read at FC000000", "机器到物理表，客户机在 FC000000 处读取"),
  ],
  [FRAME_TABLE, FRAME_TABLE + MAX_FRAMES * FRAME_RECORD, 0, words("frame table", "帧表")],
  [HYPERCALL_LOG, HYPERCALL_LOG + LOG_RECORDS * LOG_RECORD, 0, words("hypercall log", "超级调用日志")],
];
const UNUSED = words("Xen’s, unused", "Xen 的，未使用");

function ofDomain(text: Words, id: number): Words {
  return words(`${text.en} of domain ${id}`, `域 ${id} 的${text.zh}`);
}

/** What the domain builder has put into a page, or null. */
function bootPurpose(domain: Domain, page: number): Words | null {
  const boot = bootPages(domain.frames);
  const places: readonly (readonly [number, number, Words])[] = [
    [boot.p2m, boot.p2mPages, words("list of machine frames (mfn_list)", "机器帧列表（mfn_list）")],
    [boot.startInfo, 1, words("start_info", "start_info")],
    [boot.module, 1, words("boot module", "引导模块")],
    [boot.store, 1, words("store page", "存储页（store）")],
    [boot.console, 1, words("console ring", "控制台环")],
    [boot.directory, 1, words("bootstrap page directory", "引导页目录")],
    [boot.tables, boot.tablePages, words("bootstrap page table", "引导页表")],
    [boot.stack, 1, words("boot stack", "引导栈")],
  ];
  return places.find(([first, count]) => page >= first && page < first + count)?.[2] ?? null;
}

/** The frame table, for those who look on. */
export class FrameTableView implements FramesView {
  readonly count: number;
  private readonly frames: Frames;
  private readonly domains: readonly Domain[];

  constructor(frames: Frames, domains: readonly Domain[]) {
    this.frames = frames;
    this.domains = domains;
    this.count = frames.count;
  }

  at(frame: number): FrameFacts {
    const { owner, type, typeCount, references, pinned, validated, page } = this.frames.describe(frame);
    return {
      owner: ownerOf(owner),
      // Without a use the last type is history.
      use: typeCount === 0 ? "none" : USES[type],
      uses: typeCount,
      validated: validated && typeCount > 0,
      ...{ references, pinned, page },
    };
  }

  purpose(frame: number): Words | null {
    if (frame < XEN_FRAMES) {
      const at = frame * FRAME_SIZE;
      const region = REGIONS.find(([from, to]) => at >= from && at < to);
      if (region === undefined) return UNUSED;
      const [from, , size, text] = region;
      return size === 0 ? text : ofDomain(text, Math.floor((at - from) / size));
    }
    const domain = this.domains.find((one) => one.holds(frame));
    if (domain === undefined) return null;
    const { fields, context, id } = domain;
    if (context.cr3 >>> 12 === frame) return ofDomain(words("page directory in CR3", "CR3 中的页目录"), id);
    if (fields.gdtFrames.includes(frame)) return ofDomain(words("GDT", "GDT"), id);
    if (fields.ldtFrames.includes(frame)) return ofDomain(words("LDT", "LDT"), id);
    const page = this.frames.pageOf(frame);
    const boot = page === frame - domain.firstFrame ? bootPurpose(domain, page) : null;
    return boot === null ? null : ofDomain(boot, id);
  }

  mappings(frame: number, most: number): FrameMappings {
    const { memory } = this.frames;
    const loaded = this.loadedTables();
    const found: FrameMapping[] = [];
    let tables = 0;
    for (let table = XEN_FRAMES; table < this.count; table++) {
      const type = this.frames.typeInUse(table);
      if (type !== L1_TABLE && type !== L2_TABLE) continue;
      if (++tables > MOST_TABLES) return { found, more: true };
      const { owner } = this.frames.describe(table);
      for (let index = 0; index < ENTRIES; index++) {
        const entry = memory.read32(table * FRAME_SIZE + index * 4);
        if ((entry & 1) === 0 || entry >>> 12 !== frame) continue;
        if (found.length >= most) return { found, more: true };
        const level = type === L1_TABLE ? "pte" : "pde";
        found.push({
          level,
          table,
          owner: ownerOf(owner),
          index,
          entry: entry >>> 0,
          linear: loaded(level, table, owner, index),
        });
      }
    }
    return { found, more: false };
  }

  /** Where an entry of a table is in the address space that its owner has loaded. */
  private loadedTables() {
    const slots = new Map<string, number>();
    const directories = new Map<number, number>();
    for (const { id, context } of this.domains) {
      const directory = context.cr3 >>> 12;
      directories.set(id, directory);
      for (let slot = ENTRIES - 1; slot >= 0; slot--) {
        const entry = this.frames.memory.read32(directory * FRAME_SIZE + slot * 4);
        if ((entry & 1) !== 0) slots.set(`${id} ${entry >>> 12}`, slot);
      }
    }
    return (level: FrameMapping["level"], table: number, owner: number, index: number): number | null => {
      if (level === "pde") return directories.get(owner) === table ? (index << 22) >>> 0 : null;
      const slot = slots.get(`${owner} ${table}`);
      return slot === undefined ? null : ((slot << 22) | (index << 12)) >>> 0;
    };
  }
}
