import { suggest } from "../../asm/suggest.ts";
import { getEflags } from "../../cpu/flags.ts";
import type { CpuState } from "../../cpu/state.ts";
import { CR0_BITS, CR4_BITS } from "../../isa/control.ts";
import { EDITABLE_REGISTERS } from "../../machine/edits.ts";
import { numberOf } from "../expression/evaluate.ts";
import { REGISTER_NAMES } from "../expression/registers.ts";
import { inspectSegments } from "../inspect/segments.ts";
import { isVirtualized } from "../inspect/side.ts";
import { modeOf, modeWords } from "../mode.ts";
import { GPR_NAMES, SEGMENT_NAMES } from "../registers.ts";
import { type Call, ConsoleError, hex, words } from "./call.ts";
import { character } from "./format.ts";

/** EFLAGS by bit, from the top, as Bochs prints them. */
const FLAGS: readonly (readonly [string, number])[] = [
  ["id", 21],
  ["vip", 20],
  ["vif", 19],
  ["ac", 18],
  ["vm", 17],
  ["rf", 16],
  ["nt", 14],
  ["of", 11],
  ["df", 10],
  ["if", 9],
  ["tf", 8],
  ["sf", 7],
  ["zf", 6],
  ["af", 4],
  ["pf", 2],
  ["cf", 0],
];

/** Upper case for what is set, as in Bochs. */
export function flagText(eflags: number): string {
  const flags = FLAGS.map(([name, bit]) => ((eflags >>> bit) & 1 ? name.toUpperCase() : name));
  flags.splice(7, 0, `IOPL=${(eflags >>> 12) & 3}`);
  return flags.join(" ");
}

function bitNames(value: number, names: readonly { readonly name: string; readonly mask: number }[]): string {
  return names
    .filter(({ mask }) => (value & mask) !== 0)
    .map(({ name }) => name)
    .join(" ");
}

/** A register's line: its name, its value, and what that means. */
function line(name: string, value: number, digits: number, meaning: string): string {
  return `${name.padEnd(8)} ${hex(value, digits).padEnd(12)} ${meaning}`.trimEnd();
}

/** Every line that `info reg` can show, by name. */
function registerLines(call: Call, state: CpuState): Map<string, string> {
  const all = new Map<string, string>();
  GPR_NAMES.forEach((name, i) => {
    const value = state.gpr[i]!;
    all.set(name, line(name, value, 8, `${value}${call.label(value >>> 0)}`));
  });
  const eip = state.eip >>> 0;
  all.set("eip", line("eip", eip, 8, call.label((state.base[1]! + eip) >>> 0).trim()));
  const eflags = getEflags(state);
  all.set("eflags", line("eflags", eflags, 8, flagText(eflags)));
  all.set("cpl", `${"cpl".padEnd(8)} ${String(state.cpl).padEnd(12)} ${call.in(modeWords(modeOf(state)))}`);
  SEGMENT_NAMES.forEach((name, i) => {
    all.set(name, line(name, state.selector[i]!, 4, `base ${hex(state.base[i]!)} limit ${hex(state.limit[i]!)}`));
  });
  all.set("cr0", line("cr0", state.cr0, 8, bitNames(state.cr0, CR0_BITS)));
  all.set("cr2", line("cr2", state.cr2, 8, ""));
  all.set("cr3", line("cr3", state.cr3, 8, ""));
  all.set("cr4", line("cr4", state.cr4, 8, bitNames(state.cr4, CR4_BITS)));
  for (const table of ["gdtr", "idtr"] as const) {
    all.set(table, line(table, state[`${table}Base`], 8, `limit ${hex(state[`${table}Limit`], 4)}`));
  }
  return all;
}

const GENERAL = [...GPR_NAMES, "eip", "eflags", "cpl", "cs", "ss", "ds", "es", "fs", "gs"];

