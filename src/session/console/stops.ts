import { suggest } from "../../asm/suggest.ts";
import { EXCEPTIONS } from "../../isa/exceptions.ts";
import { ROW_LIST } from "../../isa/rows.ts";
import type { Words } from "../../isa/types.ts";
import { exitReason } from "../../isa/vmx-exits.ts";
import type { Breakpoint, BreakpointPlace } from "../breakpoints/types.ts";
import { programHere } from "../domains.ts";
import { EXIT_NAMES, findExitReason } from "../vm-exits.ts";
import { type Call, ConsoleError, hex, words } from "./call.ts";
import { locationOf } from "./location.ts";

/** The id says what it stops at, so that the same one twice is one. */
function make(at: BreakpointPlace, condition: string | null = null): Breakpoint {
  const id = "kind" in at ? JSON.stringify(at) : "file" in at ? `${at.file}:${at.line}` : hex(at.address);
  return condition === null ? { id, at } : { id, at, condition };
}

function add(call: Call, breakpoint: Breakpoint, temporary = false): void {
  call.do({ kind: "break", breakpoint, temporary });
  const text = call.in(placeWords(breakpoint.at));
  const known = call.breakpoints.findIndex(({ id }) => id === breakpoint.id);
  const number = known >= 0 ? known + 1 : call.breakpoints.length + call.effects.length;
  call.say(words(`Breakpoint ${number}: ${text}`, `断点 ${number}：${text}`));
}

/** `b [LOCATION] [if CONDITION]` */
export function breakAt(temporary: boolean): (call: Call) => void {
  return (call) => {
    const [, where = "", condition] = /^(.*?)(?:(?:^|\s+)if\s+(.+))?$/.exec(call.rest.trim())!;
    if (condition !== undefined) call.value(condition);
    const here = call.side(false).state;
    const place =
      where === ""
        ? {
            address: (here.base[1]! + here.eip) >>> 0,
            source: programHere(call.at).sources?.at((here.base[1]! + here.eip) >>> 0),
          }
        : locationOf(call, where);
    add(call, make(place.source ? { ...place.source } : { address: place.address }, condition ?? null), temporary);
  };
}

const SIZES: Readonly<Record<string, number>> = { byte: 1, word: 2, dword: 4 };

