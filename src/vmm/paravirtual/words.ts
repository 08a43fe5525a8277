import type { Words } from "../../isa/types.ts";
import { REFUSALS } from "./refusals.ts";

/** Why the hypervisor's own events happened; a refusal speaks for itself. Placeholders as in `machine/events.ts`. */
export const REASONS = {
  call: {
    en: "The guest's kernel called the hypervisor by INT 82h, hypercall {count}; EAX is {b} afterwards.",
    zh: "客户机内核以 INT 82h 调用虚拟机监控器（超级调用 {count} 号），之后 EAX 为 {b}。",
  },
  "call-failed": {
    en: "Hypercall {count} failed; EAX is {b}, a negative error number.",
    zh: "超级调用 {count} 号失败；EAX 为 {b}，即负的错误号。",
  },
  bounce: {
    en: "{vector} came to the hypervisor, as everything does that is not a system call. It built the frame that the processor would have pushed on the guest kernel's stack, and went on at the handler of the guest's trap table.",
    zh: "{vector} 先到达虚拟机监控器（除系统调用外都如此）。它在客户机内核栈上构造处理器本应压入的帧，再转到客户机陷阱表中的处理程序。",
  },
  "bounce-page-fault": {
    en: "A page fault at {a}: only ring 0 can read CR2, so it never goes to the guest directly. The hypervisor put the address into vcpu_info, built the frame and went on at the guest's handler.",
    zh: "{a} 处缺页：只有环 0 能读 CR2，因此不会直接交给客户机。虚拟机监控器把地址写入 vcpu_info，构造帧，再转到客户机的处理程序。",
  },
  "interrupt-by-table": {
    en: "INT {vector} is refused by the real IDT and comes to the hypervisor as #GP; the guest's trap table lets this ring raise it, so it went on at the guest's handler.",
    zh: "真实 IDT 拒绝 INT {vector}，它以 #GP 到达虚拟机监控器；客户机的陷阱表允许该环引发它，于是转到客户机的处理程序。",
  },
  failsafe: {
    en: "A segment register could not be loaded on the way back into the guest: its descriptor has changed meanwhile. The guest's failsafe callback gets all of them.",
    zh: "返回客户机途中有段寄存器无法装载：其描述符已经改变。由客户机的 failsafe 回调接管。",
  },
  upcall: {
    en: "Events are pending and the upcall mask is 0 (the guest's IF is 1): the hypervisor masks further ones and enters the event callback, which looks up the ports in shared_info.",
    zh: "有事件待处理，且 upcall 掩码为 0（客户机的 IF 为 1）：虚拟机监控器屏蔽后续事件，进入事件回调，由它到 shared_info 查找端口。",
  },
  emulate: {
    en: "{mnemonic} is privileged, so it trapped. Xen carries out the few of that kind that a kernel may still contain; a hypercall would be cheaper.",
    zh: "{mnemonic} 是特权指令，因此陷入。内核中残留的少数此类指令由 Xen 代为执行；用超级调用更便宜。",
  },
  "emulate-port": {
    en: "{mnemonic} used a port that this domain has been granted: the hypervisor made the access in its place.",
    zh: "{mnemonic} 使用了已授予该域的端口：由虚拟机监控器代为访问。",
  },
  "emulate-port-refused": {
    en: "{mnemonic} used a port that this domain has not been granted: reads give all ones, writes are lost.",
    zh: "{mnemonic} 使用了未授予该域的端口：读得全 1，写被丢弃。",
  },
  "emulate-nothing": {
    en: "{mnemonic} does nothing under Xen: POPF could not be made to trap, so IF is not emulated at all. The guest's IF is the upcall mask in vcpu_info.",
    zh: "{mnemonic} 在 Xen 下不起作用：POPF 无法陷入，所以根本不模拟 IF。客户机的 IF 是 vcpu_info 中的 upcall 掩码。",
  },
  "emulate-time": {
    en: "{mnemonic} traps (CR4.TSD): the time-stamp counter shows the system time in nanoseconds, the same before and after a domain has waited.",
    zh: "{mnemonic} 陷入（CR4.TSD）：时间戳计数器显示以纳秒计的系统时间，域等待前后都一致。",
  },
  "writable-page-table": {
    en: "The guest wrote to a page table at {a}, which it can only read. With the writable-page-tables assist the hypervisor validated the new entry and made the write itself.",
    zh: "客户机写了只读的页表（{a}）。在可写页表辅助下，虚拟机监控器校验了新表项，并代为写入。",
  },
  "ldt-page": {
    en: "The processor looked for a descriptor in the guest's LDT, whose page had not been shown to it yet: the hypervisor validated the page and mapped it.",
    zh: "处理器查找客户机 LDT 中的描述符，而该页尚未映射：虚拟机监控器校验后映射了它。",
  },
  domain: {
    en: "Domain {count} runs from here: the other one waits, has given the processor away, or its time slice has ended.",
    zh: "从这里起由域 {count} 运行：另一个域在等待、让出了处理器，或时间片已用完。",
  },
  "domain-poweroff": {
    en: "Domain {count} asked to be powered off (sched_op shutdown).",
    zh: "域 {count} 请求关机（sched_op shutdown）。",
  },
  "domain-shutdown": {
    en: "Domain {count} shut itself down (sched_op shutdown) with reason {size}: 1 reboot, 2 suspend, 3 crash.",
    zh: "域 {count} 自行关闭（sched_op shutdown），原因 {size}：1 重启，2 挂起，3 崩溃。",
  },
  "interrupt-to-event": {
    en: "A real device interrupted; the hypervisor acknowledged it and raised the event that stands for it in a domain.",
    zh: "真实设备发出中断；虚拟机监控器应答它，并在域中引发代表它的事件。",
  },
  ...REFUSALS,
} as const satisfies Record<string, Words>;
