import {
  DOMID_IO,
  DOMID_SELF,
  DOMID_XEN,
  ERRNO_NAMES,
  HYPERCALLS,
  type HypercallName,
  SHUTDOWN_CRASH,
  SHUTDOWN_POWEROFF,
  SHUTDOWN_REBOOT,
  SHUTDOWN_SUSPEND,
} from "./abi.ts";

// How numbers of the interface are written: names as Xen's public headers have them, the same in every language.

export const BY_NUMBER = new Map<number, HypercallName>(
  Object.entries(HYPERCALLS).map(([name, number]) => [number, name as HypercallName]),
);

/** The name of a hypercall; of a number that is none, `hypercall N`. */
export function hypercallName(number: number): string {
  return BY_NUMBER.get(number) ?? `hypercall ${number >>> 0}`;
}

/** The error that a result stands for, or null. */
export function errnoName(result: number): string | null {
  return result < 0 ? (ERRNO_NAMES[-result] ?? null) : null;
}

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
export const far = (selector: number, offset: number): string =>
  `${(selector & 0xffff).toString(16).padStart(4, "0")}:${(offset >>> 0).toString(16).padStart(8, "0")}`;
export const low = (word: number): number => word & 0xffff;
export const high = (word: number): number => word >>> 16;
export const signed = (half: number): number => (half << 16) >> 16;
export const named = (names: Readonly<Record<number, string>>, number: number): string =>
  names[number] ?? `${number >>> 0}`;
export const wide = (lowWord: number, highWord: number): bigint =>
  BigInt(lowWord >>> 0) | (BigInt(highWord >>> 0) << 32n);

const DOMAIN_NAMES: Readonly<Record<number, string>> = { [DOMID_SELF]: "self", [DOMID_IO]: "io", [DOMID_XEN]: "xen" };
export const domain = (id: number): string => `domain ${named(DOMAIN_NAMES, id)}`;

const BITS = [
  [1, "P"],
  [2, "RW"],
  [4, "U"],
  [8, "PWT"],
  [16, "PCD"],
  [32, "A"],
  [64, "D"],
  [128, "PS"],
  [256, "G"],
] as const;

/** A page-table entry: `0x00701063 (mfn 0x701, P RW A D)`. */
export function entryText(entry: number): string {
  const bits = BITS.filter(([bit]) => (entry & bit) !== 0).map(([, name]) => name);
  if ((entry & 1) === 0) return `${hex(entry)} (not present)`;
  return `${hex(entry)} (mfn ${hex(entry >>> 12)}, ${bits.join(" ")})`;
}

export const SHUTDOWNS: Readonly<Record<number, string>> = {
  [SHUTDOWN_POWEROFF]: "poweroff",
  [SHUTDOWN_REBOOT]: "reboot",
  [SHUTDOWN_SUSPEND]: "suspend",
  [SHUTDOWN_CRASH]: "crash",
};

/** Virtual interrupts by number (public/xen.h). */
export const VIRQ_NAMES: Readonly<Record<number, string>> = {
  0: "TIMER",
  1: "DEBUG",
  2: "CONSOLE",
  3: "DOM_EXC",
  4: "TBUF",
  6: "DEBUGGER",
  8: "CON_RING",
  9: "PCPU_STATE",
  11: "ARGO",
  12: "ENOMEM",
  13: "XENPMU",
};

const FLUSHES = ["", "TLB_FLUSH", "INVLPG", "3"] as const;

export function flushText(flags: number): string {
  const where = (flags & ~3) === 0 ? "LOCAL" : (flags & ~3) === 4 ? "ALL" : `on ${hex(flags & ~3)}`;
  return (flags & 3) === 0 ? "none" : `${FLUSHES[flags & 3]}|${where}`;
}

export const CHANNEL_STATES: Readonly<Record<number, string>> = {
  0: "closed",
  1: "unbound",
  2: "interdomain",
  3: "pirq",
  4: "virq",
  5: "ipi",
};

const GRANT_STATUS: Readonly<Record<number, string>> = {
  0: "okay",
  [-1]: "general_error",
  [-2]: "bad_domain",
  [-3]: "bad_gntref",
  [-4]: "bad_handle",
  [-5]: "bad_virt_addr",
  [-7]: "no_device_space",
  [-8]: "permission_denied",
  [-9]: "bad_page",
  [-10]: "bad_copy_arg",
};
export const status = (code: number): string => named(GRANT_STATUS, code);
export const MAP_FLAGS = [
  [1, "device_map"],
  [2, "host_map"],
  [4, "readonly"],
  [8, "application_map"],
  [16, "contains_pte"],
] as const;

export const MEMORY_OPERATIONS: Readonly<Record<number, string>> = {
  0: "increase_reservation",
  1: "decrease_reservation",
  6: "populate_physmap",
  7: "add_to_physmap",
  11: "exchange",
};
export const extents = (count = 0, order = 0): string =>
  order === 0 ? `${count} frames` : `${count} × 2^${order} frames`;

export const VERSION_OPERATIONS: Readonly<Record<number, string>> = {
  0: "version",
  1: "extraversion",
  2: "compile_info",
  3: "capabilities",
  4: "changeset",
  5: "platform_parameters",
  6: "get_features",
  7: "pagesize",
};
export const ASSISTS: Readonly<Record<number, string>> = {
  0: "4gb_segments",
  1: "4gb_segments_notify",
  2: "writable_pagetables",
  3: "pae_extended_cr3",
  4: "architectural_iopl",
  5: "runstate_update_flag",
};
export const VCPU_OPERATIONS: Readonly<Record<number, string>> = {
  0: "initialise",
  1: "up",
  2: "down",
  3: "is_up",
  4: "get_runstate_info",
  5: "register_runstate_memory_area",
  6: "set_periodic_timer",
  7: "stop_periodic_timer",
  8: "set_singleshot_timer",
  9: "stop_singleshot_timer",
  10: "register_vcpu_info",
  11: "send_nmi",
};
export const CALLBACKS: Readonly<Record<number, string>> = {
  0: "event",
  1: "failsafe",
  2: "syscall",
  4: "nmi",
  5: "sysenter",
};
export const PHYSDEV_OPERATIONS: Readonly<Record<number, string>> = { 6: "set_iopl", 12: "eoi" };

/** Text of a console write as a string literal, as far as it was kept. */
export function consoleText(words: readonly (readonly number[])[], length: number): string {
  const bytes = words.flatMap(([word = 0]) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff));
  const kept = bytes.slice(0, length);
  const text = kept.map((byte) => (byte === 10 ? "\\n" : byte < 32 || byte > 126 ? "." : String.fromCharCode(byte)));
  return `"${text.join("")}"${kept.length < length ? "…" : ""}`;
}

/** EAX: an error by its name, a small number in decimal, another in hexadecimal. */
export function resultText(result: number): string {
  const errno = errnoName(result);
  if (errno !== null) return `-${errno}`;
  return result >= 0 && result < 65536 ? String(result) : hex(result);
}
