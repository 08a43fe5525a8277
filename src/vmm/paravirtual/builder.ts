import { PAGE_ACCESSED, PAGE_DIRTY, PAGE_PRESENT, PAGE_WRITABLE } from "../../cpu/paging.ts";
import { FLAG_IF } from "../../cpu/registers.ts";
import { CS, DS, ES, ESI, ESP, FS, GS, SS } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import type { Image } from "../../machine/loaders/image.ts";
import type { Memory } from "../../machine/memory.ts";
import {
  HYPERCALL_STUB_SIZE,
  HYPERCALL_STUBS,
  HYPERCALLS,
  SIF_INITDOMAIN,
  SIF_PRIVILEGED,
  START_INFO,
  START_MAGIC,
  WALLCLOCK,
} from "./abi.ts";
import type { Domain } from "./domain.ts";
import { xenNotes } from "./elf-notes.ts";
import { CHANNEL_UNBOUND, type EventChannels } from "./event-channels.ts";
import type { Frames } from "./frames.ts";
import { FLAT_RING1_CS, FLAT_RING1_DS, FRAME_SIZE, HYPERCALL_VECTOR, M2P } from "./layout.ts";
import { fillSegment } from "./segments.ts";

const ENTRIES = FRAME_SIZE / 4;
const USABLE = PAGE_PRESENT | PAGE_ACCESSED | PAGE_DIRTY;
/** GNTTAB_RESERVED_CONSOLE and GNTTAB_RESERVED_XENSTORE, and a v1 grant entry that permits access. */
const GRANT_CONSOLE = 0;
const GRANT_STORE = 1;
const GRANT_ENTRY = 8;
const PERMIT_ACCESS = 1;
/** Wall-clock time at the machine's start: SOSP 2003, where Xen was shown. Seconds since 1970. */
const START_OF_TIME = 1066521600;
const INT3 = 0xcc;

/** Pages of a domain's pseudo-physical memory that the builder fills, from the top down. */
export interface BootPages {
  readonly p2m: number;
  readonly p2mPages: number;
  readonly startInfo: number;
  readonly module: number;
  readonly store: number;
  readonly console: number;
  readonly directory: number;
  readonly tables: number;
  readonly tablePages: number;
  readonly stack: number;
}

/** Where the builder puts what, in a domain of so many pages. */
export function bootPages(pages: number): BootPages {
  const p2mPages = Math.ceil(pages / ENTRIES);
  const tablePages = Math.ceil(pages / ENTRIES);
  const stack = pages - 1;
  const tables = stack - tablePages;
  const directory = tables - 1;
  const console = directory - 1;
  const store = console - 1;
  const module = store - 1;
  const startInfo = module - 1;
  return {
    p2m: startInfo - p2mPages,
    p2mPages,
    startInfo,
    module,
    store,
    console,
    directory,
    tables,
    tablePages,
    stack,
  };
}

/** Why an image cannot be made a domain of so much memory, or null. */
export function refuseImage(image: Image, memoryBytes: number): Words | null {
  const notes = xenNotes(image);
  if (!notes) return NOT_PORTED;
  if (notes.virtBase !== 0) return OTHER_BASE;
  const first = bootPages(memoryBytes / FRAME_SIZE).p2m * FRAME_SIZE;
  const { hypercallPage } = notes;
  if (hypercallPage !== null && (hypercallPage % FRAME_SIZE !== 0 || hypercallPage >= first)) return NO_SUCH_PAGE;
  const { segments } = image;
  if (segments.some(({ address, bytes, zeroFill }) => address + bytes.length + zeroFill > first)) return NO_ROOM;
  return null;
}

