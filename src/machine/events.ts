import type { Words } from "../isa/types.ts";

/** Every kind of event, with its name and what it means. The order is the numbering used in the event log. */
export const EVENT_KINDS = {
  exception: {
    en: "exception",
    zh: "异常",
    help: {
      en: "The processor delivered a fault or trap to the guest's own handler.",
      zh: "处理器把故障或陷阱交给了客户机自己的处理程序。",
    },
  },
  "software-interrupt": {
    en: "software interrupt",
    zh: "软件中断",
    help: {
      en: "INT, INT3 or INTO entered the guest's own handler.",
      zh: "INT、INT3 或 INTO 进入了客户机自己的处理程序。",
    },
  },
  interrupt: {
    en: "interrupt",
    zh: "外部中断",
    help: { en: "An external interrupt was delivered by the processor.", zh: "处理器投递了一个外部中断。" },
  },
  trap: {
    en: "trap to the VMM",
    zh: "陷入 VMM",
    help: {
      en: "A real delivery stopped the guest and entered the VMM in ring 0.",
      zh: "一次真实的投递打断了客户机，进入环 0 的 VMM。",
    },
  },
  emulate: {
    en: "emulated",
    zh: "模拟",
    help: { en: "The VMM carried out one instruction on the virtual CPU.", zh: "VMM 在虚拟 CPU 上执行了一条指令。" },
  },
  reflect: {
    en: "reflected",
    zh: "反射",
    help: {
      en: "The VMM delivered an exception or system call that is the guest's own.",
      zh: "VMM 把属于客户机自己的异常或系统调用交还给它。",
    },
  },
  inject: {
    en: "injected",
    zh: "注入",
    help: { en: "The VMM delivered a virtual interrupt to the guest.", zh: "VMM 向客户机注入了一个虚拟中断。" },
  },
  "shadow-fill": {
    en: "shadow filled",
    zh: "填充影子",
    help: {
      en: "A hidden fault: the VMM filled a shadow page-table or descriptor entry.",
      zh: "隐藏故障：VMM 填写了影子页表或影子描述符。",
    },
  },
  "trace-hit": {
    en: "trace hit",
    zh: "命中追踪",
    help: { en: "The guest wrote a structure that the VMM shadows.", zh: "客户机写了 VMM 正在影子化的结构。" },
  },
  resume: {
    en: "guest resumed",
    zh: "返回客户机",
    help: { en: "The VMM went back into the guest with a real IRET.", zh: "VMM 用一条真实的 IRET 返回客户机。" },
  },
  silent: {
    en: "did not trap",
    zh: "未陷入",
    help: {
      en: "A sensitive instruction ran deprivileged and did not trap.",
      zh: "一条敏感指令在降权状态下执行，却没有陷入。",
    },
  },
  ring: {
    en: "ring change",
    zh: "环切换",
    help: { en: "The privilege level changed without an interrupt.", zh: "特权级改变，但没有发生中断。" },
  },
  io: { en: "port I/O", zh: "端口 I/O", help: { en: "A device port was read or written.", zh: "读写了设备端口。" } },
  input: {
    en: "input",
    zh: "输入",
    help: { en: "A key or a byte arrived from outside.", zh: "外部送来一个按键或字节。" },
  },
  halt: {
    en: "halt",
    zh: "停机等待",
    help: { en: "The guest executed HLT and waits for an interrupt.", zh: "客户机执行了 HLT，等待中断。" },
  },
  exit: {
    en: "exit",
    zh: "退出",
    help: { en: "The guest ended the run through port F4.", zh: "客户机通过端口 F4 结束运行。" },
  },
  shutdown: {
    en: "shutdown",
    zh: "关机",
    help: { en: "A triple fault stopped the processor.", zh: "三重故障使处理器停机。" },
  },
  callout: {
    en: "callout",
    zh: "外呼",
    help: {
      en: "Translated code called the VMM: for an instruction that is too complex to do in the cache, or for code not yet translated.",
      zh: "翻译后的代码呼叫 VMM：为了无法在缓存中完成的指令，或尚未翻译的代码。",
    },
  },
  translate: {
    en: "translated",
    zh: "翻译",
    help: {
      en: "The VMM translated a unit of the guest's code into its cache.",
      zh: "VMM 把一个单元的客户机代码翻译进缓存。",
    },
  },
  hypercall: {
    en: "hypercall",
    zh: "超级调用",
    help: {
      en: "A guest's kernel asked the hypervisor for a service.",
      zh: "客户机内核请求虚拟机监控器提供一项服务。",
    },
  },
  domain: {
    en: "domain switch",
    zh: "域切换",
    help: {
      en: "The hypervisor took the processor from one domain and gave it to another.",
      zh: "虚拟机监控器把处理器从一个域转给另一个域。",
    },
  },
  "vm-entry": {
    en: "VM entry",
    zh: "VM 进入",
    help: {
      en: "VMLAUNCH or VMRESUME took the processor from VMX root operation into the guest (non-root operation).",
      zh: "VMLAUNCH 或 VMRESUME 使处理器从 VMX 根模式进入客户机（非根模式）。",
    },
  },
  "vm-exit": {
    en: "VM exit",
    zh: "VM 退出",
    help: {
      en: "The processor left the guest (non-root operation), wrote into the VMCS why, and went on at HOST_RIP in root operation.",
      zh: "处理器离开客户机（非根模式），把原因写入 VMCS，并在根模式中从 HOST_RIP 继续执行。",
    },
  },
  "vm-fail": {
    en: "VMX failure",
    zh: "VMX 失败",
    help: {
      en: "An instruction of VT-x failed, or a VM entry did: the event says which check, which field and which rule.",
      zh: "一条 VT-x 指令失败，或 VM 进入失败：事件说明是哪项检查、哪个字段、哪条规则。",
    },
  },
} as const satisfies Record<string, Words & { help: Words }>;

