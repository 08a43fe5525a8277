import type { GrantMapRow, GrantRow, RingField, RingFlow, RingsView, RingView } from "../../machine/hypervisor.ts";
import type { Memory } from "../../machine/memory.ts";
import { START_INFO } from "./abi.ts";
import { bootPages } from "./builder.ts";
import type { Domain } from "./domain.ts";
import type { EventChannels } from "./event-channels.ts";
import type { Frames } from "./frames.ts";
import { GNTMAP_READONLY, GRANT_ENTRIES, type Grants, GTF_READONLY } from "./grants.ts";
import { channelView } from "./inspect-events.ts";
import { FRAME_SIZE } from "./layout.ts";

/** What rings are found by. */
export interface RingsHost {
  readonly memory: Memory;
  readonly domains: readonly Domain[];
  readonly frames: Frames;
  readonly grants: Grants;
  readonly channels: EventChannels;
}

/** Lines of what waits in a ring, and characters of such a line, at most. */
const MOST_WAITING = 8;
const MOST_TEXT = 80;
const MOST_DONE = 4;

/** xencons_interface (public/io/console.h). */
const CONSOLE_IN = { at: 0, size: 1024, cons: 3072, prod: 3076 };
const CONSOLE_OUT = { at: 1024, size: 2048, cons: 3080, prod: 3084 };

/** blkif_sring (public/io/ring.h, blkif.h), 32-bit layout. */
const BLOCK_SLOTS = 32;
const BLOCK_SLOT = 108;
const BLOCK_RING = 64;
const BLOCK_OPERATIONS = ["read", "write", "write_barrier", "flush", "reserved", "discard"] as const;
const BLOCK_STATUS: Readonly<Record<number, string>> = { 0: "okay", [-1]: "error", [-2]: "not supported" };

/** xenkbd_page (public/io/kbdif.h). */
const KEY_EVENT = 40;
const KEYBOARD_IN = { at: 1024, size: Math.floor(2048 / KEY_EVENT), cons: 0, prod: 4 };
const KEYBOARD_OUT = { at: 3072, size: Math.floor(1024 / KEY_EVENT), cons: 8, prod: 12 };
const KEY = 3;

/** The store page: {device, grant reference, event channel, state}. */
const STORE_ENTRY = 16;
const MOST_DEVICES = 32;
const OFFERED = 1;
const CONNECTED = 2;

/** How many wait: what a broken index claims beyond the ring's size is not believed. */
function waitingIn({ produced, consumed, size }: Pick<RingFlow, "produced" | "consumed" | "size">): number {
  return Math.min((produced - consumed) >>> 0, size);
}

type Page = (offset: number) => number;

/** Reads the rings that the builder and the store pages know of, and the grant tables. */
export function ringsOf(host: RingsHost): RingsView {
  return {
    rings: host.domains.flatMap((domain) => [...consoleOf(host, domain), ...devicesOf(host, domain)]),
    grants: host.domains.flatMap((domain) => grantsOf(host, domain)),
    mapped: host.domains.flatMap((domain) => mappedBy(host, domain)),
  };
}

/** A field of start_info, as the builder has left it or the guest has made it. */
function startInfo(domain: Domain, field: number): number {
  return domain.memory.read32(bootPages(domain.frames).startInfo * FRAME_SIZE + field) >>> 0;
}

function pageOf({ memory }: RingsHost, frame: number): Page {
  return (offset) => memory.read32(frame * FRAME_SIZE + offset) >>> 0;
}

function consoleOf(host: RingsHost, domain: Domain): RingView[] {
  const frame = startInfo(domain, START_INFO.consoleMfn);
  const port = startInfo(domain, START_INFO.consoleEvtchn);
  if (frame === 0 || !host.frames.isOwnedBy(frame, domain)) return [];
  const page = pageOf(host, frame);
  return [
    {
      ...{ device: "console", domain: domain.id, frame, port, state: null, fields: [] },
      grant: grantOf(host, domain, frame),
      channel: channelView(host.channels, domain, port),
      flows: [textFlow(host, frame, page, "out", CONSOLE_OUT), textFlow(host, frame, page, "in", CONSOLE_IN)],
    },
  ];
}

function textFlow(
  { memory }: RingsHost,
  frame: number,
  page: Page,
  name: string,
  { at, size, cons, prod }: typeof CONSOLE_IN,
): RingFlow {
  const indices = { produced: page(prod), consumed: page(cons), size };
  const count = waitingIn(indices);
  let text = "";
  for (let i = 0; i < Math.min(count, MOST_TEXT); i++) {
    const byte = memory.read8(frame * FRAME_SIZE + at + ((indices.consumed + i) % size));
    text += byte === 10 ? "\\n" : byte < 32 || byte > 126 ? "." : String.fromCharCode(byte);
  }
  return {
    ...{ name, ...indices, unit: "bytes", done: [] },
    fields: [`${name}_prod`, `${name}_cons`],
    waiting: count === 0 ? [] : [`"${text}"${count > MOST_TEXT ? "…" : ""}`],
  };
}

