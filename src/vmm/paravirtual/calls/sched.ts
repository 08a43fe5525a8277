import { EFAULT, EINVAL, ENOENT, ENOSYS, VIRQ_TIMER } from "../abi.ts";
import { isPort } from "../event-channels.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { tellRunstate } from "../runstate.ts";
import { nanoseconds, ticksAt, whole } from "../time.ts";

const MAX_POLLED = 128;

/** Waits for an event, upcalls unmasked: where one is pending already, at once goes on (do_block). */
function block(xen: Hypervisor): number {
  const { current, channels } = xen;
  channels.maskUpcalls(current, false);
  if (!channels.upcallPending(current)) current.fields.state = "blocked";
  return 0;
}

/** Waits until one of some ports is pending, whether masked or not, or until a time (do_poll). */
function poll(xen: Hypervisor, arg: number): number {
  const { current, channels, guest, machine } = xen;
  const ports = guest.read32(arg);
  const count = guest.read32(arg + 4) >>> 0;
  if (count > MAX_POLLED) return xen.refuse(EINVAL, "too-many-operations", count);
  const polled: number[] = [];
  for (let i = 0; i < count; i++) {
    const port = guest.read32(ports + i * 4);
    if (!isPort(port)) return xen.refuse(EINVAL, "no-such-port", port);
    if (channels.isPending(current, port)) return 0;
    polled.push(port);
  }
  const timeout = read64(xen, arg + 8);
  const until = timeout === 0n ? Number.POSITIVE_INFINITY : ticksAt(timeout);
  if (until <= machine.time || (channels.upcallPending(current) && !channels.upcallMasked(current))) return 0;
  current.fields.polled = polled;
  current.fields.pollUntil = until;
  current.fields.state = "blocked";
  return 0;
}

function read64(xen: Hypervisor, at: number): bigint {
  return whole(xen.guest.read32(at), xen.guest.read32(at + 4));
}

/** sched_op(cmd, arg): yield, block, shutdown, poll. */
export const schedOp: Hypercall = (xen, args) => {
  const [cmd, arg] = [args[0]!, args[1]!];
  switch (cmd) {
    case 0:
      xen.yield();
      return 0;
    case 1:
      return block(xen);
    case 2:
      xen.shutDown(xen.current, xen.guest.read32(arg));
      return 0;
    case 3:
      return poll(xen, arg);
    default:
      return xen.refuse(ENOSYS, "no-such-operation", cmd);
  }
};

/** set_timer_op(timeout in ns of system time: EBX low, ECX high): VIRQ_TIMER then; 0 takes the timer back. */
export const setTimerOp: Hypercall = (xen, args) => {
  setTimer(xen, whole(args[0]!, args[1]!));
  return 0;
};

function setTimer(xen: Hypervisor, timeout: bigint): void {
  const { current } = xen;
  current.fields.timer = timeout === 0n ? Number.POSITIVE_INFINITY : ticksAt(timeout);
  if (current.fields.timer <= xen.machine.time) {
    current.fields.timer = Number.POSITIVE_INFINITY;
    xen.notifyVirq(current, VIRQ_TIMER);
  }
}

const IS_UP = 3;
const GET_RUNSTATE = 4;
const REGISTER_RUNSTATE = 5;
const SET_PERIODIC = 6;
const STOP_PERIODIC = 7;
/** A period below this would leave the guest no time (VCPUOP_set_periodic_timer: 1 ms). */
const SHORTEST_PERIOD = 1_000_000n;
const LONGEST_PERIOD = 1n << 48n;
const SET_SINGLESHOT = 8;
const STOP_SINGLESHOT = 9;

function tell(xen: Hypervisor, at: number): number {
  return tellRunstate(xen.guest, xen.current, at, xen.machine.time) ? 0 : xen.refuse(EFAULT, "bad-pointer");
}

function setPeriod(xen: Hypervisor, period: bigint): number {
  if (period < SHORTEST_PERIOD || period > LONGEST_PERIOD) return xen.refuse(EINVAL, "bad-period");
  const { fields } = xen.current;
  fields.period = Number(period);
  fields.periodic = ticksAt(nanoseconds(xen.machine.time) + period);
  return 0;
}

/** vcpu_op(cmd, vcpu, arg): every domain has one virtual CPU, which is up. */
export const vcpuOp: Hypercall = (xen, args) => {
  const [cmd, vcpu, arg] = [args[0]!, args[1]!, args[2]!];
  if (vcpu !== 0) return xen.refuse(ENOENT, "one-vcpu");
  switch (cmd) {
    case IS_UP:
      return 1;
    case GET_RUNSTATE:
      return tell(xen, arg);
    case REGISTER_RUNSTATE: {
      const area = xen.guest.read32(arg);
      const result = tell(xen, area);
      if (result === 0) xen.current.fields.runArea = area;
      return result;
    }
    case SET_PERIODIC:
      return setPeriod(xen, read64(xen, arg));
    case STOP_PERIODIC:
      xen.current.fields.periodic = Number.POSITIVE_INFINITY;
      return 0;
    case SET_SINGLESHOT:
      setTimer(xen, read64(xen, arg));
      return 0;
    case STOP_SINGLESHOT:
      xen.current.fields.timer = Number.POSITIVE_INFINITY;
      return 0;
    default:
      return xen.refuse(ENOSYS, "no-such-operation", cmd);
  }
};
