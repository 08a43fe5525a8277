import { DOMID_SELF, HYPERCALLS, type HypercallName } from "./abi.ts";
import {
  ASSISTS,
  BY_NUMBER,
  CALLBACKS,
  CHANNEL_STATES,
  consoleText,
  domain,
  entryText,
  extents,
  far,
  flushText,
  hex,
  high,
  hypercallName,
  low,
  MAP_FLAGS,
  MEMORY_OPERATIONS,
  named,
  PHYSDEV_OPERATIONS,
  resultText,
  SHUTDOWNS,
  signed,
  status,
  VCPU_OPERATIONS,
  VERSION_OPERATIONS,
  VIRQ_NAMES,
  wide,
} from "./decode-text.ts";
import type { LoggedCall } from "./log.ts";
import { pointedBy } from "./pointed.ts";

/** A line of a list among the arguments. */
export interface DecodedEntry {
  readonly text: string;
  readonly result: string | null;
}

/** A hypercall in the interface's own terms, which are the same in every language. */
export interface DecodedCall {
  readonly name: string;
  readonly args: string;
  readonly entries: readonly DecodedEntry[];
  /** Entries that were not kept. */
  readonly more: number;
  /** What it has answered beside EAX. */
  readonly answer: string | null;
}

const NO_ENTRIES: readonly DecodedEntry[] = [];
const plain = (text: string): DecodedEntry => ({ text, result: null });

/** What a decoder has of a call: its arguments, and by structure what was kept of each. */
interface Seen {
  readonly args: readonly number[];
  readonly read: readonly (readonly number[])[];
  readonly written: readonly (readonly number[])[];
}
interface Told {
  readonly args: string;
  readonly entries?: readonly DecodedEntry[];
  readonly answer?: string | null;
}
type Decoder = (seen: Seen) => Told;

const UPDATE_COMMANDS = ["", "machphys", "preserve A/D", "no translate"] as const;

const EXTENDED: Readonly<Record<number, readonly [name: string, first: "mfn" | "va" | null, second?: string]>> = {
  0: ["PIN_L1_TABLE", "mfn"],
  1: ["PIN_L2_TABLE", "mfn"],
  2: ["PIN_L3_TABLE", "mfn"],
  3: ["PIN_L4_TABLE", "mfn"],
  4: ["UNPIN_TABLE", "mfn"],
  5: ["NEW_BASEPTR", "mfn"],
  6: ["TLB_FLUSH_LOCAL", null],
  7: ["INVLPG_LOCAL", "va"],
  8: ["TLB_FLUSH_MULTI", null],
  9: ["INVLPG_MULTI", "va"],
  10: ["TLB_FLUSH_ALL", null],
  11: ["INVLPG_ALL", "va"],
  12: ["FLUSH_CACHE", null],
  13: ["SET_LDT", "va", "entries"],
  15: ["NEW_USER_BASEPTR", "mfn"],
  16: ["CLEAR_PAGE", "mfn"],
  17: ["COPY_PAGE", "mfn", "from mfn"],
  18: ["FLUSH_CACHE_GLOBAL", null],
  19: ["MARK_SUPER", "mfn"],
  20: ["UNMARK_SUPER", "mfn"],
};

function extendedText([command = 0, first = 0, second = 0]: readonly number[]): string {
  const [name, kind, also] = EXTENDED[command] ?? [`command ${command}`, null];
  const of = kind === null ? "" : ` ${kind} ${hex(first)}`;
  if (also === undefined) return name + of;
  return `${name}${of}, ${also} ${also === "entries" ? second >>> 0 : hex(second)}`;
}

