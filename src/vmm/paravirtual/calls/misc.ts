import {
  ASSIST_4GB_SEGMENTS,
  ASSIST_ARCHITECTURAL_IOPL,
  ASSIST_WRITABLE_PAGETABLES,
  EINVAL,
  ENOSYS,
  EPERM,
  XEN_VERSION,
} from "../abi.ts";
import type { Hypercall, Hypervisor } from "../hypervisor.ts";
import { HOLE } from "../layout.ts";

const EXTRA_VERSION = ".0-ringside";
const CAPABILITIES = "xen-3.0-x86_32";
const PAGE_SIZE = 4096;
/** XENFEAT bits offered: mmu_update with preserve-A/D (5). */
const FEATURES = 1 << 5;

function writeText(xen: Hypervisor, at: number, text: string, room: number): number {
  xen.frames.work += room;
  for (let i = 0; i < room; i++) xen.guest.write8(at + i, i < text.length ? text.charCodeAt(i) : 0);
  return 0;
}

/** xen_version(cmd, arg). */
export const xenVersion: Hypercall = (xen, args) => {
  const [cmd, arg] = [args[0]!, args[1]!];
  switch (cmd) {
    case 0:
      return XEN_VERSION;
    case 1:
      return writeText(xen, arg, EXTRA_VERSION, 16);
    case 3:
      return writeText(xen, arg, CAPABILITIES, 1024);
    case 5:
      xen.guest.write32(arg, HOLE | 0);
      return 0;
    case 6:
      xen.guest.write32(arg + 4, xen.guest.read32(arg) === 0 ? FEATURES : 0);
      return 0;
    case 7:
      return PAGE_SIZE;
    default:
      return xen.refuse(ENOSYS, "no-such-operation", cmd);
  }
};

const CONSOLE_MOST = 0x10000;

/** console_io(cmd, count, buffer): 0 writes to the hypervisor's serial console, 1 reads what has come in there. */
export const consoleIo: Hypercall = (xen, args) => {
  const [cmd, count, buffer] = [args[0]!, args[1]! >>> 0, args[2]!];
  if (cmd !== 0 && cmd !== 1) return xen.refuse(ENOSYS, "no-such-operation", cmd);
  if (count > CONSOLE_MOST) return xen.refuse(EINVAL, "too-many-operations", count);
  xen.frames.work += count;
  if (cmd === 0) {
    for (let i = 0; i < count; i++) xen.consoleWrite(xen.guest.read8((buffer + i) >>> 0));
    return 0;
  }
  if (!xen.current.privileged) return xen.refuse(EPERM, "not-privileged");
  const bytes = xen.consoleRead(count);
  for (const [i, byte] of bytes.entries()) xen.guest.write8((buffer + i) >>> 0, byte);
  return bytes.length;
};

const ASSISTS = [ASSIST_4GB_SEGMENTS, ASSIST_WRITABLE_PAGETABLES, ASSIST_ARCHITECTURAL_IOPL];

/** vm_assist(cmd, type): 0 enables, 1 disables. */
export const vmAssist: Hypercall = (xen, args) => {
  const [cmd, type] = [args[0]!, args[1]!];
  if (!ASSISTS.includes(type) || (cmd !== 0 && cmd !== 1)) return xen.refuse(EINVAL, "no-such-operation", type);
  const { fields } = xen.current;
  fields.assists = cmd === 0 ? fields.assists | (1 << type) : fields.assists & ~(1 << type);
  return 0;
};

const PHYSDEV_SET_IOPL = 6;
const PHYSDEV_EOI = 12;

/** physdev_op(cmd, arg): the guest's IOPL; the end of a physical interrupt, which needs nothing here. */
export const physdevOp: Hypercall = (xen, args) => {
  const [cmd, arg] = [args[0]!, args[1]!];
  if (cmd === PHYSDEV_EOI) return xen.current.privileged ? 0 : xen.refuse(EPERM, "not-privileged");
  if (cmd !== PHYSDEV_SET_IOPL) return xen.refuse(ENOSYS, "no-such-operation", cmd);
  const iopl = xen.guest.read32(arg);
  if (iopl < 1 || iopl > 3) return xen.refuse(EINVAL, "no-such-iopl", iopl);
  xen.current.fields.iopl = iopl;
  return 0;
};
