import { disassembleBytes } from "../../asm/disassemble.ts";
import { ATTR_DB, CS, EBP, ESP, SS } from "../../cpu/state.ts";
import { programHere } from "../domains.ts";
import { readLinear, type Side } from "../inspect/side.ts";
import { symbolAt } from "../inspect/symbols.ts";
import { type Call, ConsoleError, hex, words } from "./call.ts";
import { character, type Format, formatted, parseFormat } from "./format.ts";
import { addressOf } from "./location.ts";

/** Bytes from somewhere on; null where there is none. */
type Reader = (address: number, length: number) => (number | null)[];

const LONGEST_STRING = 256;
const LONGEST_INSTRUCTION = 15;
const NOTHING_MAPPED = words("nothing is mapped here", "此处未映射");

function linear(side: Side): Reader {
  return (address, length) => {
    const { bytes, mapped } = readLinear(side, address, length);
    return Array.from(bytes, (byte, i) => (mapped[i] === 0 ? null : byte));
  };
}

function physical({ at: { run } }: Call, real: boolean): Reader {
  const { memory } = real ? run.machine : run.guest;
  return (address, length) =>
    Array.from({ length }, (_, i) => ((address + i) >>> 0 < memory.size ? memory.read8((address + i) >>> 0) : null));
}

/** `x/NFU ADDRESS`: linear memory. `x/… real ADDRESS` reads through the processor's own tables. */
export function examine(call: Call): void {
  const { real, rest } = call.sided();
  show(call, call.side(real), linear(call.side(real)), rest);
}

/** `xp/NFU ADDRESS`: physical memory, the guest's or (`real`) the host's. */
export function examinePhysical(call: Call): void {
  const { real, rest } = call.sided();
  show(call, call.side(real), physical(call, real), rest);
}

function show(call: Call, side: Side, read: Reader, rest: string): void {
  // `x /8xw ADDRESS`, as Bochs has it, is the same.
  const spaced = /^\/(\S*)\s*/.exec(rest);
  const format = parseFormat(spaced ? spaced[1]! : call.format, { count: 1, letter: "x", size: 4 });
  const text = spaced ? rest.slice(spaced[0].length) : rest;
  if (text.trim() === "") {
    throw new ConsoleError(
      words(
        "Which address? For example: x/8xw $esp, x/4i $eip, x/s message.",
        "哪个地址？例如：x/8xw $esp、x/4i $eip、x/s message。",
      ),
    );
  }
  const address = addressOf(call, text);
  if (format.letter === "i") instructions(call, side, read, address, format.count);
  else if (format.letter === "s") strings(call, read, address, format.count);
  else values(call, read, address, format);
}

function values(call: Call, read: Reader, address: number, { count, letter, size }: Format): void {
  const perLine = letter === "t" ? (size === 4 ? 2 : 4) : letter === "a" ? 2 : size === 4 ? 4 : 8;
  const bytes = read(address, count * size);
  for (let i = 0; i < count; i += perLine) {
    const at = (address + i * size) >>> 0;
    const cells = Array.from({ length: Math.min(perLine, count - i) }, (_, k) => {
      const own = bytes.slice((i + k) * size, (i + k + 1) * size);
      if (own.includes(null)) return "?".repeat(size * 2).padStart(size * 2 + 2);
      const value = own.reduceRight<number>((sum, byte) => sum * 256 + byte!, 0);
      return letter === "a" ? `${hex(value)}${call.label(value)}` : formatted(value, letter, size);
    });
    const width = Math.max(...cells.map((cell) => cell.length));
    call.say(`${hex(at)}${call.label(at)}:  ${cells.map((cell) => cell.padStart(width)).join("  ")}`);
  }
}

function strings(call: Call, read: Reader, address: number, count: number): void {
  let at = address;
  for (let i = 0; i < count; i++) {
    const bytes = read(at, LONGEST_STRING);
    if (bytes[0] === null) {
      call.say(`${hex(at)}:  ${call.in(NOTHING_MAPPED)}`);
      return;
    }
    let end = bytes.findIndex((byte) => byte === 0 || byte === null);
    const cut = end < 0;
    if (cut) end = bytes.length;
    const text = bytes
      .slice(0, end)
      .map((byte) => character(byte!))
      .join("");
    call.say(`${hex(at)}${call.label(at)}:  "${text}"${cut ? "..." : ""}`);
    at = (at + end + (cut ? 0 : 1)) >>> 0;
  }
}