const NOT_PORTED: Words = {
  en: "This program is not a Xen guest: the first 8 KiB of its image hold no ELF note of the name Xen. Port it (include/xen.inc has the macro xen_guest), have it rewritten by “Paravirtualize” (ringside paravirtualize FILE), or choose another strategy.",
  zh: "该程序不是 Xen 客户机：映像的前 8 KiB 中没有名为 Xen 的 ELF note。请移植它（include/xen.inc 中有宏 xen_guest），用“半虚拟化”工具改写（ringside paravirtualize FILE），或选择其他策略。",
};
const OTHER_BASE: Words = {
  en: "The image's note VIRT_BASE is not 0: domains are mapped here so that virtual addresses equal pseudo-physical ones. Leave the note out or make it 0.",
  zh: "映像的 VIRT_BASE note 不为 0：这里的域按虚拟地址等于伪物理地址映射。请去掉该 note 或改为 0。",
};
const NO_SUCH_PAGE: Words = {
  en: "The image's note HYPERCALL_PAGE does not name a page of the guest's own: a multiple of 4096 below the page tables, start_info and the frame list at the top of memory.",
  zh: "映像的 HYPERCALL_PAGE note 没有指向客户机自己的页：它必须是 4096 的倍数，并位于内存顶部的页表、start_info 和帧列表之下。",
};
const NO_ROOM: Words = {
  en: "The image reaches into the top of memory, where the domain builder puts page tables, start_info and the frame list. Give the guest more memory.",
  zh: "映像伸入内存顶部，而域构建器要在那里放置页表、start_info 和帧列表。请给客户机更多内存。",
};

/** What the toolstack tells the driver domain of another one (its module: five doublewords each). */
export interface Neighbour {
  readonly id: number;
  readonly consoleFrame: number;
  readonly consolePort: number;
  readonly storeFrame: number;
  readonly storePort: number;
}

/** What a domain is built of. */
export interface Blueprint {
  readonly domain: Domain;
  readonly image: Image;
  /** Whether domain 0 is there to serve its console and store. */
  readonly served: boolean;
  /** For domain 0: those it serves. */
  readonly neighbours: readonly Neighbour[];
}

/**
 * Builds a domain as Xen's domain builder does (tools/libs/guest, xg_dom_x86.c): its image is in its memory already;
 * frame lists, start_info, bootstrap page tables that map all of it one to one, the hypercall page, and the registers at
 * its entry. Answers what domain 0 must know of it.
 */
export function buildDomain(
  memory: Memory,
  frames: Frames,
  channels: EventChannels,
  { domain, image, served, neighbours }: Blueprint,
): Neighbour {
  const pages = bootPages(domain.frames);
  const own = domain.memory;
  const at = (page: number) => page * FRAME_SIZE;
  const mfn = (page: number) => domain.firstFrame + page;

  for (let page = 0; page < domain.frames; page++) {
    frames.give(mfn(page), domain);
    own.write32(at(pages.p2m) + page * 4, mfn(page));
    memory.write32(M2P + mfn(page) * 4, page);
  }
  frames.shareOwn(domain);

  const isTable = (page: number) => page >= pages.directory && page < pages.tables + pages.tablePages;
  for (let table = 0; table < pages.tablePages; table++) {
    own.write32(at(pages.directory) + table * 4, at(mfn(pages.tables + table)) | USABLE | PAGE_WRITABLE);
  }
  for (let page = 0; page < domain.frames; page++) {
    const entry = at(mfn(page)) | USABLE | (isTable(page) ? 0 : PAGE_WRITABLE);
    own.write32(at(pages.tables) + page * 4, entry);
  }

  const offer = (reference: number, page: number) => {
    const entry = domain.grantTable + reference * GRANT_ENTRY;
    memory.write32(entry, PERMIT_ACCESS);
    memory.write32(entry + 4, mfn(page));
  };
  const port = (): number => {
    const free = channels.free(domain);
    channels.set(domain, free, { state: CHANNEL_UNBOUND, domain: 0, target: 0 });
    return free;
  };
  const hasBackEnd = served && domain.id !== 0;
  if (hasBackEnd) {
    offer(GRANT_CONSOLE, pages.console);
    offer(GRANT_STORE, pages.store);
  }
  const neighbour: Neighbour = {
    id: domain.id,
    consoleFrame: hasBackEnd ? mfn(pages.console) : 0,
    consolePort: hasBackEnd ? port() : 0,
    storeFrame: hasBackEnd ? mfn(pages.store) : 0,
    storePort: hasBackEnd ? port() : 0,
  };
  writeStartInfo(domain, pages, neighbour, neighbours.length);
  writeModule(own, at(pages.module), neighbours);
  memory.write32(domain.sharedInfo + WALLCLOCK + 4, START_OF_TIME);
  channels.maskUpcalls(domain, true);

  const notes = xenNotes(image)!;
  if (notes.hypercallPage !== null) writeHypercallPage(own, notes.hypercallPage);
  const directory = mfn(pages.directory);
  const refusal = frames.adoptPageTables(domain, directory);
  if (refusal !== null) throw new Error(`the bootstrap page tables do not validate: ${refusal.reason}`);

  const { context, fields } = domain;
  context.cr3 = at(directory) | 0;
  context.cpl = 1;
  fillSegment(context, CS, FLAT_RING1_CS, memory, domain);
  for (const segment of [ES, SS, DS, FS, GS]) fillSegment(context, segment, FLAT_RING1_DS, memory, domain);
  context.rawFlags = FLAG_IF | 2;
  context.eip = (notes.entry ?? image.entry) | 0;
  context.gpr[ESI] = at(pages.startInfo);
  context.gpr[ESP] = at(pages.stack + 1);
  fields.kernelSs = FLAT_RING1_DS;
  fields.kernelSp = at(pages.stack + 1);
  return neighbour;
}