const EVENT_OPERATIONS: Readonly<Record<number, (read: readonly number[], written: readonly number[]) => Told>> = {
  0: ([remote = 0, port = 0], [local]) => ({
    args: `bind_interdomain(${domain(low(remote))}, port ${port})`,
    answer: portText(local),
  }),
  1: ([virq = 0], [port]) => ({ args: `bind_virq(${named(VIRQ_NAMES, virq)})`, answer: portText(port) }),
  2: ([pirq = 0], [port]) => ({ args: `bind_pirq(${pirq})`, answer: portText(port) }),
  3: ([port = 0]) => ({ args: `close(port ${port})` }),
  4: ([port = 0]) => ({ args: `send(port ${port})` }),
  5: ([id = 0, port = 0], [state]) => ({
    args: `status(${domain(low(id))}, port ${port})`,
    answer: state === undefined ? null : named(CHANNEL_STATES, state),
  }),
  6: ([ids = 0], [port]) => ({
    args: `alloc_unbound(${domain(low(ids))}, remote ${domain(high(ids))})`,
    answer: portText(port),
  }),
  7: (_, [port]) => ({ args: "bind_ipi(vcpu 0)", answer: portText(port) }),
  8: ([port = 0, vcpu = 0]) => ({ args: `bind_vcpu(port ${port}, vcpu ${vcpu})` }),
  9: ([port = 0]) => ({ args: `unmask(port ${port})` }),
  10: ([id = 0]) => ({ args: `reset(${domain(low(id))})` }),
};

const portText = (port: number | undefined): string | null => (port === undefined ? null : `port ${port}`);

type Structure = (read: readonly number[], written: readonly number[]) => DecodedEntry;
const GRANT_OPERATIONS: Readonly<Record<number, readonly [name: string, structure: Structure]>> = {
  0: [
    "map_grant_ref",
    ([address = 0, flags = 0, reference = 0, id = 0], [code, handle]) => ({
      text: `ref ${reference} of ${domain(low(id))} at ${hex(address)}, ${
        MAP_FLAGS.filter(([bit]) => (flags & bit) !== 0)
          .map(([, name]) => name)
          .join("|") || "no flags"
      }`,
      result: code === undefined ? null : high(code) === 0 ? `handle ${handle}` : status(signed(high(code))),
    }),
  ],
  1: [
    "unmap_grant_ref",
    ([address = 0, handle = 0], [code]) => ({
      text: `handle ${handle} at ${hex(address)}`,
      result: code === undefined ? null : status(signed(low(code))),
    }),
  ],
  2: [
    "setup_table",
    ([id = 0, frames = 0, to = 0], [code]) => ({
      text: `${domain(low(id))}, ${frames} frames, list to ${hex(to)}`,
      result: code === undefined ? null : status(signed(low(code))),
    }),
  ],
  5: [
    "copy",
    ([source = 0, from = 0, target = 0, to = 0, length = 0], [code]) => ({
      text: `${copySide(source, from, (high(length) & 1) !== 0)} → ${copySide(target, to, (high(length) & 2) !== 0)}, ${low(length)} bytes`,
      result: code === undefined ? null : status(signed(low(code))),
    }),
  ],
  6: [
    "query_size",
    ([id = 0], [frames, most, code]) => ({
      text: domain(low(id)),
      result: code === undefined ? null : low(code) === 0 ? `${frames} of ${most} frames` : status(signed(low(code))),
    }),
  ],
};

function copySide(number: number, where: number, byGrant: boolean): string {
  return `${byGrant ? `ref ${number} of ${domain(low(where))}` : `mfn ${hex(number)}`}+${hex(high(where))}`;
}

