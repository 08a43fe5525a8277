import { FLAG_IF } from "../../cpu/registers.ts";
import type { Words } from "../../isa/types.ts";
import { VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import { EXIT_REASONS } from "../../isa/vmx-exits.ts";
import { type FactGroup, fact, hexDigits } from "../../machine/describe.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Platform } from "../../machine/platform.ts";
import type { ShadowPaging } from "../shadow-paging.ts";
import type { VirtualCpu } from "../virtual-cpu.ts";
import type { VtxCounts } from "./core.ts";
import type { ExtendedPageTables } from "./ept.ts";
import { VMCS } from "./layout.ts";
import { OPTIONS, type VtxOptions } from "./options.ts";
import type { VmcsAccess } from "./vmcs-access.ts";

/** What of the VMM is described. */
export interface VtxParts {
  readonly machine: Machine;
  readonly vcpu: VirtualCpu;
  readonly platform: Platform;
  readonly ept: ExtendedPageTables | null;
  readonly paging: ShadowPaging | null;
  readonly vmcs: VmcsAccess;
  readonly counts: VtxCounts;
  readonly entered: boolean;
  readonly options: VtxOptions;
}

const words = (en: string, zh: string): Words => ({ en, zh });

/** What the VMM holds of its guest, beside the VMCS itself. Reads only; a function of the step. */
export function describeVtx(parts: VtxParts): FactGroup[] {
  return [switchFacts(parts), interruptFacts(parts), memoryFacts(parts), exitFacts(parts)];
}

function switchFacts({ machine, vmcs, entered, options }: VtxParts): FactGroup {
  const inGuest = machine.cpu.guest !== null;
  const vpid = vmcs.held.get("vpid") & 0xffff;
  const on = OPTIONS.filter(({ id }) => options.has(id)).map(({ name }) => name);
  return {
    key: "switch",
    title: words("World switch", "世界切换"),
    rows: [
      fact(
        "entered",
        words("Entered", "已进入"),
        entered ? "1" : "0",
        inGuest
          ? words("the guest's registers are in the processor", "客户机的寄存器在处理器中")
          : entered
            ? words(
                "the guest's registers are in the VMCS, the general ones in the processor",
                "客户机的寄存器在 VMCS 中，通用寄存器在处理器中",
              )
            : words("the guest's registers are in the virtual CPU", "客户机的寄存器在虚拟 CPU 中"),
      ),
      fact("vmcs", words("VMCS", "VMCS"), hexDigits(VMCS), words("its physical address", "其物理地址")),
      fact(
        "vpid",
        words("VPID", "VPID"),
        vpid === 0 ? "-" : String(vpid),
        vpid === 0
          ? words("off: each entry and exit empties the TLB", "未用：每次进入和退出都清空 TLB")
          : words("TLB entries outlive exits", "TLB 表项在退出后保留"),
      ),
      fact(
        "options",
        words("Options on", "启用的选项"),
        String(on.length),
        on.length === 0 ? undefined : words(on.map(({ en }) => en).join(", "), on.map(({ zh }) => zh).join("、")),
      ),
    ],
  };
}

function interruptFacts({ machine, vcpu, platform, vmcs, entered }: VtxParts): FactGroup {
  const flags = machine.cpu.guest !== null ? machine.cpu.state.rawFlags : vcpu.state.rawFlags;
  const enabled = ((entered && machine.cpu.guest === null ? vmcs.held.get("guestRflags") : flags) & FLAG_IF) !== 0;
  const pending = platform.interruptPending();
  const window = (vmcs.held.get("primaryControls") & VMX_CONTROLS["interrupt-window-exiting"].mask) !== 0;
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
            ? words("injected by the next entry", "随下一次进入注入")
            : words("held back: the guest's IF is 0", "被挡住：客户机的 IF 为 0")
          : words("no virtual device asks", "没有虚拟设备请求"),
      ),
      fact(
        "window",
        words("Interrupt window", "中断窗口"),
        window ? "1" : "0",
        window ? words("the guest exits as soon as it takes interrupts", "客户机一旦可接受中断即退出") : undefined,
      ),
      fact(
        "deadline",
        words("Next virtual interrupt", "下一次虚拟中断"),
        armed ? String(counterDeadline) : "-",
        armed
          ? words(
              `virtual time at which the host counter makes the guest exit; in ${counterDeadline - machine.time}`,
              `宿主计数器在该虚拟时刻使客户机退出；还差 ${counterDeadline - machine.time}`,
            )
          : words("the host counter is off: no virtual timer will ask", "宿主计数器关闭：没有虚拟定时器会请求"),
      ),
    ],
  };
}

function memoryFacts({ machine, ept, paging, vmcs, entered, vcpu }: VtxParts): FactGroup {
  if (ept !== null) {
    const { pages, large } = ept.usage();
    return {
      key: "memory",
      title: words("Extended page tables", "扩展页表"),
      rows: [
        fact(
          "eptp",
          words("EPT pointer", "EPT 指针"),
          hexDigits(vmcs.held.get("eptPointer")),
          words("4 levels, write-back", "4 级，写回"),
        ),
        fact("pages", words("4 KiB pages mapped", "已映射的 4 KiB 页"), String(pages)),
        fact("large", words("2 MiB pages mapped", "已映射的 2 MiB 页"), String(large)),
      ],
    };
  }
  const { shadows, free, traced } = paging!.usage;
  const list = [...traced].sort((a, b) => a - b).map((page) => hexDigits(page << 12));
  const real = entered && machine.cpu.guest !== null ? machine.cpu.state.cr3 : vmcs.held.get("guestCr3");
  return {
    key: "memory",
    title: words("Shadow page tables", "影子页表"),
    rows: [
      fact(
        "directory",
        words("Shadow page directory", "影子页目录"),
        hexDigits(real),
        words("the real CR3", "真实的 CR3"),
      ),
      fact("cr3", words("The guest's CR3", "客户机的 CR3"), hexDigits(vcpu.state.cr3)),
      fact("tables", words("Page tables shadowed", "影子页表数"), String(shadows)),
      fact("free", words("Pairs of frames left", "剩余的页框对"), String(free)),
      fact(
        "traced",
        words("Pages traced as page tables", "作为页表追踪的页"),
        list.length === 0 ? "-" : list.length > 8 ? `${list.slice(0, 8).join(" ")} …` : list.join(" "),
      ),
    ],
  };
}

function exitFacts({ counts, vmcs }: VtxParts): FactGroup {
  const all = counts.exits.reduce((sum, count) => sum + count, 0);
  const byReason = EXIT_REASONS.filter(({ number }) => (counts.exits[number] ?? 0) > 0);
  return {
    key: "exits",
    title: words("VM exits so far", "至今的 VM 退出"),
    rows: [
      fact("all", words("All", "合计"), String(all)),
      ...byReason.map(({ number, title }) =>
        fact(`reason-${number}`, words(`${number} ${title.en}`, `${number} ${title.zh}`), String(counts.exits[number])),
      ),
      fact("injected", words("Events injected", "注入的事件"), String(counts.injected)),
      fact("emulated", words("Carried out on the virtual CPU", "在虚拟 CPU 上执行"), String(counts.emulated)),
      fact("reads", words("VMREAD", "VMREAD"), String(vmcs.reads)),
      fact("writes", words("VMWRITE", "VMWRITE"), String(vmcs.writes)),
    ],
  };
}