/** Says whose registers are shown, where there are two. */
function heading(call: Call, real: boolean): void {
  if (!isVirtualized(call.at.run)) return;
  call.say(
    real
      ? words("The processor as it is:", "处理器的真实状态：")
      : words("As the guest believes (`real` shows the processor):", "客户机所见（加 real 显示处理器的真实状态）："),
  );
}

/** `r`, `info reg [NAME...]` */
export function registers(call: Call): void {
  const { real, rest } = call.sided();
  const { state } = call.side(real);
  const all = registerLines(call, state);
  const wanted = rest
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== "")
    .map((name) => name.replace(/^\$/, ""));
  if (wanted.length === 0 || wanted[0] === "all") {
    heading(call, real);
    call.say(...(wanted.length === 0 ? GENERAL : [...all.keys()]).map((name) => all.get(name)!));
    return;
  }
  for (const name of wanted) {
    const known = all.get(name) ?? smallRegister(name, state);
    if (known === null) {
      const near = suggest(name, REGISTER_NAMES.keys());
      throw new ConsoleError(
        words(
          `There is no register "${name}".${near ? ` Did you mean ${near}?` : ""}`,
          `没有寄存器“${name}”。${near ? `是不是 ${near}？` : ""}`,
        ),
      );
    }
    call.say(known);
  }
}

function smallRegister(name: string, state: CpuState): string | null {
  const register = REGISTER_NAMES.get(name);
  if (!register) return null;
  const value = register.read(state) >>> 0;
  return line(name, value, register.isFlag ? 1 : register.size * 2, String(value));
}

/** `info eflags` */
export function eflags(call: Call): void {
  const { real } = call.sided();
  const value = getEflags(call.side(real).state);
  heading(call, real);
  call.say(`${hex(value)}  ${flagText(value)}`);
}

/** `creg`: the control registers. */
export function controlRegisters(call: Call): void {
  const { real } = call.sided();
  const all = registerLines(call, call.side(real).state);
  heading(call, real);
  call.say(...["cr0", "cr2", "cr3", "cr4"].map((name) => all.get(name)!));
}

const PARAGRAPH = words(" (paragraph)", "（段值）");

/** `sreg`: segment registers with their hidden parts, and the table registers. */
export function segmentRegisters(call: Call): void {
  const { real } = call.sided();
  const all = registerLines(call, call.side(real).state);
  heading(call, real);
  for (const row of inspectSegments(call.at, { changes: false }).rows) {
    const part = real ? row.physical : (row.guest ?? row.physical);
    const name = row.name.padEnd(5);
    const selector = hex(part.selector, 4);
    if (!part.usable) call.say(`${name}${selector}  ${call.in(part.type)}`);
    else {
      const flags = part.flags.length > 0 ? `, ${part.flags.join(" ")}` : "";
      call.say(
        `${name}${selector}${part.paragraph ? call.in(PARAGRAPH) : ""}  base ${hex(part.base)}  limit ${hex(part.limit)}  DPL ${part.dpl}  ${call.in(part.type)}${flags}`,
      );
    }
    for (const note of part.stale) call.say(`        ${call.in(note)}`);
  }
  call.say(all.get("gdtr")!, all.get("idtr")!);
}

/** `dreg`: the debug registers. */
export function debugRegisters(call: Call): void {
  const { real } = call.sided();
  const { state } = call.side(real);
  heading(call, real);
  for (const name of ["dr0", "dr1", "dr2", "dr3", "dr6", "dr7"]) call.say(smallRegister(name, state)!);
}

/** `info cpu`: all of it, and where processor and guest part. */
export function cpu(call: Call): void {
  const { real } = call.sided();
  const shown = registerLines(call, call.side(real).state);
  heading(call, real);
  call.say(...shown.values());
  if (!isVirtualized(call.at.run)) return;
  const other = registerLines(call, call.side(!real).state);
  const differing = [...shown].filter(([name, text]) => other.get(name) !== text).map(([name]) => name);
  if (differing.length === 0) return;
  call.say(
    real
      ? words("The guest believes instead:", "而客户机所见是：")
      : words("In truth the processor has:", "而处理器实际是："),
  );
  call.say(...differing.map((name) => other.get(name)!));
}