function writeStartInfo(domain: Domain, pages: BootPages, neighbour: Neighbour, modules: number): void {
  const { memory } = domain;
  const base = pages.startInfo * FRAME_SIZE;
  const set = (offset: number, value: number) => memory.write32(base + offset, value);
  for (let i = 0; i < START_MAGIC.length; i++) memory.write8(base + START_INFO.magic + i, START_MAGIC.charCodeAt(i));
  set(START_INFO.nrPages, domain.frames);
  set(START_INFO.sharedInfo, domain.sharedInfo);
  set(START_INFO.flags, domain.privileged ? SIF_PRIVILEGED | SIF_INITDOMAIN : 0);
  set(START_INFO.storeMfn, neighbour.storeFrame);
  set(START_INFO.storeEvtchn, neighbour.storePort);
  set(START_INFO.consoleMfn, neighbour.consoleFrame);
  set(START_INFO.consoleEvtchn, neighbour.consolePort);
  set(START_INFO.ptBase, pages.directory * FRAME_SIZE);
  set(START_INFO.nrPtFrames, 1 + pages.tablePages);
  set(START_INFO.mfnList, pages.p2m * FRAME_SIZE);
  if (modules === 0) return;
  set(START_INFO.modStart, pages.module * FRAME_SIZE);
  set(START_INFO.modLen, (modules * 5 + 1) * 4);
}

function writeModule(memory: Memory, at: number, neighbours: readonly Neighbour[]): void {
  if (neighbours.length === 0) return;
  const words = neighbours.flatMap((n) => [n.id, n.consoleFrame, n.consolePort, n.storeFrame, n.storePort]);
  [...words, -1].forEach((word, i) => {
    memory.write32(at + i * 4, word);
  });
}

/** MOV EAX, number; INT 82h; RET in 32 bytes each; iret's stub pushes EAX first and does not return. */
function writeHypercallPage(memory: Memory, at: number): void {
  for (let i = 0; i < FRAME_SIZE; i++) memory.write8(at + i, INT3);
  for (let number = 0; number < HYPERCALL_STUBS; number++) {
    const isIret = number === HYPERCALLS.iret;
    const stub = [...(isIret ? [0x50] : []), 0xb8, number, 0, 0, 0, 0xcd, HYPERCALL_VECTOR, ...(isIret ? [] : [0xc3])];
    memory.writeBytes(at + number * HYPERCALL_STUB_SIZE, Uint8Array.from(stub));
  }
}
