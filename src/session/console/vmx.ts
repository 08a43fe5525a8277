import { fieldByEncoding } from "../../isa/vmcs.ts";
import { inspectVmxChecks } from "../inspect/vmx-checks.ts";
import { inspectVmxExit } from "../inspect/vmx-exit.ts";
import { inspectVmxExits } from "../inspect/vmx-exits.ts";
import { inspectVmcs, type VmcsAnswer } from "../inspect/vmx-vmcs.ts";
import { type Call, ConsoleError, hex, words } from "./call.ts";
import { runs } from "./movement.ts";
import { reasonOf } from "./stops.ts";

const NO_VMX = words(
  "The processor has no VT-x here: a program asks for it in its header, by `; processor: vt-x`.",
  "此处的处理器没有 VT-x：程序须在其头部用 `; processor: vt-x` 提出要求。",
);
const NONE = words("There has been no VM exit up to here.", "到此为止没有 VM 退出。");

/** `vmexit [REASON] [N]`, `rvmexit [REASON] [N]`: to the next or previous VM exit. */
export function toExit(direction: "forward" | "back"): (call: Call) => void {
  return (call) => {
    if (call.at.run.machine.cpu.vmx === null) throw new ConsoleError(NO_VMX);
    const [first = "", second = ""] = call.rest.trim().toLowerCase().split(/\s+/);
    // A number alone is how many times, as for the other verbs that move: reasons are named, or stand before a count.
    const alone = second === "" && /^\d+$/.test(first);
    const reason = first === "" || alone ? null : reasonOf(first);
    runs(direction, { kind: "exit", reason })(call.with(alone ? first : second));
  };
}

/** The inspection's answer, or why there is none. */
function vmcsOf(call: Call): VmcsAnswer {
  const answer = inspectVmcs(call.at, { pointer: null, changes: true });
  if (!answer.available) throw new ConsoleError(NO_VMX);
  return answer;
}

/** A field's encoding as one writes it: `4002`, `0x4002`, `4002h`. */
const ENCODING = /^(0x)?[0-9a-f]{1,4}h?$/;

/** `info vmcs [PART]`: the fields whose name, title or group has a part, or the one with that encoding; those that do not count only if asked for. */
export function vmcs(call: Call): void {
  const answer = vmcsOf(call);
  const state = { off: words("off", "关闭"), root: words("root", "根模式"), "non-root": words("non-root", "非根模式") };
  const shown = answer.shown;
  call.say(
    words(
      `VMX operation: ${state[answer.operation].en}; current VMCS: ${answer.current === null ? "none" : hex(answer.current)}`,
      `VMX 操作：${state[answer.operation].zh}；当前 VMCS：${answer.current === null ? "无" : hex(answer.current)}`,
    ),
  );
  if (shown === null) return;
  call.say(
    shown.launched
      ? words(`VMCS at ${hex(shown.pointer)}, launched`, `${hex(shown.pointer)} 处的 VMCS，已启动`)
      : words(`VMCS at ${hex(shown.pointer)}, clear`, `${hex(shown.pointer)} 处的 VMCS，清除状态`),
  );
  if (answer.neverCleared) {
    call.say(
      words(
        "No VMCLEAR of it came before its use: a real processor may fail then.",
        "使用之前没有对它执行 VMCLEAR：真实处理器此时可能失败。",
      ),
    );
  }
  const part = call.rest.trim().toLowerCase();
  const encoded = ENCODING.test(part) ? fieldByEncoding(Number.parseInt(part.replace(/^0x/, ""), 16)) : null;
  let lines = 0;
  for (const { id, title, rows } of answer.groups) {
    const inGroup = part !== "" && (id.includes(part) || call.in(title).toLowerCase().includes(part));
    const found = rows.filter(
      (row) =>
        (part === "" && !row.idle) ||
        inGroup ||
        row.name === encoded?.name ||
        (part !== "" && (row.name.toLowerCase().includes(part) || call.in(row.title).toLowerCase().includes(part))),
    );
    if (found.length === 0) continue;
    call.say(call.in(title));
    for (const row of found) {
      const decoded = row.decoded === null ? "" : `  ${call.in(row.decoded)}`;
      const before = row.before === null ? "" : `  (${call.in(words("was", "原为"))} ${row.before})`;
      call.say(`  ${hex(row.encoding, 4)}  ${call.in(row.title).padEnd(40)} ${row.raw}${decoded}${before}`);
      lines++;
    }
  }
  if (lines === 0)
    call.say(
      words(`No field has "${part}" in its name, or as its encoding.`, `没有名称包含“${part}”或以它为编码的字段。`),
    );
}

