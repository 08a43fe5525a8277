import type { Memory } from "../../machine/memory.ts";
import {
  EVENT_CHANNEL_COUNT,
  EVTCHN_MASK,
  EVTCHN_PENDING,
  VCPU_MASK,
  VCPU_PENDING,
  VCPU_PENDING_SEL,
  VIRQ_COUNT,
} from "./abi.ts";
import type { Domain } from "./domain.ts";

/** What an event channel is bound to (public/event_channel.h, EVTCHNSTAT_*). */
export const CHANNEL_FREE = 0;
export const CHANNEL_UNBOUND = 1;
export const CHANNEL_INTERDOMAIN = 2;
export const CHANNEL_PIRQ = 3;
export const CHANNEL_VIRQ = 4;
export const CHANNEL_IPI = 5;

/** One end of an event channel. */
export interface Channel {
  readonly state: number;
  /** The domain that may bind or has bound the other end. */
  readonly domain: number;
  /** The other end's port, the virtual or the physical interrupt. */
  readonly target: number;
}

const FREE: Channel = { state: CHANNEL_FREE, domain: 0, target: 0 };

/**
 * The event channels of all domains: records in the hypervisor's memory, 8 bytes each (state in bits 7:0, domain in
 * 31:16; then the target), and the bits that tell of them in each domain's shared_info.
 */
export class EventChannels {
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  get(domain: Domain, port: number): Channel {
    if (!isPort(port)) return FREE;
    const at = domain.eventChannels + port * 8;
    const word = this.memory.read32(at);
    return { state: word & 0xff, domain: word >>> 16, target: this.memory.read32(at + 4) };
  }

  set(domain: Domain, port: number, { state, domain: other, target }: Channel): void {
    const at = domain.eventChannels + port * 8;
    this.memory.write32(at, state | (other << 16));
    this.memory.write32(at + 4, target);
  }

  /** The lowest free port, or -1. Port 0 is never given out. */
  free(domain: Domain): number {
    for (let port = 1; port < EVENT_CHANNEL_COUNT; port++)
      if ((this.memory.read8(domain.eventChannels + port * 8) & 0xff) === CHANNEL_FREE) return port;
    return -1;
  }

  /** The port bound to a virtual (or with `state`, a physical) interrupt, or -1. */
  portOf(domain: Domain, state: number, interrupt: number): number {
    for (let port = 1; port < EVENT_CHANNEL_COUNT; port++) {
      const channel = this.get(domain, port);
      if (channel.state === state && channel.target === interrupt) return port;
    }
    return -1;
  }

  /** Frees a port; the other end, if it has one, becomes unbound for this domain. */
  close(domain: Domain, port: number, find: (id: number) => Domain | null): void {
    const { state, domain: other, target } = this.get(domain, port);
    if (state === CHANNEL_INTERDOMAIN) {
      const peer = find(other);
      if (peer) this.set(peer, target, { state: CHANNEL_UNBOUND, domain: domain.id, target: 0 });
    }
    this.set(domain, port, FREE);
    this.setBit(domain.sharedInfo + EVTCHN_PENDING, port, false);
  }

  /** Frees every port of a domain. */
  closeAll(domain: Domain, find: (id: number) => Domain | null): void {
    for (let port = 1; isPort(port); port++)
      if (this.get(domain, port).state !== CHANNEL_FREE) this.close(domain, port, find);
  }

  /**
   * Raises a channel's event in its domain: the pending bit, and if the channel is not masked its selector bit and
   * upcall_pending. Answers whether the domain has something new to be told (evtchn_2l_set_pending).
   */
  raise(domain: Domain, port: number): boolean {
    const { memory } = this;
    const info = domain.sharedInfo;
    if (this.setBit(info + EVTCHN_PENDING, port, true)) return false;
    if (this.bit(info + EVTCHN_MASK, port)) return false;
    if (this.setBit(info + VCPU_PENDING_SEL, port >>> 5, true)) return false;
    memory.write8(info + VCPU_PENDING, 1);
    return true;
  }

  /** Takes the mask from a channel, and raises what has been pending meanwhile. Answers as `raise` does. */
  unmask(domain: Domain, port: number): boolean {
    const info = domain.sharedInfo;
    if (!this.setBit(info + EVTCHN_MASK, port, false)) return false;
    if (!this.bit(info + EVTCHN_PENDING, port)) return false;
    if (this.setBit(info + VCPU_PENDING_SEL, port >>> 5, true)) return false;
    this.memory.write8(info + VCPU_PENDING, 1);
    return true;
  }

  isPending(domain: Domain, port: number): boolean {
    return this.bit(domain.sharedInfo + EVTCHN_PENDING, port);
  }

  isMasked(domain: Domain, port: number): boolean {
    return this.bit(domain.sharedInfo + EVTCHN_MASK, port);
  }

  upcallPending(domain: Domain): boolean {
    return this.memory.read8(domain.sharedInfo + VCPU_PENDING) !== 0;
  }

  upcallMasked(domain: Domain): boolean {
    return this.memory.read8(domain.sharedInfo + VCPU_MASK) !== 0;
  }

  maskUpcalls(domain: Domain, masked: boolean): void {
    this.memory.write8(domain.sharedInfo + VCPU_MASK, masked ? 1 : 0);
  }

  private bit(table: number, index: number): boolean {
    return ((this.memory.read32(table + (index >>> 5) * 4) >>> (index & 31)) & 1) !== 0;
  }

  /** Answers what the bit was. */
  private setBit(table: number, index: number, value: boolean): boolean {
    const at = table + (index >>> 5) * 4;
    const word = this.memory.read32(at);
    const bit = 1 << (index & 31);
    const before = (word & bit) !== 0;
    if (before !== value) this.memory.write32(at, value ? word | bit : word & ~bit);
    return before;
  }
}

export function isPort(port: number): boolean {
  return port >= 0 && port < EVENT_CHANNEL_COUNT;
}

export function isVirq(virq: number): boolean {
  return virq >= 0 && virq < VIRQ_COUNT;
}
