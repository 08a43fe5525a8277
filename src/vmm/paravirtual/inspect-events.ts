import type { ChannelView, DomainEvents, FarAddress, HypervisorDomain } from "../../machine/hypervisor.ts";
import type { Memory } from "../../machine/memory.ts";
import {
  EVENT_CHANNEL_COUNT,
  VCPU_CR2,
  VCPU_PENDING_SEL,
  VCPU_SYSTEM_TIME,
  VCPU_TIME_VERSION,
  VCPU_TSC_MUL,
  VCPU_TSC_SHIFT,
  VCPU_TSC_STAMP,
  WALLCLOCK,
} from "./abi.ts";
import { VIRQ_NAMES } from "./decode-text.ts";
import type { Domain } from "./domain.ts";
import {
  CHANNEL_FREE,
  CHANNEL_INTERDOMAIN,
  CHANNEL_IPI,
  CHANNEL_PIRQ,
  CHANNEL_UNBOUND,
  CHANNEL_VIRQ,
  type EventChannels,
} from "./event-channels.ts";

const KINDS: Readonly<Record<number, ChannelView["kind"]>> = {
  [CHANNEL_UNBOUND]: "unbound",
  [CHANNEL_INTERDOMAIN]: "interdomain",
  [CHANNEL_PIRQ]: "pirq",
  [CHANNEL_VIRQ]: "virq",
  [CHANNEL_IPI]: "ipi",
};
const PIRQ_NAMES: Readonly<Record<number, string>> = { 1: "keyboard", 4: "COM1" };

/** An event channel of a domain; null for a port that is free. */
export function channelView(channels: EventChannels, of: Domain, port: number): ChannelView | null {
  const { state, domain, target } = channels.get(of, port);
  const kind = KINDS[state];
  if (state === CHANNEL_FREE || kind === undefined) return null;
  const peer = kind === "unbound" || kind === "interdomain";
  const names = kind === "virq" ? VIRQ_NAMES : PIRQ_NAMES;
  return {
    ...{ port, kind },
    domain: peer ? domain : null,
    target: kind === "unbound" || kind === "ipi" ? null : target,
    name: kind === "virq" || kind === "pirq" ? (names[target] ?? null) : null,
    pending: channels.isPending(of, port),
    masked: channels.isMasked(of, port),
  };
}

const address = (selector: number, offset: number): FarAddress | null =>
  offset === 0 ? null : { selector: selector & 0xffff, offset: offset >>> 0 };

/** What a domain shares with the hypervisor about events and time. */
export function eventsOf(memory: Memory, channels: EventChannels, of: Domain, domain: HypervisorDomain): DomainEvents {
  const { fields, sharedInfo } = of;
  const word = (offset: number) => memory.read32(sharedInfo + offset) >>> 0;
  const wide = (offset: number) => ((BigInt(word(offset + 4)) << 32n) | BigInt(word(offset))).toString();
  const inUse: ChannelView[] = [];
  for (let port = 1; port < EVENT_CHANNEL_COUNT; port++) {
    const channel = channelView(channels, of, port);
    if (channel) inUse.push(channel);
  }
  return {
    ...{ domain, sharedInfo },
    upcallPending: channels.upcallPending(of),
    upcallMask: channels.upcallMasked(of),
    pendingSelector: word(VCPU_PENDING_SEL),
    cr2: word(VCPU_CR2),
    time: {
      version: word(VCPU_TIME_VERSION),
      system: wide(VCPU_SYSTEM_TIME),
      tsc: wide(VCPU_TSC_STAMP),
      multiplier: word(VCPU_TSC_MUL),
      shift: (memory.read8(sharedInfo + VCPU_TSC_SHIFT) << 24) >> 24,
    },
    wallClock: { version: word(WALLCLOCK), seconds: word(WALLCLOCK + 4), nanoseconds: word(WALLCLOCK + 8) },
    eventCallback: address(fields.eventCs, fields.eventEip),
    failsafeCallback: address(fields.failsafeCs, fields.failsafeEip),
    kernelStack: { selector: fields.kernelSs & 0xffff, offset: fields.kernelSp >>> 0 },
    timer: Number.isFinite(fields.timer) ? fields.timer : null,
    polled: [...fields.polled],
    channels: inUse,
  };
}
