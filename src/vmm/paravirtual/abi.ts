/**
 * The interface of 32-bit Xen as far as it is offered here: numbers and structures of xen/include/public. Data only.
 */

/** Hypercalls by number (public/xen.h). */
export const HYPERCALLS = {
  set_trap_table: 0,
  mmu_update: 1,
  set_gdt: 2,
  stack_switch: 3,
  set_callbacks: 4,
  fpu_taskswitch: 5,
  set_debugreg: 8,
  get_debugreg: 9,
  update_descriptor: 10,
  memory_op: 12,
  multicall: 13,
  update_va_mapping: 14,
  set_timer_op: 15,
  xen_version: 17,
  console_io: 18,
  grant_table_op: 20,
  vm_assist: 21,
  iret: 23,
  vcpu_op: 24,
  mmuext_op: 26,
  sched_op: 29,
  callback_op: 30,
  event_channel_op: 32,
  physdev_op: 33,
} as const;
export type HypercallName = keyof typeof HYPERCALLS;
/** A hypercall page has room for so many stubs of 32 bytes. */
export const HYPERCALL_STUBS = 128;
export const HYPERCALL_STUB_SIZE = 32;

/** Errors, as positive numbers (public/errno.h). */
export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const ENXIO = 6;
export const E2BIG = 7;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EFAULT = 14;
export const EBUSY = 16;
export const EEXIST = 17;
export const EINVAL = 22;
export const ENOSPC = 28;
export const ENOSYS = 38;
export const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  6: "ENXIO",
  7: "E2BIG",
  11: "EAGAIN",
  12: "ENOMEM",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  22: "EINVAL",
  28: "ENOSPC",
  38: "ENOSYS",
};

/** Domain ids that are not a domain's own (public/xen.h). */
export const DOMID_SELF = 0x7ff0;
export const DOMID_IO = 0x7ff1;
export const DOMID_XEN = 0x7ff2;

// start_info (public/xen.h), offsets in bytes.
export const START_INFO = {
  magic: 0,
  nrPages: 32,
  sharedInfo: 36,
  flags: 40,
  storeMfn: 44,
  storeEvtchn: 48,
  consoleMfn: 52,
  consoleEvtchn: 56,
  ptBase: 60,
  nrPtFrames: 64,
  mfnList: 68,
  modStart: 72,
  modLen: 76,
  cmdLine: 80,
} as const;
export const START_MAGIC = "xen-3.0-x86_32";
export const SIF_PRIVILEGED = 1;
export const SIF_INITDOMAIN = 2;

// shared_info and vcpu_info (public/xen.h, arch-x86/xen.h), offsets in bytes; one virtual CPU.
export const VCPU_PENDING = 0;
export const VCPU_MASK = 1;
export const VCPU_PENDING_SEL = 4;
export const VCPU_CR2 = 8;
export const VCPU_TIME_VERSION = 32;
export const VCPU_TSC_STAMP = 40;
export const VCPU_SYSTEM_TIME = 48;
export const VCPU_TSC_MUL = 56;
export const VCPU_TSC_SHIFT = 60;
export const EVTCHN_PENDING = 2048;
export const EVTCHN_MASK = 2176;
export const WALLCLOCK = 2304;
export const ARCH_SHARED_INFO = 2316;
/** Event channels of a 32-bit domain under the two-level interface. */
export const EVENT_CHANNEL_COUNT = 1024;

export const VIRQ_TIMER = 0;
export const VIRQ_DEBUG = 1;
export const VIRQ_CONSOLE = 2;
export const VIRQ_COUNT = 24;

/** Physical interrupts that a domain can bind: lines of the first interrupt controller. */
export const PIRQ_KEYBOARD = 1;
export const PIRQ_COM1 = 4;

/** The version that is claimed: 4.17, whose interface this is. */
export const XEN_VERSION = (4 << 16) | 17;

/** trap_info.flags: who may raise it by INT n, and whether events are masked on entry. */
export const TRAP_DPL = 3;
export const TRAP_MASKS_EVENTS = 4;

/** vm_assist types. */
export const ASSIST_4GB_SEGMENTS = 0;
export const ASSIST_WRITABLE_PAGETABLES = 2;
export const ASSIST_ARCHITECTURAL_IOPL = 4;

/** sched_op shutdown's reasons. */
export const SHUTDOWN_POWEROFF = 0;
export const SHUTDOWN_REBOOT = 1;
export const SHUTDOWN_SUSPEND = 2;
export const SHUTDOWN_CRASH = 3;