export type EventKind = keyof typeof EVENT_KINDS;
export const EVENT_KIND_LIST = Object.keys(EVENT_KINDS) as readonly EventKind[];

/**
 * One event as it is recorded. `reason` is a key of a words table (`MACHINE_REASONS`, or a strategy's own), whose
 * placeholders are filled from the numbers. Step, tick and cycles are added by whoever keeps the log.
 */
export interface MachineEvent {
  kind: EventKind;
  /** Id of the tenant concerned; 0 is the guest on the bare machine. */
  tenant: number;
  cplBefore: number;
  cplAfter: number;
  /** EIP of the instruction concerned. */
  eip: number;
  /** Index in ROW_LIST, or -1. */
  row: number;
  /** -1 for none. */
  vector: number;
  /** -1 for none. */
  errorCode: number;
  /** Faulting linear address, port number, or whatever the reason speaks of. */
  a: number;
  /** Port value, or whatever the reason speaks of. */
  b: number;
  reason: string;
  /** Base of the CS that `eip` is an offset in; absent is 0. */
  base?: number;
  /** A third number, for reasons that have one; absent is 0. */
  c?: number;
  /** Further numbers (int32), for reasons that have some. */
  more?: readonly number[];
}

export interface EventSink {
  /** Whether an event at that step would be taken up. */
  wants(step: number): boolean;
  record(event: MachineEvent): void;
}

/**
 * Why the bare machine's events happened. Placeholders: {mnemonic} {vector} {error} {cpl} {to} {a} {b} {eip}, and {count}
 * and {size} for a and b in decimal.
 */
