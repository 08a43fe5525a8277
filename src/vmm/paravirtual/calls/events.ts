import {
  DOMID_SELF,
  EBUSY,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOSPC,
  ENOSYS,
  EPERM,
  ESRCH,
  PIRQ_COM1,
  PIRQ_KEYBOARD,
} from "../abi.ts";
import type { Domain } from "../domain.ts";
import {
  CHANNEL_FREE,
  CHANNEL_INTERDOMAIN,
  CHANNEL_IPI,
  CHANNEL_PIRQ,
  CHANNEL_UNBOUND,
  CHANNEL_VIRQ,
  isPort,
  isVirq,
} from "../event-channels.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";

type Operation = (xen: Hypervisor, arg: number) => number;

/** Puts a new channel of the caller's at a free port, and writes the port to `out`. */
function bind(xen: Hypervisor, owner: Domain, out: number, state: number, domain: number, target: number): number {
  const port = xen.channels.free(owner);
  if (port < 0) return xen.refuse(ENOSPC, "no-free-port");
  xen.guest.write32(out, port);
  xen.channels.set(owner, port, { state, domain, target });
  return 0;
}

function self(xen: Hypervisor, id: number): Domain | number {
  const domain = xen.domain(id);
  if (!domain) return xen.refuse(ESRCH, "no-such-domain", id);
  if (domain !== xen.current && !xen.current.privileged) return xen.refuse(EPERM, "not-privileged");
  return domain;
}

const allocUnbound: Operation = (xen, arg) => {
  const owner = self(xen, xen.guest.read16(arg));
  if (typeof owner === "number") return owner;
  const remote = xen.guest.read16(arg + 2);
  const id = remote === DOMID_SELF ? xen.current.id : remote;
  return bind(xen, owner, arg + 4, CHANNEL_UNBOUND, id, 0);
};

const bindInterdomain: Operation = (xen, arg) => {
  const { guest, channels, current } = xen;
  const id = guest.read16(arg);
  const remotePort = guest.read32(arg + 4);
  const remote = xen.domain(id);
  if (!remote) return xen.refuse(ESRCH, "no-such-domain", id);
  const channel = channels.get(remote, remotePort);
  if (channel.state !== CHANNEL_UNBOUND || channel.domain !== current.id)
    return xen.refuse(EINVAL, "port-not-offered", remotePort, remote.id);
  const port = channels.free(current);
  if (port < 0) return xen.refuse(ENOSPC, "no-free-port");
  guest.write32(arg + 8, port);
  channels.set(current, port, { state: CHANNEL_INTERDOMAIN, domain: remote.id, target: remotePort });
  channels.set(remote, remotePort, { state: CHANNEL_INTERDOMAIN, domain: current.id, target: port });
  // What was sent while the port was unbound is lost: the new end looks for itself.
  xen.notify(current, port);
  return 0;
};

const bindVirq: Operation = (xen, arg) => {
  const { guest, channels, current } = xen;
  const virq = guest.read32(arg);
  if (guest.read32(arg + 4) !== 0) return xen.refuse(ENOENT, "one-vcpu");
  if (!isVirq(virq)) return xen.refuse(EINVAL, "no-such-virq", virq);
  if (channels.portOf(current, CHANNEL_VIRQ, virq) >= 0) return xen.refuse(EEXIST, "already-bound", virq);
  return bind(xen, current, arg + 8, CHANNEL_VIRQ, 0, virq);
};

const bindIpi: Operation = (xen, arg) => {
  if (xen.guest.read32(arg) !== 0) return xen.refuse(ENOENT, "one-vcpu");
  return bind(xen, xen.current, arg + 4, CHANNEL_IPI, 0, 0);
};

const bindPirq: Operation = (xen, arg) => {
  const { guest, channels, current } = xen;
  const pirq = guest.read32(arg);
  if (!current.privileged) return xen.refuse(EPERM, "not-privileged");
  if (pirq !== PIRQ_KEYBOARD && pirq !== PIRQ_COM1) return xen.refuse(EINVAL, "no-such-pirq", pirq);
  if (channels.portOf(current, CHANNEL_PIRQ, pirq) >= 0) return xen.refuse(EEXIST, "already-bound", pirq);
  const result = bind(xen, current, arg + 8, CHANNEL_PIRQ, 0, pirq);
  if (result === 0) xen.bindPirq(pirq);
  return result;
};

const close: Operation = (xen, arg) => {
  const { channels, current } = xen;
  const port = xen.guest.read32(arg);
  if (channels.get(current, port).state === CHANNEL_FREE) return xen.refuse(EINVAL, "no-such-port", port);
  channels.close(current, port, (id) => xen.domain(id));
  return 0;
};

const send: Operation = (xen, arg) => {
  const { channels, current } = xen;
  const port = xen.guest.read32(arg);
  const channel = channels.get(current, port);
  if (channel.state === CHANNEL_INTERDOMAIN) {
    const remote = xen.domain(channel.domain);
    if (remote) xen.notify(remote, channel.target);
    return 0;
  }
  if (channel.state === CHANNEL_IPI) {
    xen.notify(current, port);
    return 0;
  }
  // Nobody there yet: the event is silently lost, as in Xen.
  if (channel.state === CHANNEL_UNBOUND) return 0;
  return xen.refuse(EINVAL, "no-such-port", port);
};

const status: Operation = (xen, arg) => {
  const { guest, channels } = xen;
  const owner = self(xen, guest.read16(arg));
  if (typeof owner === "number") return owner;
  const port = guest.read32(arg + 4);
  if (!isPort(port)) return xen.refuse(EINVAL, "no-such-port", port);
  const { state, domain, target } = channels.get(owner, port);
  guest.write32(arg + 8, state);
  guest.write32(arg + 12, 0);
  if (state === CHANNEL_UNBOUND || state === CHANNEL_INTERDOMAIN) {
    guest.write8(arg + 16, domain & 0xff);
    guest.write8(arg + 17, domain >>> 8);
    if (state === CHANNEL_INTERDOMAIN) guest.write32(arg + 20, target);
  } else if (state === CHANNEL_PIRQ || state === CHANNEL_VIRQ) guest.write32(arg + 16, target);
  return 0;
};

const bindVcpu: Operation = (xen, arg) => (xen.guest.read32(arg + 4) === 0 ? 0 : xen.refuse(ENOENT, "one-vcpu"));

const unmask: Operation = (xen, arg) => {
  const port = xen.guest.read32(arg);
  if (!isPort(port)) return xen.refuse(EINVAL, "no-such-port", port);
  xen.channels.unmask(xen.current, port);
  return 0;
};

const reset: Operation = (xen, arg) => {
  const owner = self(xen, xen.guest.read16(arg));
  if (typeof owner === "number") return owner;
  if (owner !== xen.current) return xen.refuse(EBUSY, "not-privileged");
  xen.channels.closeAll(owner, (id) => xen.domain(id));
  return 0;
};

/** By sub-operation (public/event_channel.h). */
const OPERATIONS: readonly Operation[] = [
  bindInterdomain,
  bindVirq,
  bindPirq,
  close,
  send,
  status,
  allocUnbound,
  bindIpi,
  bindVcpu,
  unmask,
  reset,
];

/** event_channel_op(cmd, arg). */
export const eventChannelOp: Hypercall = (xen, args) => {
  const operation = OPERATIONS[args[0]! >>> 0];
  return operation ? operation(xen, args[1]!) : xen.refuse(ENOSYS, "no-such-operation", args[0]!);
};
