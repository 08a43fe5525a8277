import { vectorName } from "../../isa/exceptions.ts";
import type { Words } from "../../isa/types.ts";
import type { DescriptorView } from "../inspect/descriptor-view.ts";
import { inspectPaging, type PageRun } from "../inspect/paging.ts";
import { inspectTable, type TableName } from "../inspect/tables.ts";
import { inspectTss } from "../inspect/tss.ts";
import { inspectWalk, type Walk } from "../inspect/walk.ts";
import { type Call, ConsoleError, hex, words } from "./call.ts";
import { addressOf } from "./location.ts";

/** Entries shown at most; more are told to be there. */
const MOST = 300;

/** `info idt|gdt|ldt [real] [FIRST [LAST]]` */
export function table(name: TableName): (call: Call) => void {
  return (call) => {
    const { real, rest } = call.sided();
    const [first, last] =
      rest.trim() === ""
        ? []
        : rest
            .trim()
            .split(/\s+/)
            .map((text) => call.value(text).bits);
    const answer = inspectTable(call.at, {
      table: name,
      all: first !== undefined,
      from: 0,
      count: 8192,
      changes: false,
    });
    const register = real ? answer.physical : (answer.guest ?? answer.physical);
    const whose = !answer.virtualized ? "" : real ? ` (${call.in(REAL)})` : ` (${call.in(GUEST)})`;
    call.say(`${name.toUpperCase()}${whose}: base ${hex(register.base)}, limit ${hex(register.limit, 4)}`);
    const rows = answer.rows.filter((row) => {
      const entry = real ? row.physical : (row.guest ?? row.physical);
      const inRange = first === undefined ? true : row.index >= first && row.index <= (last ?? first);
      return inRange && entry.view !== null && (first !== undefined || entry.view.form !== "empty");
    });
    let said = "";
    for (const row of rows.slice(0, MOST)) {
      const entry = real ? row.physical : (row.guest ?? row.physical);
      call.say(`${indexText(name, row.index)}  ${descriptorText(call, entry.view!)}`);
      // Neighbours are often treated alike: that is said once.
      const notes = row.differs ? row.notes.map((note) => call.in(note)) : [];
      if (notes.join() !== said) for (const note of notes) call.say(`        ${note}`);
      said = notes.join();
    }
    if (rows.length === 0) call.say(words("No entries.", "没有表项。"));
    if (rows.length > MOST) {
      const left = rows.length - MOST;
      call.say(
        words(
          `... and ${left} more: name a range, e.g. info ${name} ${MOST} ${MOST + 99}.`,
          `……还有 ${left} 项：请给出范围，例如 info ${name} ${MOST} ${MOST + 99}。`,
        ),
      );
    }
  };
}

const REAL: Words = words("the real one", "真实的表");
const GUEST: Words = words("the guest's", "客户机的表");

function indexText(table: TableName, index: number): string {
  if (table !== "idt") return `[${hex(index * 8, 4)}]`;
  return `[${hex(index, 2)}${index < 32 ? ` ${vectorName(index)}` : ""}]`.padEnd(11);
}

function descriptorText(call: Call, view: DescriptorView): string {
  if (view.form === "empty") return call.in(view.type);
  const dpl = view.form === "vector" ? "" : `  DPL ${view.dpl}`;
  const head = `${call.in(view.type)}${dpl}${view.present ? "" : `  ${call.in(words("not present", "不存在"))}`}`;
  if (view.target !== null) {
    const { selector, offset, symbol, hostGate } = view.target;
    const to = hostGate
      ? `  ${call.in(words("a host gate of the VMM", "VMM 的宿主门"))}`
      : symbol
        ? `  <${symbol}>`
        : "";
    return `${head}  -> ${hex(selector, 4)}:${hex(offset, view.form === "vector" ? 4 : 8)}${to}`;
  }
  return `${head}  base ${hex(view.base)}  limit ${hex(view.limit)}${view.flags.length > 0 ? `  ${view.flags.join(" ")}` : ""}`;
}

