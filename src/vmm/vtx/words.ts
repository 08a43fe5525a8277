import type { Words } from "../../isa/types.ts";

/** Why the VMM's own events happened. Placeholders as in `machine/events.ts`; {cpl} and {to} are the guest's rings. */
export const REASONS = {
  emulate: {
    en: "{mnemonic} exits, so the VMM ran it on the virtual CPU, as the guest's ring {cpl} would.",
    zh: "{mnemonic} 引起退出，因此 VMM 在虚拟 CPU 上按客户机的环 {cpl} 执行了它。",
  },
  "emulate-hole": {
    en: "{mnemonic} touched guest-physical memory that the guest does not have. The VMM carried it out on the virtual CPU: reads give all ones, writes are lost, as on bare metal.",
    zh: "{mnemonic} 访问了客户机并不拥有的客户机物理内存。VMM 在虚拟 CPU 上完成：读到全 1，写入丢失，与裸机相同。",
  },
  "emulate-trace": {
    en: "{mnemonic} wrote a page table that the VMM shadows, so the VMM carried it out on the virtual CPU and brought the shadow up to date.",
    zh: "{mnemonic} 写了 VMM 影子化的页表，因此由 VMM 在虚拟 CPU 上完成，并更新影子。",
  },
  "emulate-restricted": {
    en: "Without an unrestricted guest, VM entry does not take this state (real mode, or segments left over from it). So the VMM emulates instruction by instruction.",
    zh: "没有“不受限客户机”时，VM 进入不接受此状态（实模式，或其遗留的段）。因此 VMM 逐条模拟。",
  },
  "emulate-delivery": {
    en: "Vector {vector} cannot be delivered by the processor here, for its way leads through memory that the VMM does not map so. The VMM delivered it on the virtual CPU.",
    zh: "向量 {vector} 在此无法由处理器投递，因为投递要访问的内存未被 VMM 映射，或不允许这样访问。VMM 在虚拟 CPU 上投递了它。",
  },
  "task-switch": {
    en: "{mnemonic} asked for a hardware task switch, which always exits. The guest's processor has none: the VMM injects the #GP of bare metal.",
    zh: "{mnemonic} 请求硬件任务切换，这总是退出。客户机的处理器没有该功能：VMM 注入与裸机相同的 #GP。",
  },
  "inject-fault": {
    en: "{mnemonic} raised {vector} on the virtual CPU: it is the guest's own. The VMM injects it with the next VM entry.",
    zh: "{mnemonic} 在虚拟 CPU 上引发 {vector}：这是客户机自己的事件。VMM 随下一次 VM 进入注入它。",
  },
  "inject-exception": {
    en: "{vector} exits by the exception bitmap and is the guest's own: the VMM injects it with the next VM entry.",
    zh: "{vector} 因异常位图而退出，属于客户机自己：VMM 随下一次 VM 进入注入它。",
  },
  "inject-again": {
    en: "The guest was left in the delivery of {vector} (IDT-vectoring information). What stood in its way is mended, so the VMM injects it again.",
    zh: "客户机在投递 {vector} 的途中退出（IDT 向量化信息）。障碍已排除，VMM 重新注入它。",
  },
  "refuse-vmx": {
    en: "{mnemonic} in a guest exits at any CPL. The guest's CPUID has no VMX, so the VMM injects #UD, as bare metal raises it.",
    zh: "客户机中的 {mnemonic} 在任何 CPL 都会退出。客户机的 CPUID 没有 VMX，因此 VMM 注入 #UD，与裸机相同。",
  },
  inject: {
    en: "A virtual device asks for vector {vector}, and the guest takes interrupts: the VMM injects it with the next VM entry.",
    zh: "虚拟设备请求向量 {vector}，且客户机可以接受中断：VMM 随下一次 VM 进入注入它。",
  },
  "inject-emulated": {
    en: "A virtual device asks for vector {vector}, and the guest takes interrupts: the VMM delivered it on the virtual CPU.",
    zh: "虚拟设备请求向量 {vector}，且客户机可以接受中断：VMM 在虚拟 CPU 上投递了它。",
  },
  "reflect-debug": {
    en: "The guest has set TF; the debug trap is its own and goes to its handler.",
    zh: "客户机设置了 TF；调试陷阱属于它自己，交给它的处理程序。",
  },
  "ept-fill": {
    en: "The guest touched guest-physical {a} for the first time: the VMM mapped its page in the EPT. The guest's own page tables have no part in it.",
    zh: "客户机首次访问客户机物理地址 {a}：VMM 在 EPT 中映射了该页。客户机自己的页表与此无关。",
  },
  "hidden-page-fault": {
    en: "A hidden page fault at {a}: the guest's tables allow the access, but the shadow had no entry for it yet. The VMM filled it; the guest never knows.",
    zh: "{a} 处的隐藏缺页：客户机的页表允许该访问，但影子页表尚无相应表项。VMM 填好它，客户机毫不知情。",
  },
  "true-page-fault": {
    en: "A true page fault at {a}: the guest's own page tables forbid the access. The VMM sets CR2 and injects #PF.",
    zh: "{a} 处的真缺页：客户机自己的页表禁止该访问。VMM 设置 CR2 并注入 #PF。",
  },
  "trace-page-fault": {
    en: "A write at {a} hit a trace: the page holds a page table that the VMM shadows, so it is mapped read-only.",
    zh: "对 {a} 的写命中追踪：该页保存着 VMM 影子化的页表，因此映射为只读。",
  },
  "guest-halt": {
    en: "The guest executed HLT: its virtual CPU waits, and the VMM idles in root operation until the next virtual event.",
    zh: "客户机执行了 HLT：虚拟 CPU 等待，VMM 在根模式中空闲，直到下一个虚拟事件。",
  },
  "guest-shutdown": {
    en: "The guest met a triple fault. Bare metal would shut down; the VMM ends this guest.",
    zh: "客户机发生三重故障。裸机会关机；VMM 结束这个客户机。",
  },
  "forward-input": {
    en: "A real device interrupted; the VMM took its bytes and handed them to the guest's virtual device.",
    zh: "真实设备发出中断；VMM 取走字节，交给客户机的虚拟设备。",
  },
} as const satisfies Record<string, Words>;

export type Reason = keyof typeof REASONS;