/** `p[/F] EXPRESSION` */
export function print(call: Call): void {
  if (call.rest.trim() === "") {
    throw new ConsoleError(
      words(
        "What? For example: p $eax + 4, p/d [esp], p real.cs, p handler.",
        "打印什么？例如：p $eax + 4、p/d [esp]、p real.cs、p handler。",
      ),
    );
  }
  const value = call.value(call.rest);
  const bits = value.bits >>> 0;
  const label = call.label(bits);
  switch (call.format.toLowerCase()) {
    case "":
      call.say(`${hex(bits, value.size * 2)}  ${numberOf(value)}${label}`);
      return;
    case "x":
      call.say(`${hex(bits, value.size * 2)}`);
      return;
    case "d":
      call.say(String(bits | 0));
      return;
    case "u":
      call.say(String(bits));
      return;
    case "o":
      call.say(`0${bits.toString(8)}`);
      return;
    case "t":
      call.say(`0b${bits.toString(2).padStart(value.size * 8, "0")}`);
      return;
    case "a":
      call.say(`${hex(bits)}${label}`);
      return;
    case "c":
      call.say(`${(bits << 24) >> 24} '${character(bits & 0xff)}'`);
      return;
    default:
      throw new ConsoleError(
        words("p takes the formats x d u o t a c: p/x $eax.", "p 接受的格式：x d u o t a c，例如 p/x $eax。"),
      );
  }
}

/** `set $reg = EXPRESSION`, `set [ADDRESS] = EXPRESSION`: recorded as an input, like a key. */
export function set(call: Call): void {
  const found = /^(?:var\s+)?(.+?)\s*:?=(?!=)\s*(.+)$/.exec(call.rest.trim());
  if (!found) {
    throw new ConsoleError(
      words("For example: set $eax = 5, set byte [message] = 'A'.", "例如：set $eax = 5、set byte [message] = 'A'。"),
    );
  }
  const [, target = "", text = ""] = found;
  const value = call.value(text).bits >>> 0;
  const name = target.replace(/^\$/, "").toLowerCase();
  const known = EDITABLE_REGISTERS[name] !== undefined || SEGMENT_NAMES.includes(name as "es") || name === "cpl";
  if (known) {
    call.do({ kind: "edit", event: { kind: "set-register", name, value } });
    return;
  }
  const place = /[[*]/.test(target) ? call.value(target).place : null;
  if (place === null) {
    const near = suggest(name, Object.keys(EDITABLE_REGISTERS));
    throw new ConsoleError(
      words(
        `"${target}" cannot be set.${near ? ` Did you mean $${near}?` : ""} Registers can (${Object.keys(EDITABLE_REGISTERS).join(" ")}), and memory: byte [ADDRESS].`,
        `不能设置“${target}”。${near ? `是不是 $${near}？` : ""}可以设置寄存器（${Object.keys(EDITABLE_REGISTERS).join(" ")}）和内存：byte [地址]。`,
      ),
    );
  }
  if (place.view === "real") {
    throw new ConsoleError(words("Only what is the guest's can be set.", "只能设置属于客户机的内容。"));
  }
  const bytes = Array.from({ length: place.size }, (_, i) => (value >>> (8 * i)) & 0xff);
  const { probe } = call.at.run;
  probe.readGuest();
  const at = place.space === "physical" ? place.address : probe.toPhysical(place.address);
  const last = (place.address + place.size - 1) >>> 0;
  if (at === null || (place.space === "linear" && probe.toPhysical(last) !== at + place.size - 1)) {
    throw new ConsoleError(
      words(
        `Nothing is mapped at ${hex(place.address)}, or not in one piece.`,
        `${hex(place.address)} 处没有映射，或不连续。`,
      ),
    );
  }
  call.do({ kind: "edit", event: { kind: "set-memory", address: at, bytes } });
}
