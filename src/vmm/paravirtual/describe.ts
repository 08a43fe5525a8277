import type { Words } from "../../isa/types.ts";
import { type Fact, type FactGroup, hexDigits } from "../../machine/describe.ts";
import type { Domain } from "./domain.ts";
import type { Xen } from "./monitor.ts";

const words = (en: string, zh: string): Words => ({ en, zh });
const STATES: Readonly<Record<Domain["fields"]["state"], Words>> = {
  running: words("runs or could run", "运行中或可运行"),
  blocked: words("waits for an event", "等待事件"),
  dead: words("has ended", "已结束"),
};

/** What the hypervisor holds of its domains outside simulated memory. Reads only; a function of the step. */
export function describeXen(xen: Xen): FactGroup[] {
  return xen.domains.map((domain) => domainFacts(xen, domain));
}

function domainFacts(xen: Xen, domain: Domain): FactGroup {
  const { fields, context } = domain;
  const selector = (value: number) => hexDigits(value, 4);
  const address = (cs: number, eip: number) => `${selector(cs)}:${hexDigits(eip)}`;
  const rows: Fact[] = [
    { key: "state", name: words("State", "状态"), value: fields.state, words: STATES[fields.state] },
    { key: "current", name: words("On the processor", "占用处理器"), value: xen.current === domain ? "1" : "0" },
    {
      key: "base",
      name: words("Page directory (machine)", "页目录（机器地址）"),
      value: hexDigits(context.cr3),
    },
    { key: "stack", name: words("Kernel stack", "内核栈"), value: address(fields.kernelSs, fields.kernelSp) },
    { key: "event", name: words("Event callback", "事件回调"), value: address(fields.eventCs, fields.eventEip) },
    {
      key: "failsafe",
      name: words("Failsafe callback", "failsafe 回调"),
      value: address(fields.failsafeCs, fields.failsafeEip),
    },
    { key: "gdt", name: words("GDT entries", "GDT 项数"), value: String(fields.gdtEntries) },
    { key: "ldt", name: words("LDT entries", "LDT 项数"), value: String(fields.ldtEntries) },
    { key: "assists", name: words("Assists (bits by type)", "辅助（按类型的位）"), value: fields.assists.toString(2) },
    {
      key: "timer",
      name: words("Timer due at tick", "定时器到期（tick）"),
      value: Number.isFinite(fields.timer) ? String(fields.timer) : "—",
    },
    {
      key: "entries",
      name: words("Entries into the hypervisor", "进入虚拟机监控器次数"),
      value: String(fields.entries),
    },
    { key: "hypercalls", name: words("Hypercalls among them", "其中超级调用"), value: String(fields.hypercalls) },
  ];
  return { key: `domain-${domain.id}`, title: words(`Domain ${domain.id}`, `域 ${domain.id}`), rows };
}
