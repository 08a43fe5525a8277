import type { Words } from "../isa/types.ts";

/** A domain of a hypervisor that its guests know of. */
export interface HypervisorDomain {
  readonly id: number;
  /** May use devices, and act for other domains. */
  readonly privileged: boolean;
  readonly state: "running" | "blocked" | "dead";
  /** It has the processor, or had it last. */
  readonly current: boolean;
  /** First machine frame of its reservation, and how many frames it has at most. */
  readonly firstFrame: number;
  readonly frames: number;
}

/** A line of what a hypercall was asked for, in the interface's own terms. */
export interface CallEntry {
  readonly text: string;
  /** What came of it, where that is known of each. */
  readonly result: string | null;
}

/** A hypercall as it is kept in the hypervisor's log. */
export interface LoggedHypercall {
  /** Counted from 1, over all domains. */
  readonly number: number;
  readonly domain: number;
  readonly name: string;
  /** Arguments, without what lists hold. */
  readonly args: string;
  /** What a list among the arguments holds, as far as it was kept; `more` that was not. */
  readonly entries: readonly CallEntry[];
  readonly more: number;
  /** What it has answered beside EAX. */
  readonly answer: string | null;
  /** EAX, signed; null where a hypercall has no result. */
  readonly result: number | null;
  /** The name of the error in EAX. */
  readonly errno: string | null;
  /** All or a part of it was refused. */
  readonly failed: boolean;
  /** Key of the words that say why, with their numbers. */
  readonly refusal: { readonly reason: string; readonly a: number; readonly b: number } | null;
  /** Behind the instruction that called. */
  readonly eip: number;
  readonly tick: number;
}

/** The calls that are kept, newest last, and how many there have been. */
export interface HypercallHistory {
  readonly total: number;
  readonly calls: readonly LoggedHypercall[];
}

/** One end of an event channel. */
export interface ChannelView {
  readonly port: number;
  readonly kind: "unbound" | "interdomain" | "pirq" | "virq" | "ipi";
  /** The domain at the other end, or for which it is open. */
  readonly domain: number | null;
  /** The port at the other end, or the interrupt's number. */
  readonly target: number | null;
  /** The virtual or physical interrupt's name. */
  readonly name: string | null;
  readonly pending: boolean;
  readonly masked: boolean;
}

/** A virtual address of a guest's: selector and offset. */
export interface FarAddress {
  readonly selector: number;
  readonly offset: number;
}

/** What a domain shares with the hypervisor about events and time. */
export interface DomainEvents {
  readonly domain: HypervisorDomain;
  /** Physical address of shared_info. */
  readonly sharedInfo: number;
  readonly upcallPending: boolean;
  readonly upcallMask: boolean;
  readonly pendingSelector: number;
  readonly cr2: number;
  readonly time: {
    readonly version: number;
    /** Nanoseconds, as decimal digits: 64 bits. */
    readonly system: string;
    readonly tsc: string;
    readonly multiplier: number;
    readonly shift: number;
  };
  readonly wallClock: { readonly version: number; readonly seconds: number; readonly nanoseconds: number };
  readonly eventCallback: FarAddress | null;
  readonly failsafeCallback: FarAddress | null;
  readonly kernelStack: FarAddress;
  /** Virtual time (ticks) at which its timer's event is due, or null. */
  readonly timer: number | null;
  /** Ports that it waits for in a poll. */
  readonly polled: readonly number[];
  /** Those in use, and ports that are pending or masked though not in use. */
  readonly channels: readonly ChannelView[];
}

/** What a frame is used as. */
export type FrameUse = "none" | "l1" | "l2" | "segments" | "writable";

/** Who owns a frame: a domain by its id. */
export type FrameOwner = number | "hypervisor" | "nobody";

export interface FrameFacts {
  readonly owner: FrameOwner;
  readonly use: FrameUse;
  /** Uses as that, and references of any kind. */
  readonly uses: number;
  readonly references: number;
  readonly pinned: boolean;
  readonly validated: boolean;
  /** By the machine-to-physical table: the owner's page; -1 for none. */
  readonly page: number;
}

/** A page-table entry that maps a frame. */
export interface FrameMapping {
  readonly level: "pte" | "pde";
  /** Frame of the table, and who owns that. */
  readonly table: number;
  readonly owner: FrameOwner;
  readonly index: number;
  readonly entry: number;
  /** The linear address at which it is in the address space that the table's owner has loaded; null where it is not in that. */
  readonly linear: number | null;
}

export interface FrameMappings {
  readonly found: readonly FrameMapping[];
  /** There are more, or not all tables were looked through. */
  readonly more: boolean;
}

/** The frame table. */
export interface FramesView {
  readonly count: number;
  at(frame: number): FrameFacts;
  /** What the hypervisor or its domain builder has put there; null for memory that is the guest's to use. */
  purpose(frame: number): Words | null;
  mappings(frame: number, most: number): FrameMappings;
}

/** An index of a ring, or another field of its page. */
export interface RingField {
  readonly name: string;
  readonly value: number;
}

/** One direction of a ring: what a producer puts in and a consumer takes out. Indices run on and are taken modulo `size`. */
export interface RingFlow {
  readonly name: string;
  readonly size: number;
  readonly produced: number;
  readonly consumed: number;
  /** Names of the two indices, as the interface has them. */
  readonly fields: readonly [string, string];
  /** Bytes or slots. */
  readonly unit: "bytes" | "slots";
  /** What waits in it, in short: text, requests; and what was last taken out or answered, the newest last. */
  readonly waiting: readonly string[];
  readonly done: readonly string[];
}

/** A ring in a page that two domains share. */
export interface RingView {
  readonly device: "console" | "block" | "keyboard" | "other";
  /** The front end's domain. */
  readonly domain: number;
  readonly frame: number;
  /** Grant reference by which the back end has it, or null. */
  readonly grant: number | null;
  /** The front end's port of the event channel; null for none. */
  readonly port: number | null;
  readonly channel: ChannelView | null;
  /** Of an entry of the store page: offered or connected. */
  readonly state: "offered" | "connected" | null;
  readonly flows: readonly RingFlow[];
  readonly fields: readonly RingField[];
}

/** An entry of a grant table that is in use. */
export interface GrantRow {
  readonly granter: number;
  readonly reference: number;
  /** The domain that may use it, and the frame. */
  readonly domain: number;
  readonly frame: number;
  readonly flags: number;
  readonly readOnly: boolean;
  /** Uses for reading and for writing now. */
  readonly readers: number;
  readonly writers: number;
}

/** What a domain has mapped of another's. */
export interface GrantMapRow {
  readonly domain: number;
  readonly handle: number;
  readonly granter: number;
  readonly reference: number;
  readonly frame: number;
  readonly address: number;
  readonly readOnly: boolean;
}

export interface RingsView {
  readonly rings: readonly RingView[];
  readonly grants: readonly GrantRow[];
  readonly mapped: readonly GrantMapRow[];
}

/** How a hypervisor that its guests know of lets one look at it: all of it read at the present step. Changes nothing. */
export interface HypervisorView {
  /** The guest that was asked for is the first. */
  readonly domains: readonly HypervisorDomain[];
  readonly frames: FramesView;
  history(): HypercallHistory;
  events(): readonly DomainEvents[];
  rings(): RingsView;
}
