import type { Words } from "../../isa/types.ts";

/** Why the VMM's own events happened. Placeholders as in `machine/events.ts`; {cpl} and {to} are the guest's rings. */
export const REASONS = {
  emulate: {
    en: "{mnemonic} may not run at the guest's real ring, so it faulted ({vector}) into the VMM. The VMM ran it on the virtual CPU, where the guest is in ring {cpl}.",
    zh: "{mnemonic} 不能在客户机的真实环中执行，因此以 {vector} 陷入 VMM。VMM 在虚拟 CPU 上执行了它，那里客户机处于环 {cpl}。",
  },
  "emulate-memory": {
    en: "{mnemonic} touched memory that the VMM does not let the guest reach directly, so the VMM carried it out on the virtual CPU.",
    zh: "{mnemonic} 访问了 VMM 不让客户机直接触及的内存，因此由 VMM 在虚拟 CPU 上完成。",
  },
  "emulate-unmappable": {
    en: "The guest's code cannot run directly here: its code segment or EIP reaches into the VMM's range, or it is in real or virtual-8086 mode. So every instruction is emulated.",
    zh: "客户机代码在此无法直接执行：代码段或 EIP 伸入 VMM 的地址范围，或它处于实模式或虚拟 8086 模式。因此逐条模拟。",
  },
  reflect: {
    en: "{mnemonic} raised {vector} on the virtual CPU too: it is the guest's own. The VMM delivered it through the guest's IDT, from the guest's ring {cpl} to {to}.",
    zh: "{mnemonic} 在虚拟 CPU 上同样引发 {vector}：这是客户机自己的事件。VMM 经客户机的 IDT 投递，从客户机的环 {cpl} 到环 {to}。",
  },
  "reflect-debug": {
    en: "The guest has set TF; the debug trap is its own and goes to its handler.",
    zh: "客户机设置了 TF；调试陷阱属于它自己，交给它的处理程序。",
  },
  "true-page-fault": {
    en: "A true page fault at {a}: the guest's own page tables forbid the access. The VMM set the virtual CR2 and delivered #PF through the guest's IDT.",
    zh: "{a} 处的真缺页：客户机自己的页表禁止该访问。VMM 设置虚拟 CR2，并经客户机的 IDT 投递 #PF。",
  },
  "hidden-page-fault": {
    en: "A hidden page fault at {a}: the guest's tables allow the access, but the shadow had no entry for it yet. The VMM filled it; the guest never knows.",
    zh: "{a} 处的隐藏缺页：客户机的页表允许该访问，但影子页表尚无相应表项。VMM 填好它，客户机毫不知情。",
  },
  "trace-page-fault": {
    en: "A write at {a} hit a trace: the page holds a table that the VMM shadows, so it is mapped read-only. The VMM emulates the write and brings the shadow up to date.",
    zh: "对 {a} 的写命中追踪：该页保存着 VMM 影子化的表，因此映射为只读。VMM 模拟这次写并更新影子。",
  },
  "hidden-descriptor-fault": {
    en: "First load of a segment whose accessed bit was clear: its shadow was not present until now. The VMM loaded it on the virtual CPU, which set the guest's bit, and filled the shadow descriptor.",
    zh: "首次加载访问位为 0 的段：其影子此前不存在。VMM 在虚拟 CPU 上加载它（置位客户机的访问位），并填好影子描述符。",
  },
  inject: {
    en: "A virtual device asked for vector {vector} and the virtual IF is 1, so the VMM delivered the interrupt through the guest's IDT before the instruction at {eip}.",
    zh: "虚拟设备请求向量 {vector}，且虚拟 IF 为 1，因此 VMM 在 {eip} 处的指令之前经客户机的 IDT 投递中断。",
  },
  "guest-halt": {
    en: "The guest executed HLT: its virtual CPU waits, and the VMM idles until the next virtual event.",
    zh: "客户机执行了 HLT：虚拟 CPU 等待，VMM 空闲到下一个虚拟事件。",
  },
  "guest-shutdown": {
    en: "The guest's virtual CPU met a triple fault. Bare metal would shut down; the VMM ends this guest.",
    zh: "客户机的虚拟 CPU 发生三重故障。裸机会关机；VMM 结束这个客户机。",
  },
  "forward-input": {
    en: "A real device interrupted; the VMM took its bytes and handed them to the guest's virtual device.",
    zh: "真实设备发出中断；VMM 取走字节，交给客户机的虚拟设备。",
  },
} as const satisfies Record<string, Words>;

export type Reason = keyof typeof REASONS;
