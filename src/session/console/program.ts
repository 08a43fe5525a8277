import { EVENT_KINDS } from "../../machine/events.ts";
import { programHere } from "../domains.ts";
import { inspectDevices } from "../inspect/devices.ts";
import { symbolAt } from "../inspect/symbols.ts";
import { inspectVcpu } from "../inspect/vcpu.ts";
import { type Call, hex, words } from "./call.ts";
import { addressOf, locationOf } from "./location.ts";
import { where } from "./where.ts";

const MOST = 500;

/** `info symbols [PART]` */
export function symbols(call: Call): void {
  const part = call.rest.trim().toLowerCase();
  const found = call.at.program.program.symbols
    .filter(({ name }) => name.toLowerCase().includes(part))
    .sort((a, b) => a.value - b.value);
  if (found.length === 0) {
    call.say(words("No such symbols.", "没有这样的符号。"));
    return;
  }
  for (const { name, value, isLabel } of found.slice(0, MOST))
    call.say(`${hex(value)}  ${isLabel ? " " : "="} ${name}`);
  if (found.length > MOST) {
    call.say(
      words(
        `... and ${found.length - MOST} more: name a part of them.`,
        `……还有 ${found.length - MOST} 个：请给出名称的一部分。`,
      ),
    );
  }
}

/** `info line LOCATION` */
export function line(call: Call): void {
  const { address } = locationOf(call, call.rest);
  const place = programHere(call.at).sources?.at(address);
  const at = place ? `${place.file}:${place.line}` : call.in(words("no source line", "没有对应的源代码行"));
  call.say(`${hex(address)}${call.label(address)}  ${at}`);
}

/** `info symbol ADDRESS` */
export function symbolOf(call: Call): void {
  const address = addressOf(call, call.rest);
  const name = symbolAt(programHere(call.at), address);
  call.say(
    name === null
      ? words(`No symbol of the program is at ${hex(address)}.`, `${hex(address)} 处没有程序的符号。`)
      : `${name}  ${hex(address)}`,
  );
}

/** `info program`: where the session stands, and how far the run is known. */
export function position(call: Call): void {
  const { run } = call.at;
  call.say(...where(call.at, { language: call.language, short: false }).lines);
  const { lastStep, lastTick } = run.timeline;
  const { steps, ticks, cycles, time } = run.machine;
  call.say(
    words(
      `step ${steps} of ${lastStep}, instruction ${ticks} of ${lastTick}, cycles ${cycles}, virtual time ${time}`,
      `第 ${steps} 步（已知 ${lastStep}），第 ${ticks} 条指令（已知 ${lastTick}），周期 ${cycles}，虚拟时间 ${time}`,
    ),
  );
}

/** `info events`: how often each kind has happened up to here. */
export function events(call: Call): void {
  const { run } = call.at;
  const counts = Object.entries(run.log.countsByKind(run.step));
  if (counts.length === 0) {
    call.say(words("Nothing has happened yet.", "尚未发生任何事件。"));
    return;
  }
  for (const [kind, count] of counts) {
    call.say(`${String(count).padStart(10)}  ${EVENT_KINDS[kind as keyof typeof EVENT_KINDS][call.language]}`);
  }
}

/** `info vcpu`: the virtual CPU that the VMM keeps, and what the VMM says of itself. */
export function vcpu(call: Call): void {
  const answer = inspectVcpu(call.at, { changes: false });
  if (answer.vcpu === null) {
    call.say(
      words(
        "Nobody stands between the guest and the processor: there is no virtual CPU.",
        "客户机与处理器之间没有 VMM：没有虚拟 CPU。",
      ),
    );
    return;
  }
  for (const tenant of answer.tenants) {
    for (const group of tenant.groups) {
      call.say(`${tenant.name}: ${call.in(group.title)}`);
      for (const row of group.rows) call.say(`  ${call.in(row.name).padEnd(24)} ${row.value}`);
    }
  }
}

/** `info device`: the guest's devices. */
export function devices(call: Call): void {
  const answer = inspectDevices(call.at, { changes: false });
  for (const group of answer.groups) {
    call.say(call.in(group.title));
    for (const row of group.rows) {
      const now = row.guest ?? row.physical;
      if (now !== null) call.say(`  ${call.in(row.name).padEnd(24)} ${now.value}`);
    }
  }
}
