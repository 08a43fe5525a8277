import { E2BIG, EFAULT, EINVAL, ENOSYS, HYPERCALLS, type HypercallName } from "../abi.ts";
import { BAD_POINTER } from "../guest-memory.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { MOST_WORK } from "./batch.ts";
import { setGdt, updateDescriptor } from "./descriptors.ts";
import { eventChannelOp } from "./events.ts";
import { grantTableOp } from "./grants.ts";
import { memoryOp } from "./memory.ts";
import { consoleIo, physdevOp, vmAssist, xenVersion } from "./misc.ts";
import { mmuextOp, mmuUpdate, updateVaMapping } from "./mmu.ts";
import { schedOp, setTimerOp, vcpuOp } from "./sched.ts";
import {
  callbackOp,
  fpuTaskswitch,
  getDebugreg,
  setCallbacks,
  setDebugreg,
  setTrapTable,
  stackSwitch,
} from "./traps.ts";

const MULTICALL_MOST = 4096;
const MULTICALL_ENTRY = 32;

/** multicall(entries, count): {op, result, args[6]} each, one after the other; nested ones are refused. */
const multicall: Hypercall = (xen, args) => {
  const [list, count] = [args[0]!, args[1]! >>> 0];
  if (count > MULTICALL_MOST) return xen.refuse(EINVAL, "too-many-operations", count);
  const { guest, frames } = xen;
  const before = frames.work;
  const inner = new Int32Array(5);
  for (let i = 0; i < count; i++) {
    if (frames.work - before > MOST_WORK) return xen.refuse(E2BIG, "too-much-work", i);
    const at = list + i * MULTICALL_ENTRY;
    const number = guest.read32(at);
    for (let k = 0; k < inner.length; k++) inner[k] = guest.read32(at + 8 + k * 4);
    const nested = number === HYPERCALLS.multicall || number === HYPERCALLS.iret;
    const result = nested ? xen.refuse(EINVAL, "nested-multicall") : hypercall(xen, number, inner);
    guest.write32(at + 4, result);
    // One that has begun to wait does so once all of them are done.
    if (xen.current.fields.state === "dead") break;
  }
  return 0;
};

/** Every hypercall but iret, which is a matter of the registers alone (`../traps.ts`). */
const CALLS: Readonly<Record<Exclude<HypercallName, "iret">, Hypercall>> = {
  set_trap_table: setTrapTable,
  mmu_update: mmuUpdate,
  set_gdt: setGdt,
  stack_switch: stackSwitch,
  set_callbacks: setCallbacks,
  fpu_taskswitch: fpuTaskswitch,
  set_debugreg: setDebugreg,
  get_debugreg: getDebugreg,
  update_descriptor: updateDescriptor,
  memory_op: memoryOp,
  multicall,
  update_va_mapping: updateVaMapping,
  set_timer_op: setTimerOp,
  xen_version: xenVersion,
  console_io: consoleIo,
  grant_table_op: grantTableOp,
  vm_assist: vmAssist,
  vcpu_op: vcpuOp,
  mmuext_op: mmuextOp,
  sched_op: schedOp,
  callback_op: callbackOp,
  event_channel_op: eventChannelOp,
  physdev_op: physdevOp,
};

const BY_NUMBER: (Hypercall | undefined)[] = [];
for (const [name, call] of Object.entries(CALLS)) BY_NUMBER[HYPERCALLS[name as HypercallName]] = call;

/** Runs hypercall `number` for the current domain with EBX, ECX, EDX, ESI, EDI; answers what goes into EAX. */
export function hypercall(xen: Hypervisor, number: number, args: Int32Array): number {
  const call = BY_NUMBER[number >>> 0];
  if (!call) return xen.refuse(ENOSYS, "no-such-hypercall", number);
  try {
    return call(xen, args);
  } catch (error) {
    if (error !== BAD_POINTER) throw error;
    return xen.refuse(EFAULT, "bad-pointer");
  }
}