const DECODERS: Readonly<Record<HypercallName, Decoder>> = {
  set_trap_table: ({ args: [table = 0], read }) => {
    const end = read.findIndex(([, address]) => address === 0);
    const entries = read.slice(0, end < 0 ? read.length : end);
    return {
      args: table === 0 ? "no table" : hex(table),
      entries: entries.map(([first = 0, address = 0]) => {
        const flags = (first >>> 8) & 0xff;
        const masks = (flags & 4) !== 0 ? ", masks events" : "";
        return plain(`vector ${hex(first & 0xff)} → ${far(high(first), address)}, dpl ${flags & 3}${masks}`);
      }),
    };
  },
  mmu_update: ({ args: [, count = 0, , foreign = DOMID_SELF], read }) => ({
    args: `count ${count >>> 0}, ${domain(low(foreign))}`,
    entries: read.map(([address = 0, top = 0, value = 0]) => {
      const command = address & 3;
      const at = `${top === 0 ? "" : `${hex(top)}:`}${hex(address & ~3)}`;
      if (command === 1) return plain(`m2p[mfn ${hex(address >>> 12)}] = pfn ${hex(value)}`);
      return plain(`[${at}] = ${entryText(value)}${command === 0 ? "" : `, ${UPDATE_COMMANDS[command]}`}`);
    }),
  }),
  set_gdt: ({ args: [, entries = 0], read }) => ({
    args: `entries ${entries >>> 0}`,
    entries: read.map(([frame = 0], i) => plain(`page ${i}: mfn ${hex(frame)}`)),
  }),
  stack_switch: ({ args: [ss = 0, esp = 0] }) => ({ args: far(ss, esp) }),
  set_callbacks: ({ args: [cs = 0, eip = 0, failsafeCs = 0, failsafeEip = 0] }) => ({
    args: `event ${far(cs, eip)}, failsafe ${far(failsafeCs, failsafeEip)}`,
  }),
  fpu_taskswitch: ({ args: [set = 0] }) => ({ args: `TS = ${set === 0 ? 0 : 1}` }),
  set_debugreg: ({ args: [register = 0, value = 0] }) => ({ args: `DR${register >>> 0} = ${hex(value)}` }),
  get_debugreg: ({ args: [register = 0] }) => ({ args: `DR${register >>> 0}` }),
  update_descriptor: ({ args: [address = 0, , lowWord = 0, highWord = 0] }) => ({
    args: `[${hex(address)}] = ${far(0, highWord).slice(5)} ${far(0, lowWord).slice(5)}`,
  }),
  memory_op: ({ args: [command = 0], read: [words], written: [done] }) => {
    const name = named(MEMORY_OPERATIONS, command);
    if (words === undefined) return { args: name };
    const [, count, order, id = 0, , newCount, newOrder] = words;
    if (command === 11)
      return {
        args: `${name}(${extents(count, order)} for ${extents(newCount, newOrder)})`,
        answer: done === undefined ? null : `${done[0]} exchanged`,
      };
    return { args: `${name}(${extents(count, order)}, ${domain(low(id))})` };
  },
  multicall: ({ args: [, count = 0], read, written }) => ({
    args: `count ${count >>> 0}`,
    entries: read.map(([number = 0, ...args], i) => {
      const { name, args: text } = decodeArguments(number, args);
      const result = written[i]?.[0];
      return {
        text: text === "" ? name : `${name}(${text})`,
        result: result === undefined ? null : resultText(result),
      };
    }),
  }),
  update_va_mapping: ({ args: [va = 0, value = 0, , flags = 0] }) => ({
    args: `va ${hex(va)}, val ${entryText(value)}, flags ${flushText(flags)}`,
  }),
  set_timer_op: ({ args: [lowWord = 0, highWord = 0] }) => {
    const timeout = wide(lowWord, highWord);
    return { args: timeout === 0n ? "stop" : `at ${timeout} ns` };
  },
  xen_version: ({ args: [command = 0], written: [words] }) => ({
    args: named(VERSION_OPERATIONS, command),
    answer: words === undefined ? null : hex(words[0]!),
  }),
  console_io: ({ args: [command = 0, count = 0], read }) => ({
    args: command === 0 ? `write ${count >>> 0}, ${consoleText(read, count >>> 0)}` : `read ${count >>> 0}`,
  }),
  grant_table_op: ({ args: [command = 0, , count = 0], read, written }) => {
    const [name, structure] = GRANT_OPERATIONS[command] ?? [command === 8 ? "set_version" : `command ${command}`, null];
    if (structure === null) return { args: read[0] === undefined ? name : `${name}(${read[0][0]})` };
    const entries = read.map((words, i) => structure(words, written[i] ?? []));
    return { args: count >>> 0 === 1 ? name : `${name}, count ${count >>> 0}`, entries };
  },
  vm_assist: ({ args: [command = 0, type = 0] }) => ({
    args: `${command === 0 ? "enable" : command === 1 ? "disable" : command} ${named(ASSISTS, type)}`,
  }),
  iret: () => ({ args: "" }),
  vcpu_op: ({ args: [command = 0, vcpu = 0], read: [words] }) => {
    const until = words === undefined ? "" : `, at ${wide(words[0]!, words[1]!)} ns`;
    return { args: `${named(VCPU_OPERATIONS, command)}(vcpu ${vcpu}${until})` };
  },
  mmuext_op: ({ args: [, count = 0, , foreign = DOMID_SELF], read }) => ({
    args: `count ${count >>> 0}, ${domain(low(foreign))}`,
    entries: read.map((words) => plain(extendedText(words))),
  }),
  sched_op: ({ args: [command = 0], read: [words] }) => {
    if (command === 2) return { args: `shutdown(${words === undefined ? "?" : named(SHUTDOWNS, words[0]!)})` };
    if (command !== 3) return { args: named({ 0: "yield", 1: "block" }, command) };
    if (words === undefined) return { args: "poll" };
    const timeout = wide(words[2]!, words[3]!);
    return { args: `poll(${words[1]! >>> 0} ports${timeout === 0n ? "" : `, until ${timeout} ns`})` };
  },
  callback_op: ({ args: [command = 0], read: [words] }) => {
    const name = command === 0 ? "register" : command === 1 ? "unregister" : `${command}`;
    if (words === undefined) return { args: name };
    const type = named(CALLBACKS, low(words[0]!));
    return { args: command === 0 ? `${name} ${type} ${far(words[1]!, words[2]!)}` : `${name} ${type}` };
  },
  event_channel_op: ({ args: [command = 0], read: [words = []], written: [left = []] }) =>
    EVENT_OPERATIONS[command]?.(words, left) ?? { args: `command ${command}` },
  physdev_op: ({ args: [command = 0], read: [words] }) => ({
    args: `${named(PHYSDEV_OPERATIONS, command)}${words === undefined ? "" : `(${words[0]})`}`,
  }),
};