/** `info tss [real]` */
export function tss(call: Call): void {
  const { real } = call.sided();
  const answer = inspectTss(call.at, { changes: false });
  const side = real ? answer.physical : answer.virtualized ? answer.guest : answer.physical;
  if (side === null) {
    call.say(words("TR holds no TSS.", "TR 没有装入 TSS。"));
    return;
  }
  call.say(`TSS: TR ${hex(side.selector, 4)}, base ${hex(side.base)}, limit ${hex(side.limit)}`);
  for (const field of answer.fields) {
    const value = real || !answer.virtualized ? field.physical : field.guest;
    if (value !== null) call.say(`${field.name.padEnd(10)} ${hex(value, field.digits)}`);
  }
  const map = side.portMap;
  if (map?.inLimit) {
    const ranges = map.allowed.map(([from, to]) => (from === to ? hex(from, 4) : `${hex(from, 4)}-${hex(to, 4)}`));
    const none = call.in(words("none", "无"));
    call.say(
      words(
        `ports allowed by the bitmap: ${ranges.join(", ") || none}`,
        `位图允许的端口：${ranges.join("、") || none}`,
      ),
    );
  }
}

/** `info tab [real]`: what is mapped where. */
export function pages(call: Call): void {
  const { real } = call.sided();
  const closed = { physical: [], guest: [] };
  const seen = inspectPaging(call.at, { open: closed, changes: false });
  const pick = (answer: typeof seen) => (real ? answer.physical : (answer.guest ?? answer.physical));
  const tree = pick(seen);
  if (!tree.paging) {
    call.say(words("Paging is off: linear addresses are physical ones.", "分页关闭：线性地址就是物理地址。"));
    return;
  }
  const open = tree.runs.filter((run) => run.kind === "table").map((run) => run.index);
  const { runs } = pick(inspectPaging(call.at, { open: { physical: open, guest: open }, changes: false }));
  call.say(`cr3: ${hex(tree.cr3)}`);
  const list = runs
    .flatMap((run) => (run.kind === "table" ? (run.pages ?? []) : [run]))
    .filter((run) => run.kind !== "absent");
  for (const run of list.slice(0, MOST)) call.say(pageText(run));
  if (list.length === 0) call.say(words("Nothing is mapped.", "没有任何映射。"));
  if (list.length > MOST) {
    const left = list.length - MOST;
    call.say(
      words(`... and ${left} more stretches; \`page ADDRESS\` shows one.`, `……还有 ${left} 段；page 地址 可查看其一。`),
    );
  }
}

function pageText({ kind, linear, count, frame, bits }: PageRun): string {
  const size = kind === "large" ? 0x400000 : 0x1000;
  const last = (linear + count * size - 1) >>> 0;
  return `${hex(linear)}-${hex(last)} -> ${hex(frame)}-${hex((frame + count * size - 1) >>> 0)}  ${bits.join(" ")}`;
}

/** `page ADDRESS`: the walk through the guest's tables, then through the processor's. */
export function page(call: Call): void {
  if (call.rest.trim() === "")
    throw new ConsoleError(words("Which address? For example: page $esp", "哪个地址？例如：page $esp"));
  const linear = addressOf(call, call.rest);
  const state = call.side(false).state;
  const answer = inspectWalk(call.at, { linear, access: "read", user: state.cpl === 3 });
  if (answer.guest !== null) {
    call.say(words("By the guest's tables:", "按客户机的页表："));
    walkText(call, answer.guest);
    call.say(words("By the tables that the processor walks:", "按处理器实际使用的页表："));
  }
  walkText(call, answer.physical);
  for (const entry of answer.tlb) {
    const stale = entry.stale.map((note) => ` ${call.in(note)}`).join("");
    call.say(
      `TLB (${entry.buffer}): ${hex(linear & ~0xfff)} -> ${hex(entry.frame)}  ${entry.rights.join(" ")}${stale}`,
    );
  }
  if (answer.outcome.vmm) call.say(answer.outcome.words);
}

function walkText(call: Call, walk: Walk): void {
  for (const level of walk.levels) {
    const name = level.level === "pte" ? "PTE" : "PDE";
    call.say(`  ${name} ${hex(level.index, 3)}  @ ${hex(level.address)}: ${hex(level.raw)}  ${level.bits.join(" ")}`);
  }
  call.say(`  ${call.in(walk.result.words)}`);
  if (!walk.result.ok) call.say(`  ${call.in(walk.result.code)}`);
}