function instructions(call: Call, side: Side, read: Reader, address: number, count: number, end = -1): void {
  const bits = (side.state.attr[CS]! & ATTR_DB) !== 0 ? 32 : 16;
  const current = (side.state.base[CS]! + side.state.eip) >>> 0;
  const symbol = (target: number) => {
    const name = symbolAt(programHere(call.at), target);
    return name?.includes("+") ? null : name;
  };
  let at = address;
  for (let i = 0; i < count && (end < 0 || at < end); i++) {
    const bytes = read(at, LONGEST_INSTRUCTION);
    const known = bytes.indexOf(null);
    const own = Uint8Array.from((known < 0 ? bytes : bytes.slice(0, known)) as number[]);
    if (own.length === 0) {
      call.say(`   ${hex(at)}:  ${call.in(NOTHING_MAPPED)}`);
      return;
    }
    const { text, length } = disassembleBytes(own, 0, at, bits, symbol);
    const dump = [...own.subarray(0, length)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    call.say(`${at === current ? "=>" : "  "} ${hex(at)}${call.label(at)}:  ${dump.padEnd(20)}  ${text}`);
    at = (at + length) >>> 0;
  }
}

/** `disas [FROM [TO]]`, `u/N [FROM]`: instructions, from the next one on if nothing is said. */
export function disassembly(call: Call): void {
  const { real, rest } = call.sided();
  const side = call.side(real);
  const spaced = /^\/(\d+)\s*/.exec(rest);
  const count = spaced ? Number(spaced[1]) : /^\d+$/.test(call.format) ? Number(call.format) : 10;
  const [from, to] = (spaced ? rest.slice(spaced[0].length) : rest).split(
    /\s*,\s*|(?<![-+*/&|(<>])\s+(?=[\w$.*][^\s]*$)/,
  );
  const start = from?.trim() ? addressOf(call, from) : (side.state.base[CS]! + side.state.eip) >>> 0;
  const end = to?.trim() ? addressOf(call, to) : -1;
  instructions(call, side, linear(side), start, end < 0 ? Math.min(count, 500) : 500, end);
}

/** `print-stack [N]`: the words on the stack, the top first. */
export function stack(call: Call): void {
  const { real, rest } = call.sided();
  const side = call.side(real);
  const count = call.count(rest, 16, 1024);
  const { state } = side;
  const offset = (state.attr[SS]! & ATTR_DB) !== 0 ? state.gpr[ESP]! >>> 0 : state.gpr[ESP]! & 0xffff;
  const top = (state.base[SS]! + offset) >>> 0;
  const bytes = linear(side)(top, count * 4);
  for (let i = 0; i < count; i++) {
    const own = bytes.slice(i * 4, i * 4 + 4);
    const value = own.includes(null) ? null : own.reduceRight<number>((sum, byte) => sum * 256 + byte!, 0) >>> 0;
    const shown = value === null ? call.in(NOTHING_MAPPED) : `${hex(value)}${call.label(value)}`;
    call.say(`${hex(top + i * 4)}  [esp+${hex(i * 4, 2)}]  ${shown}`);
  }
}

const MOST_FRAMES = 64;

/** `bt`: who called whom, by the chain of EBPs. */
export function backtrace(call: Call): void {
  const { real } = call.sided();
  const side = call.side(real);
  const { state } = side;
  const read = linear(side);
  const width = (state.attr[CS]! & ATTR_DB) !== 0 ? 4 : 2;
  const mask = (state.attr[SS]! & ATTR_DB) !== 0 ? 0xffffffff : 0xffff;
  const word = (address: number): number | null => {
    const bytes = read(address, width);
    return bytes.includes(null) ? null : bytes.reduceRight<number>((sum, byte) => sum * 256 + byte!, 0) >>> 0;
  };
  let linearEip = (state.base[CS]! + state.eip) >>> 0;
  let frame = (state.gpr[EBP]! & mask) >>> 0;
  const esp = (state.gpr[ESP]! & mask) >>> 0;
  for (let i = 0; i < MOST_FRAMES; i++) {
    const place = programHere(call.at).sources?.at(linearEip);
    call.say(`#${i}  ${hex(linearEip)}${call.label(linearEip)}${place ? `  ${place.file}:${place.line}` : ""}`);
    const base = state.base[SS]!;
    const next = word((base + frame) >>> 0);
    const back = word((base + frame + width) >>> 0);
    // A frame lies above the stack's top and below the frame of its caller; code without frames has something else there.
    if (frame === 0 || frame < esp || next === null || back === null) break;
    const returnTo = (state.base[CS]! + back) >>> 0;
    if (symbolAt(programHere(call.at), returnTo) === null) break;
    linearEip = returnTo;
    // The outermost function has no frame of a caller to save.
    frame = next > frame ? next : 0;
  }
  if (call.lines.length === 1) {
    call.say(
      words(
        "No frame of EBP's leads further: `print-stack` shows the words on the stack.",
        "EBP 链不再通向上一层：print-stack 可查看栈上的内容。",
      ),
    );
  }
}