/** `info vmexit`: the last VM exit. */
export function lastVmExit(call: Call): void {
  vmcsOf(call);
  const { exit, total } = inspectVmxExit(call.at, { index: null });
  if (exit === null) {
    call.say(NONE);
    return;
  }
  const at = exit.source === null ? "" : `  (${exit.source.file}:${exit.source.line})`;
  call.say(
    words(
      `${exit.failed ? "Failed VM entry" : "VM exit"} ${exit.number} of ${total}, at step ${exit.step}`,
      `第 ${exit.number} 次 VM ${exit.failed ? "进入失败" : "退出"}（共 ${total} 次），第 ${exit.step} 步`,
    ),
    exit.sentence,
  );
  if (exit.instruction !== null) call.say(`${hex(exit.rip)}  ${exit.instruction.text}${at}`);
  if (exit.host !== null) {
    const { rip, symbol, source, nothing } = exit.host;
    const place = [symbol, source === null ? null : `(${source.file}:${source.line})`].filter((one) => one !== null);
    const where = `HOST_RIP = ${hex(rip)}${place.length === 0 ? "" : `  ${place.join(" ")}`}`;
    call.say(
      words(
        `the host goes on at ${where}${nothing ? ": no code is there" : ""}`,
        `宿主机继续于 ${where}${nothing ? "：那里没有代码" : ""}`,
      ),
    );
  }
  for (const field of exit.fields) {
    const decoded = field.decoded === null ? "" : `  ${call.in(field.decoded)}`;
    call.say(`  ${call.in(field.title).padEnd(34)} ${field.raw}${decoded}`);
  }
}

/** `info vmexits`: how often each reason has made the guest come out, up to here. */
export function vmExits(call: Call): void {
  vmcsOf(call);
  const { reasons, entriesNow, exitsNow, failuresNow } = inspectVmxExits(call.at, { axis: "step", buckets: 1 });
  call.say(
    words(
      `${entriesNow} VM entries, ${exitsNow} VM exits, ${failuresNow} failures`,
      `VM 进入 ${entriesNow} 次，VM 退出 ${exitsNow} 次，失败 ${failuresNow} 次`,
    ),
  );
  for (const { reason, title, now } of reasons) {
    if (now > 0) call.say(`${String(now).padStart(10)}  ${String(reason).padStart(2)} ${call.in(title)}`);
  }
}

/** `info checks`: what a VM entry would say now: the checks that fail, and the last failure. */
export function checks(call: Call): void {
  const answer = inspectVmxChecks(call.at, { pointer: null });
  if (!answer.available) throw new ConsoleError(NO_VMX);
  const instruction = answer.wants === null ? "" : answer.wants.toUpperCase();
  if (answer.wouldEnter) {
    call.say(
      words(
        `${instruction} would enter the guest: every check holds.`,
        `${instruction} 可以进入客户机：所有检查均通过。`,
      ),
    );
  }
  for (const { title, section, checks: list } of answer.groups) {
    for (const check of list) {
      if (check.holds) continue;
      const mark = check.first ? "*" : " ";
      call.say(`${mark} ${call.in(title)} (${section}): ${call.in(check.words)}`);
      if (check.why !== null) call.say(`    ${call.in(check.why)}`);
    }
  }
  if (answer.failure !== null) {
    call.say(words(`The last failure, at step ${answer.failure.step}:`, `上一次失败在第 ${answer.failure.step} 步：`));
    call.say(answer.failure.sentence);
    const { more, lastStep } = answer.failure;
    if (more > 0) {
      call.say(
        words(
          `And ${more} more since, for want of a current VMCS, the last at step ${lastStep}.`,
          `此后又有 ${more} 次因没有当前 VMCS 而失败，最近一次在第 ${lastStep} 步。`,
        ),
      );
    }
  }
}