/** `watch`, `rwatch`, `awatch`: `[r|w|rw] ADDRESS[, SIZE]`, `byte [ADDRESS]`, or (to see it change) any expression. */
export function watch(access: "read" | "write" | "any"): (call: Call) => void {
  return (call) => {
    const bochs = /^(rw|r|w)\s+(?=\S)/i.exec(call.rest.trim());
    const how = bochs ? ({ r: "read", w: "write", rw: "any" } as const)[bochs[1]!.toLowerCase() as "r"] : access;
    const text = call.rest.trim().slice(bochs?.[0].length ?? 0);
    if (text === "") {
      throw new ConsoleError(
        words(
          "What? For example: watch counter, rwatch byte [buffer], watch $eax.",
          "监视什么？例如：watch counter、rwatch byte [buffer]、watch $eax。",
        ),
      );
    }
    const memory = /^(?:(byte|word|dword)\s+)?(phys:)?\[(.+)\]$/i.exec(text);
    const star = /^\*\s*([^(].*)$/.exec(text);
    const sized = /^(.+?)\s*[,:]\s*(\d+)$/.exec(text);
    const address = memory?.[3] ?? star?.[1] ?? sized?.[1] ?? text;
    const size = memory ? (SIZES[(memory[1] ?? "dword").toLowerCase()] ?? 4) : Number(sized?.[2] ?? 4);
    // What holds of registers has no address: it is looked at after every instruction.
    const constant = !/\$|[[(]/.test(address) && !isRegister(call, address);
    if (!constant) {
      if (how !== "write" || bochs) {
        throw new ConsoleError(
          words(
            "Only memory can be watched for reads: name an address by numbers and symbols.",
            "只有内存才能监视读取：请用数字和符号给出地址。",
          ),
        );
      }
      call.value(text);
      add(call, make({ kind: "change", expression: text }));
      return;
    }
    call.value(address);
    add(call, make({ kind: "data", address, size, access: how, space: memory?.[2] ? "physical" : "linear" }));
  };
}

/** A name that is a register's and not a label's. */
function isRegister(call: Call, text: string): boolean {
  if (call.at.program.program.symbols.some(({ name }) => name === text)) return false;
  return /^(e?[abcd]x|[abcd][lh]|e?[sd]i|e?[sb]p|e?ip|e?flags|cr[0234]|[c-gs]s|cpl|[coszpaidt]f|iopl)$/i.test(text);
}

/** `modebp`: stops when ring, protection or paging change; again: no more. */
export function modeBreak(call: Call): void {
  const places: BreakpointPlace[] = [
    { kind: "ring", from: null, to: null, view: "guest" },
    { kind: "mode", bit: "protection", to: null },
    { kind: "mode", bit: "paging", to: null },
  ];
  const ids = places.map((place) => make(place).id);
  const set = call.breakpoints.flatMap(({ id }, i) => (ids.includes(id) ? [i + 1] : []));
  if (set.length === places.length) {
    call.do({ kind: "delete", numbers: set });
    call.say(words("No longer stops at changes of ring and mode.", "不再在环或模式切换时停下。"));
    return;
  }
  for (const place of places) add(call, make(place));
}

const CATCHES = ["trap", "exception", "ring", "mode", "port", "silent", "vmexit", "vmfail", "vmswitch"] as const;

/**
 * `catch trap|exception [VECTOR]`, `catch ring [FROM] [TO]`, `catch port PORT[-PORT] [in|out]`, `catch silent [POPF]`,
 * `catch vmexit [REASON]`, ...
 */
export function catchAt(call: Call): void {
  const [what = "", ...args] = call.rest.trim().toLowerCase().split(/\s+/);
  const kind = CATCHES.find((name) => what !== "" && name.startsWith(what));
  if (kind === undefined) {
    const near = suggest(what, CATCHES);
    throw new ConsoleError(
      words(
        `catch takes: ${CATCHES.join(", ")}.${near ? ` Did you mean catch ${near}?` : ""} For example: catch trap 13, catch port 0x3f8 out.`,
        `catch 接受：${CATCHES.join("、")}。${near ? `是不是 catch ${near}？` : ""}例如：catch trap 13、catch port 0x3f8 out。`,
      ),
    );
  }
  add(call, make(catchPlace(call, kind, args)));
}

function catchPlace(call: Call, kind: (typeof CATCHES)[number], args: readonly string[]): BreakpointPlace {
  const [first, second] = args;
  const number = (text: string | undefined) => (text === undefined ? null : call.value(text).bits);
  switch (kind) {
    case "trap":
      return { kind: "vector", vector: vectorOf(call, first), into: "vmm" };
    case "exception":
      return { kind: "vector", vector: vectorOf(call, first), into: "guest" };
    case "ring":
      return {
        kind: "ring",
        from: second === undefined ? null : number(first),
        to: number(second ?? first),
        view: "guest",
      };
    case "mode":
      return { kind: "mode", bit: first?.startsWith("pa") ? "paging" : "protection", to: null };
    case "silent":
      return { kind: "silent", row: first === undefined ? null : rowOf(first) };
    case "vmexit":
      return { kind: "vm-exit", reason: first === undefined ? null : reasonOf(first) };
    case "vmfail":
      return { kind: "vm-fail" };
    case "vmswitch":
      return { kind: "vm-switch" };
    case "port": {
      const [from, to] = (first ?? "").split("-");
      const low = number(from === "" ? undefined : from);
      if (low === null)
        throw new ConsoleError(
          words("Which port? For example: catch port 0x3f8 out.", "哪个端口？例如：catch port 0x3f8 out。"),
        );
      return {
        kind: "port",
        from: low,
        to: number(to) ?? low,
        direction: second === "in" || second === "out" ? second : "any",
      };
    }
  }
}

/** A vector by its number or the exception's name: `13`, `gp`, `#GP`. */
function vectorOf(call: Call, text: string | undefined): number | null {
  if (text === undefined) return null;
  const named = EXCEPTIONS.find(({ mnemonic }) => mnemonic.toLowerCase().replace("#", "") === text.replace("#", ""));
  return named?.vector ?? call.value(text).bits;
}

function rowOf(mnemonic: string): string {
  const silent = ROW_LIST.filter((row) => row.silent);
  // POPF is written without its width as a rule, and has it in the rows.
  const names = [mnemonic, `${mnemonic}d`, `${mnemonic}w`];
  const found = names.map((name) => silent.find((row) => row.mnemonic === name || row.id === name)).find(Boolean);
  if (found) return found.id;
  const all = [...new Set(silent.map((row) => row.mnemonic))];
  throw new ConsoleError(
    words(`Sensitive and silent are: ${all.join(", ")}.`, `敏感而不陷入的指令有：${all.join("、")}。`),
  );
}

/** A basic exit reason by its number or name; `any` is null. */
export function reasonOf(text: string): number | null {
  if (text === "any") return null;
  const found = findExitReason(text);
  if (found !== null) return found.number;
  const near = suggest(text, EXIT_NAMES);
  throw new ConsoleError(
    words(
      `There is no exit reason "${text}".${near ? ` Did you mean ${near}?` : ""} Give a number or a name, such as cpuid, io-instruction, ept-violation.`,
      `没有退出原因“${text}”。${near ? `是不是 ${near}？` : ""}请给出编号或名称，例如 cpuid、io-instruction、ept-violation。`,
    ),
  );
}

/** `info break` */
export function listStops(call: Call): void {
  if (call.breakpoints.length === 0) {
    call.say(words("No breakpoints. `b LOCATION` sets one.", "没有断点。用 b 位置 设置。"));
    return;
  }
  call.breakpoints.forEach((breakpoint, i) => {
    const off = breakpoint.enabled === false ? ` ${call.in(words("(disabled)", "（已停用）"))}` : "";
    const condition = breakpoint.condition ? `  if ${breakpoint.condition}` : "";
    call.say(`${String(i + 1).padStart(3)}  ${call.in(placeWords(breakpoint.at))}${condition}${off}`);
  });
}

/** The numbers of breakpoints in the arguments; null for all. */
function numbers(call: Call): readonly number[] | null {
  const texts = call.rest
    .trim()
    .split(/[\s,]+/)
    .filter((text) => text !== "");
  if (texts.length === 0) return null;
  return texts.map((text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > call.breakpoints.length) {
      throw new ConsoleError(
        words(
          `There is no breakpoint ${text}: \`info break\` lists them.`,
          `没有断点 ${text}：info break 可列出断点。`,
        ),
      );
    }
    return number;
  });
}

/** `delete [N...]` */
export function deleteStops(call: Call): void {
  const chosen = numbers(call);
  call.do({ kind: "delete", numbers: chosen });
  call.say(
    chosen === null
      ? words("All breakpoints deleted.", "已删除所有断点。")
      : words(`Deleted: ${chosen.join(", ")}.`, `已删除：${chosen.join("、")}。`),
  );
}

/** `enable [N...]`, `disable [N...]` */
export function enableStops(on: boolean): (call: Call) => void {
  return (call) => {
    const chosen = numbers(call);
    call.do({ kind: "enable", numbers: chosen, on });
    const which = chosen === null ? words("all", "全部") : words(chosen.join(", "), chosen.join("、"));
    call.say(
      on
        ? words(`Enabled: ${which.en}.`, `已启用：${which.zh}。`)
        : words(`Disabled: ${which.en}.`, `已停用：${which.zh}。`),
    );
  };
}

/** What a breakpoint stops at. */
export function placeWords(at: BreakpointPlace): Words {
  if (!("kind" in at)) {
    const text = "file" in at ? `${at.file}:${at.line}` : `*${hex(at.address)}`;
    return words(text, text);
  }
  switch (at.kind) {
    case "data": {
      const en = { read: "read", write: "write", any: "access" }[at.access];
      const zh = { read: "读", write: "写", any: "读写" }[at.access];
      const place = at.space === "physical" ? `phys:[${at.address}]` : `[${at.address}]`;
      return words(`${en} of ${place}, ${at.size} bytes`, `${zh} ${place}，${at.size} 字节`);
    }
    case "port": {
      const ports = at.from === at.to ? hex(at.from, 3) : `${hex(at.from, 3)}-${hex(at.to, 3)}`;
      return words(
        `port ${ports} ${at.direction === "any" ? "" : at.direction}`.trim(),
        `端口 ${ports} ${at.direction === "any" ? "" : at.direction}`.trim(),
      );
    }
    case "vector": {
      const which =
        at.vector === null ? words("any vector", "任何向量") : words(`vector ${at.vector}`, `向量 ${at.vector}`);
      return at.into === "vmm"
        ? words(`trap to the VMM, ${which.en}`, `陷入 VMM，${which.zh}`)
        : words(`delivery to the guest, ${which.en}`, `投递给客户机，${which.zh}`);
    }
    case "ring": {
      const any = (ring: number | null) => (ring === null ? "*" : String(ring));
      return words(`ring change ${any(at.from)} -> ${any(at.to)}`, `环切换 ${any(at.from)} -> ${any(at.to)}`);
    }
    case "mode":
      return at.bit === "paging"
        ? words("paging on or off", "分页开关")
        : words("protected mode on or off", "保护模式开关");
    case "silent":
      return words(`${at.row ?? "anything sensitive"} that did not trap`, `${at.row ?? "敏感指令"}未陷入`);
    case "vm-exit": {
      const title = at.reason === null ? null : (exitReason(at.reason)?.title ?? null);
      return title === null
        ? words("any VM exit", "任何 VM 退出")
        : words(`VM exit ${at.reason}: ${title.en}`, `VM 退出 ${at.reason}：${title.zh}`);
    }
    case "vm-fail":
      return words("a VMX instruction or VM entry that fails", "失败的 VMX 指令或 VM 进入");
    case "vm-switch":
      return words("VM entry or VM exit", "VM 进入或 VM 退出");
    case "change":
      return words(`change of ${at.expression}`, `${at.expression} 改变`);
  }
}