export const MACHINE_REASONS = {
  fault: {
    en: "{mnemonic} at {eip} raised {vector}; the processor pushed EIP of the instruction itself and went from ring {cpl} to ring {to}.",
    zh: "{eip} 处的 {mnemonic} 引发 {vector}；处理器压入该指令自身的 EIP，从环 {cpl} 转到环 {to}。",
  },
  "single-step": {
    en: "TF was set when {mnemonic} began, so a debug trap followed it.",
    zh: "{mnemonic} 开始时 TF 为 1，所以其后产生调试陷阱。",
  },
  "software-interrupt": {
    en: "{mnemonic} went through gate {vector} of the IDT, from ring {cpl} to ring {to}.",
    zh: "{mnemonic} 经过 IDT 的 {vector} 号门，从环 {cpl} 到环 {to}。",
  },
  interrupt: {
    en: "The interrupt controller asked for vector {vector} while IF was 1; delivered before the instruction at {eip}.",
    zh: "IF 为 1 时中断控制器请求向量 {vector}；在 {eip} 处的指令之前投递。",
  },
  "host-counter": {
    en: "A virtual device of the guest (its timer, as a rule) is due: the host's counter of guest instructions ran out, so that the VMM can serve it in time.",
    zh: "客户机的虚拟设备（通常是定时器）到期：宿主的客户机指令计数器归零，使 VMM 能及时处理。",
  },
  trap: {
    en: "{mnemonic} at {eip} raised {vector} at CPL {cpl}; the real IDT leads to the VMM in ring 0.",
    zh: "{eip} 处的 {mnemonic} 在 CPL {cpl} 引发 {vector}；真实 IDT 把它交给环 0 的 VMM。",
  },
  "trap-interrupt": {
    en: "A real interrupt, vector {vector}, stopped the guest at {eip}; the real IDT leads to the VMM in ring 0.",
    zh: "真实中断（向量 {vector}）在 {eip} 打断客户机；真实 IDT 把它交给环 0 的 VMM。",
  },
  resume: {
    en: "IRET took the processor from the VMM in ring 0 back to the guest in ring {to}.",
    zh: "IRET 使处理器从环 0 的 VMM 回到环 {to} 的客户机。",
  },
  ring: {
    en: "{mnemonic} changed the privilege level from {cpl} to {to}.",
    zh: "{mnemonic} 使特权级从 {cpl} 变为 {to}。",
  },
  in: { en: "{mnemonic} read {b} from port {a}.", zh: "{mnemonic} 从端口 {a} 读到 {b}。" },
  out: { en: "{mnemonic} wrote {b} to port {a}.", zh: "{mnemonic} 向端口 {a} 写入 {b}。" },
  input: { en: "Input from outside reached a device.", zh: "外部输入到达设备。" },
  "edit-register": {
    en: "You set one of the guest's registers to {a}. The edit is recorded: the run is made again with it.",
    zh: "你把客户机的一个寄存器改为 {a}。此修改已被记录，重演时同样生效。",
  },
  "edit-memory": {
    en: "You changed bytes of the guest's memory from {a} on. The edit is recorded: the run is made again with it.",
    zh: "你修改了客户机内存中从 {a} 开始的字节。此修改已被记录，重演时同样生效。",
  },
  halt: {
    en: "HLT: the processor waits for an interrupt; virtual time goes on to the next event.",
    zh: "HLT：处理器等待中断；虚拟时间直接走到下一个事件。",
  },
  "halt-forever": {
    en: "HLT with nothing that could wake it: interrupts are off, or no device event is due.",
    zh: "HLT 之后没有任何事件能唤醒：中断已关闭，或没有设备事件。",
  },
  exit: { en: "The guest wrote {b} to port F4.", zh: "客户机向端口 F4 写入 {b}。" },
  shutdown: {
    en: "A fault during the delivery of a double fault is a triple fault: the processor shuts down.",
    zh: "投递双重故障时又出现故障，即三重故障：处理器关闭。",
  },
  "vmx-abort": {
    en: "The VM exit could not be ended, VMX abort {count}: there is no state to go on from, and the processor shuts down. The VMCS at {b} holds the indicator.",
    zh: "VM 退出无法完成，VMX 中止 {count}：没有可继续的状态，处理器关闭。{b} 处的 VMCS 保存了中止指示。",
  },
  reset: {
    en: "The guest pulsed the reset line (keyboard controller or port 92). The run ends here.",
    zh: "客户机触发了复位线（键盘控制器或端口 92）。运行到此结束。",
  },
  silent: {
    en: "{mnemonic} ran at CPL {cpl} and did not trap: the VMM never learned of it.",
    zh: "{mnemonic} 在 CPL {cpl} 执行且没有陷入：VMM 毫不知情。",
  },
} as const satisfies Record<string, Words>;
