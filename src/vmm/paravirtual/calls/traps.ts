import { EINVAL, ENOSYS, EPERM } from "../abi.ts";
import { SYSCALL_VECTOR } from "../boot.ts";
import { fixSelector } from "../descriptors.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { HOLE } from "../layout.ts";

const VECTORS = 256;

/**
 * set_trap_table(table): entries {u8 vector, u8 flags, u16 cs, u32 address}, up to one whose address is 0. A null table
 * takes every handler away.
 */
export const setTrapTable: Hypercall = (xen, args) => {
  const table = args[0]!;
  const { guest } = xen;
  if (table === 0) {
    for (let vector = 0; vector < VECTORS; vector++) writeEntry(xen, vector, 0, 0);
    return 0;
  }
  for (let i = 0; i <= VECTORS; i++) {
    const at = table + i * 8;
    const address = guest.read32(at + 4);
    if (address === 0) return 0;
    const selector = fixSelector(guest.read16(at + 2));
    writeEntry(xen, guest.read8(at), (guest.read8(at + 1) << 16) | selector, address);
  }
  return xen.refuse(EINVAL, "trap-table-without-end");
};

/** One entry; what refuses a later one leaves it as it is, and the gate of INT 80h follows at once. */
function writeEntry(xen: Hypervisor, vector: number, first: number, address: number): void {
  const { memory, current } = xen;
  memory.write32(current.trapTable + vector * 8, first);
  memory.write32(current.trapTable + vector * 8 + 4, address);
  if (vector === SYSCALL_VECTOR) xen.trapsChanged();
}

/** stack_switch(ss, esp): the stack on which the kernel is entered from user code. */
export const stackSwitch: Hypercall = (xen, args) => {
  const { fields } = xen.current;
  fields.kernelSs = fixSelector(args[0]!);
  fields.kernelSp = args[1]!;
  xen.stackChanged();
  return 0;
};

const CALLBACK_EVENT = 0;
const CALLBACK_FAILSAFE = 1;
const CALLBACK_NMI = 4;

/** set_callbacks(event cs, event eip, failsafe cs, failsafe eip). */
export const setCallbacks: Hypercall = (xen, args) => {
  register(xen, CALLBACK_EVENT, args[0]!, args[1]!);
  register(xen, CALLBACK_FAILSAFE, args[2]!, args[3]!);
  return 0;
};

function register(xen: Hypervisor, type: number, cs: number, eip: number): number {
  const { fields } = xen.current;
  if (type === CALLBACK_EVENT) {
    fields.eventCs = fixSelector(cs);
    fields.eventEip = eip;
  } else if (type === CALLBACK_FAILSAFE) {
    fields.failsafeCs = fixSelector(cs);
    fields.failsafeEip = eip;
  } else if (type !== CALLBACK_NMI) return xen.refuse(ENOSYS, "no-such-operation", type);
  return 0;
}

/** callback_op(cmd, arg): register {u16 type, u16 flags, u32 cs, u32 eip}; unregister {u16 type}. */
export const callbackOp: Hypercall = (xen, args) => {
  const [cmd, arg] = [args[0]!, args[1]!];
  const { guest } = xen;
  if (cmd !== 0 && cmd !== 1) return xen.refuse(ENOSYS, "no-such-operation", cmd);
  const type = guest.read16(arg);
  if (cmd === 1) return type === CALLBACK_NMI ? 0 : xen.refuse(EINVAL, "callback-stays", type);
  if (type === CALLBACK_FAILSAFE) xen.current.fields.failsafeMasks = (guest.read16(arg + 2) & 1) !== 0;
  return register(xen, type, guest.read32(arg + 4), guest.read32(arg + 8));
};

/** fpu_taskswitch(set): CR0.TS as the guest wants it. */
export const fpuTaskswitch: Hypercall = (xen, args) => {
  xen.current.fields.taskSwitched = args[0]! !== 0;
  return 0;
};

/** Where each debug register is kept, by number; 4 and 5 are none. */
const DEBUG_SLOTS: Readonly<Record<number, number>> = { 0: 0, 1: 1, 2: 2, 3: 3, 6: 4, 7: 5 };

/** set_debugreg(register, value): addresses below Xen only, no I/O breakpoints. */
export const setDebugreg: Hypercall = (xen, args) => {
  const [register, value] = [args[0]!, args[1]!];
  const slot = DEBUG_SLOTS[register];
  if (slot === undefined) return xen.refuse(EINVAL, "no-such-operation", register);
  if (register < 4 && value >>> 0 >= HOLE) return xen.refuse(EPERM, "debug-in-xen", value);
  const { debug } = xen.current.fields;
  if (register === 6) debug[slot] = (value & 0xe00f) | (0xffff0ff0 | 0);
  else if (register === 7) debug[slot] = (value & 0xffff03ff & ~0x2000) | 0x400;
  else debug[slot] = value;
  return 0;
};

/** get_debugreg(register): the value itself. */
export const getDebugreg: Hypercall = (xen, args) => {
  const slot = DEBUG_SLOTS[args[0]!];
  return slot === undefined ? xen.refuse(EINVAL, "no-such-operation", args[0]!) : xen.current.fields.debug[slot]!;
};