/** The devices that a domain's store page has an entry for. */
function devicesOf(host: RingsHost, domain: Domain): RingView[] {
  const store = startInfo(domain, START_INFO.storeMfn);
  if (store === 0 || !host.frames.isOwnedBy(store, domain)) return [];
  const page = pageOf(host, store);
  const rings: RingView[] = [];
  for (let i = 0; i < MOST_DEVICES; i++) {
    const at = i * STORE_ENTRY;
    const [device, grant, port, state] = [page(at), page(at + 4), page(at + 8), page(at + 12)];
    if (state !== OFFERED && state !== CONNECTED) continue;
    const frame = grant < GRANT_ENTRIES ? host.grants.entry(domain, grant).frame : 0;
    if (!host.frames.isOwnedBy(frame, domain)) continue;
    rings.push({
      ...{ domain: domain.id, frame, grant, port },
      channel: channelView(host.channels, domain, port),
      state: state === OFFERED ? "offered" : "connected",
      ...deviceRing(host, device, frame),
    });
  }
  return rings;
}

function deviceRing(host: RingsHost, device: number, frame: number): Pick<RingView, "device" | "flows" | "fields"> {
  const page = pageOf(host, frame);
  const name = String.fromCharCode(...[0, 8, 16, 24].map((shift) => (device >>> shift) & 0xff)).replace(/\0+$/, "");
  if (name === "vbd") {
    const fields: RingField[] = [
      { name: "req_event", value: page(4) },
      { name: "rsp_event", value: page(12) },
    ];
    return { device: "block", flows: [blockFlow(page)], fields };
  }
  if (name === "vkbd")
    return {
      device: "keyboard",
      flows: [keyFlow(page, "in", KEYBOARD_IN), keyFlow(page, "out", KEYBOARD_OUT)],
      fields: [],
    };
  return { device: "other", flows: [], fields: [] };
}

/** Requests that have not been answered; the slots of those that have hold the answers. */
function blockFlow(page: Page): RingFlow {
  const indices = { produced: page(0), consumed: page(8), size: BLOCK_SLOTS };
  const count = waitingIn(indices);
  const slot = (index: number) => BLOCK_RING + ((index >>> 0) % BLOCK_SLOTS) * BLOCK_SLOT;
  const request = (index: number) => {
    const at = slot(index);
    const word = page(at);
    const operation = BLOCK_OPERATIONS[word & 0xff] ?? `op ${word & 0xff}`;
    return `#${(index >>> 0) % BLOCK_SLOTS}: ${operation}, sector ${page(at + 12)}, segments ${(word >>> 8) & 0xff}, id ${page(at + 4)}`;
  };
  const response = (index: number) => {
    const at = slot(index);
    const status = page(at + 8) >> 16;
    return `#${(index >>> 0) % BLOCK_SLOTS}: ${BLOCK_STATUS[status] ?? status}, id ${page(at)}`;
  };
  const done = Math.min(indices.consumed, MOST_DONE);
  return {
    ...{ name: "requests", ...indices, unit: "slots", fields: ["req_prod", "rsp_prod"] },
    waiting: Array.from({ length: Math.min(count, MOST_WAITING) }, (_, i) => request(indices.consumed + i)),
    done: Array.from({ length: done }, (_, i) => response(indices.consumed - done + i)),
  };
}

function keyFlow(page: Page, name: string, { at, size, cons, prod }: typeof KEYBOARD_IN): RingFlow {
  const indices = { produced: page(prod), consumed: page(cons), size };
  const event = (index: number) => {
    const word = page(at + ((index >>> 0) % size) * KEY_EVENT);
    const code = page(at + ((index >>> 0) % size) * KEY_EVENT + 4);
    return (word & 0xff) === KEY ? `key ${code} ${(word & 0xff00) === 0 ? "up" : "down"}` : `event ${word & 0xff}`;
  };
  const done = Math.min(indices.consumed, MOST_DONE, size);
  return {
    ...{ name, ...indices, unit: "slots", fields: [`${name}_prod`, `${name}_cons`] },
    waiting: Array.from({ length: Math.min(waitingIn(indices), MOST_WAITING) }, (_, i) => event(indices.consumed + i)),
    done: Array.from({ length: done }, (_, i) => event(indices.consumed - done + i)),
  };
}

// Grants.

const PERMIT = 3;

function grantOf({ grants }: RingsHost, domain: Domain, frame: number): number | null {
  for (let reference = 0; reference < GRANT_ENTRIES; reference++) {
    const entry = grants.entry(domain, reference);
    if ((entry.flags & PERMIT) !== 0 && entry.frame === frame) return reference;
  }
  return null;
}

function grantsOf({ grants }: RingsHost, granter: Domain): GrantRow[] {
  const rows: GrantRow[] = [];
  for (let reference = 0; reference < GRANT_ENTRIES; reference++) {
    const { flags, domain, frame } = grants.entry(granter, reference);
    const { readers, writers } = grants.use(granter, reference);
    if ((flags & PERMIT) === 0 && readers + writers === 0) continue;
    const readOnly = (flags & GTF_READONLY) !== 0;
    rows.push({ granter: granter.id, reference, domain, frame, flags, readOnly, readers, writers });
  }
  return rows;
}

function mappedBy({ grants }: RingsHost, domain: Domain): GrantMapRow[] {
  return grants.mappings(domain).map(([handle, { granter, reference, frame, address, flags }]) => ({
    ...{ domain: domain.id, handle, granter, reference, frame, address },
    readOnly: (flags & GNTMAP_READONLY) !== 0,
  }));
}
