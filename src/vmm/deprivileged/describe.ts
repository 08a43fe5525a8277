import { FLAG_IF } from "../../cpu/registers.ts";
import type { Words } from "../../isa/types.ts";
import { type FactGroup, fact, hexDigits } from "../../machine/describe.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Platform } from "../../machine/platform.ts";
import type { ShadowPaging } from "../shadow-paging.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import { realRing } from "./descriptors.ts";
import { CACHED_SLOTS } from "./layout.ts";
import type { ShadowTables } from "./shadow-tables.ts";
import type { World } from "./world.ts";

/** What of the monitor is described. */
export interface MonitorParts {
  readonly machine: Machine;
  readonly vcpu: VirtualCpu;
  readonly platform: Platform;
  readonly paging: ShadowPaging;
  readonly tables: ShadowTables;
  readonly world: World;
  readonly entered: boolean;
  /** Shadow entries taken back since the processor's TLB was last flushed for it. */
  readonly behind: number;
}

const words = (en: string, zh: string): Words => ({ en, zh });

/** What the monitor holds of its guest outside simulated memory. Reads only; a function of the step. */
export function describeMonitor(parts: MonitorParts): FactGroup[] {
  return [switchFacts(parts), interruptFacts(parts), selectorFacts(parts), shadowFacts(parts)];
}

function switchFacts({ vcpu, entered }: MonitorParts): FactGroup {
  const { cpl } = vcpu.state;
  return {
    key: "switch",
    title: words("World switch", "世界切换"),
    rows: [
      fact(
        "entered",
        words("Entered", "已进入"),
        entered ? "1" : "0",
        entered
          ? words("the guest's registers are in the processor", "客户机的寄存器在处理器中")
          : words("the guest's registers are in the virtual CPU", "客户机的寄存器在虚拟 CPU 中"),
      ),
      fact(
        "ring",
        words("Ring: virtual, real", "环：虚拟，真实"),
        `${cpl} → ${realRing(cpl)}`,
        cpl === realRing(cpl) ? undefined : words("ring 0 is the VMM's", "环 0 属于 VMM"),
      ),
    ],
  };
}

function interruptFacts({ machine, vcpu, platform }: MonitorParts): FactGroup {
  const enabled = (vcpu.state.rawFlags & FLAG_IF) !== 0;
  const pending = platform.interruptPending();
  const { counterDeadline } = machine;
  const armed = counterDeadline !== Number.POSITIVE_INFINITY;
  return {
    key: "interrupts",
    title: words("Virtual interrupts", "虚拟中断"),
    rows: [
      fact(
        "pending",
        words("Pending", "待处理"),
        pending ? "1" : "0",
        pending
          ? enabled
            ? words("delivered as soon as the VMM has the processor", "VMM 一得到处理器就投递")
            : words("held back: the virtual IF is 0", "被挡住：虚拟 IF 为 0")
          : words("no virtual device asks", "没有虚拟设备请求"),
      ),
      fact(
        "deadline",
        words("Next virtual interrupt", "下一次虚拟中断"),
        armed ? String(counterDeadline) : "-",
        armed
          ? words(
              `virtual time at which the host counter stops the guest; in ${counterDeadline - machine.time}`,
              `宿主计数器在该虚拟时刻打断客户机；还差 ${counterDeadline - machine.time}`,
            )
          : enabled
            ? words("the host counter is off: no virtual timer will ask", "宿主计数器关闭：没有虚拟定时器会请求")
            : words("the host counter is off: the virtual IF is 0", "宿主计数器关闭：虚拟 IF 为 0"),
      ),
    ],
  };
}

const NAMES = ["ES", "CS", "SS", "DS", "FS", "GS"] as const;

function selectorFacts({ vcpu, world }: MonitorParts): FactGroup {
  const given = world.givenSelectors;
  return {
    key: "selectors",
    title: words("Selectors: virtual, and given to the processor", "选择子：虚拟的，与交给处理器的"),
    rows: NAMES.map((name, segment) => {
      const theirs = vcpu.state.selector[segment]! & 0xffff;
      const ours = given[segment]! & 0xffff;
      const cached = (ours & 0xfffc) === CACHED_SLOTS[segment];
      return fact(
        name,
        { en: name, zh: name },
        `${hexDigits(theirs, 4)} → ${hexDigits(ours, 4)}`,
        cached
          ? words(
              "cached in a slot of the VMM's: the tables do not say it",
              "缓存在 VMM 的槽位中：表里没有这样的描述符",
            )
          : undefined,
      );
    }),
  };
}

function shadowFacts({ machine, paging, tables, behind }: MonitorParts): FactGroup {
  const pages = paging.usage;
  const descriptors = tables.usage;
  const list = (numbers: readonly number[]) => {
    const shown = [...numbers].sort((a, b) => a - b).map((page) => hexDigits(page << 12));
    return shown.length === 0 ? "-" : shown.length > 8 ? `${shown.slice(0, 8).join(" ")} …` : shown.join(" ");
  };
  return {
    key: "shadow",
    title: words("Shadow structures", "影子结构"),
    rows: [
      fact(
        "directory",
        words("Shadow page directory", "影子页目录"),
        hexDigits(machine.cpu.state.cr3),
        words("the real CR3", "真实的 CR3"),
      ),
      fact(
        "epoch",
        words("Taken back since the last flush", "自上次刷新以来收回的表项"),
        String(behind),
        behind === 0
          ? words("the processor's TLB is up to date", "处理器的 TLB 与影子一致")
          : words("the TLB is flushed before the guest goes on", "客户机继续之前将刷新 TLB"),
      ),
      fact("tables", words("Page tables shadowed", "影子页表数"), String(pages.shadows)),
      fact("free", words("Pairs of frames left", "剩余的页框对"), String(pages.free)),
      fact("tracedTables", words("Pages traced as page tables", "作为页表追踪的页"), list(pages.traced)),
      fact("gdt", words("GDT entries shadowed", "GDT 影子表项数"), String(descriptors.gdt)),
      fact("ldt", words("LDT entries shadowed", "LDT 影子表项数"), String(descriptors.ldt)),
      fact(
        "tracedDescriptors",
        words("Pages traced as GDT or LDT", "作为 GDT 或 LDT 追踪的页"),
        list(descriptors.traced),
      ),
    ],
  };
}