function decodeArguments(number: number, args: readonly number[]): { readonly name: string; readonly args: string } {
  const name = BY_NUMBER.get(number);
  if (name === undefined) return { name: hypercallName(number), args: args.map(hex).join(", ") };
  return { name, args: DECODERS[name]({ args, read: [], written: [] }).args };
}

function pieces(words: readonly number[], size: number): number[][] {
  if (size === 0) return [];
  return Array.from({ length: Math.floor(words.length / size) }, (_, i) => [...words.slice(i * size, (i + 1) * size)]);
}

/** Decodes a call as it was logged. */
export function decodeCall(call: Pick<LoggedCall, "hypercall" | "args" | "read" | "written" | "result">): DecodedCall {
  const { hypercall, args } = call;
  const name = BY_NUMBER.get(hypercall);
  if (name === undefined) {
    const rest = args.map(hex).join(", ");
    return { name: hypercallName(hypercall), args: rest, entries: NO_ENTRIES, more: 0, answer: null };
  }
  const pointed = pointedBy(hypercall, Int32Array.from(args));
  const read = pieces(call.read, pointed?.read.length ?? 0);
  const written = pieces(call.written, pointed?.written.length ?? 0);
  const told = DECODERS[name]({ args, read, written });
  const entries = told.entries ?? NO_ENTRIES;
  // A trap table ends by an entry of its own: how long it is, is not among the arguments.
  const counted = pointed !== null && hypercall !== HYPERCALLS.set_trap_table && entries.length > 0;
  return {
    name,
    args: told.args,
    entries,
    more: counted ? Math.max(0, pointed.count - entries.length) : 0,
    answer: call.result < 0 ? null : (told.answer ?? null),
  };
}
