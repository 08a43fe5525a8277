import type { Machine } from "../../machine/machine.ts";
import type { Memory } from "../../machine/memory.ts";
import type { Domain } from "./domain.ts";
import type { EventChannels } from "./event-channels.ts";
import type { Frames } from "./frames.ts";
import type { Grants } from "./grants.ts";
import type { GuestMemory } from "./guest-memory.ts";
import type { Refusal } from "./refusals.ts";

/** What hypercalls work on. */
export interface Hypervisor {
  readonly machine: Machine;
  /** All of physical memory. */
  readonly memory: Memory;
  readonly frames: Frames;
  readonly grants: Grants;
  readonly channels: EventChannels;
  /** Through the page tables of the domain that calls. */
  readonly guest: GuestMemory;
  /** The domain that runs, or that has just called. */
  readonly current: Domain;
  readonly domains: readonly Domain[];
  /** By id; DOMID_SELF is the one that calls. Null for none, or a dead one. */
  domain(id: number): Domain | null;
  /** Notes why a call is refused, for the log and the event, and answers -errno. `a` and `b` fill the words. */
  refuse(errno: number, reason: Refusal, a?: number, b?: number): number;
  /** The processor's TLB: all of it, or one page of the address space that is loaded. */
  flush(): void;
  invalidate(linear: number): void;
  /** Puts a page directory (a machine frame that has been taken as one) into CR3 for the current domain. */
  loadBase(frame: number): void;
  /** Marks an event channel of a domain as pending, and wakes the domain if it waits for that. */
  notify(domain: Domain, port: number): void;
  /** A virtual interrupt for a domain, if it has bound it. */
  notifyVirq(domain: Domain, virq: number): void;
  /** A real interrupt line has got an owner: it is let through. */
  bindPirq(pirq: number): void;
  /** The hypervisor's serial console: a byte out, and at most so many bytes that have come in. */
  consoleWrite(byte: number): void;
  consoleRead(most: number): number[];
  /** Whether the domain that runs has been granted a port and those behind it. */
  mayUsePort(port: number, size: number): boolean;
  portIn(port: number, size: 1 | 2 | 4): number;
  portOut(port: number, size: 1 | 2 | 4, value: number): void;
  /** The caller gives the processor away once. */
  yield(): void;
  /** A domain has shut itself down (sched_op's reasons). */
  shutDown(domain: Domain, reason: number): void;
  /** The caller's handler of INT 80h, or its kernel stack, has changed: IDT and TSS follow. */
  trapsChanged(): void;
  stackChanged(): void;
  /** Ends a domain for breaking a rule. */
  crash(domain: Domain, reason: Refusal, a?: number, b?: number): void;
  /** The guest's GDT frames or LDT have changed: the hypervisor's mappings of them follow. */
  mapDescriptorTables(): void;
}

/** A hypercall: arguments EBX, ECX, EDX, ESI, EDI as they are (signed); answers EAX. May throw BAD_POINTER. */
export type Hypercall = (xen: Hypervisor, args: Int32Array) => number;
