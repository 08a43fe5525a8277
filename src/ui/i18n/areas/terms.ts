/** The field's words, each in a few sentences. */
export const en = {
  trapAndEmulate: {
    title: "Trap and emulate",
    text: "The guest runs directly on the processor, but less privileged than it believes. What it may not do traps into the VMM, which does it to the guest’s virtual processor and lets the guest go on. It works only if every sensitive instruction traps.",
  },
  vmm: {
    title: "VMM, virtual machine monitor (hypervisor)",
    text: "The program that really owns the processor. Its guest is an operating system that believes to own it. The VMM must stay in control, and the guest must not be able to tell.",
  },
  privileged: {
    title: "Privileged instruction",
    text: "Runs in ring 0 and traps in any other ring: LGDT, HLT, a load of CR0. Under a VMM the guest’s kernel is not in ring 0, so the VMM hears of every one.",
  },
  sensitive: {
    title: "Sensitive instruction",
    text: "Changes or shows what belongs to the VMM: the interrupt flag, the ring, the descriptor tables. Popek and Goldberg (1974): trap and emulate is enough if every sensitive instruction is privileged.",
  },
  silent: {
    title: "Silent",
    text: "Sensitive, and yet no trap outside ring 0: the processor does something else, or shows what really is, and nobody is told. The x86 had seventeen such instructions (Robin and Irvine, 2000), POPF among them.",
  },
  ring: {
    title: "Ring, CPL (current privilege level)",
    text: "What the processor lets the running code do: everything in ring 0, least in ring 3. CPL is the ring of now. A kernel expects ring 0; under this VMM it gets ring 1.",
  },
  interruptFlag: {
    title: "Interrupt flag, IF",
    text: "Bit 9 of EFLAGS. While it is 0 the processor holds back interrupts of devices, such as the timer’s. CLI and STI, POPF and IRET change it, if the ring allows.",
  },
  iopl: {
    title: "IOPL, I/O privilege level",
    text: "Bits 12 and 13 of EFLAGS: the outermost ring that may change IF and use the ports. Code with CPL above IOPL may not. The VMM gives its guest IOPL 0.",
  },
  trap: {
    title: "Trap",
    text: "The processor stops an instruction and enters, through its table of handlers, code of ring 0. Under a VMM that code is the VMM: it learns what the guest tried. Without a trap it learns nothing.",
  },
  vmcs: {
    title: "VMCS, virtual-machine control structure",
    text: "Four kilobytes of memory by which VT-x runs a guest: the guest’s state and the host’s, which instructions and events exit, and what the last exit was about. VMREAD and VMWRITE are the way to its fields.",
  },
  vmExit: {
    title: "VM exit",
    text: "The processor leaves the guest: it saves the guest’s state in the VMCS, writes down why, loads the host’s state, and goes on where HOST_RIP points. The VMM reads the reason by VMREAD.",
  },
  vmEntry: {
    title: "VM entry",
    text: "VMLAUNCH or VMRESUME: the processor checks the VMCS, loads the guest’s state from it, and may inject an event. If a check fails, the guest does not run.",
  },
  nonRoot: {
    title: "VMX root and non-root operation",
    text: "The two worlds of VT-x. The VMM has all four rings of root operation, its guest all four of non-root operation: the guest’s kernel sits in ring 0, and still leaves the guest where the VMCS says so.",
  },
  ept: {
    title: "EPT, extended page tables",
    text: "A second translation, kept by the VMM: what the guest takes for physical memory is translated once more. The guest owns its page tables; every step of its walk is itself walked through EPT.",
  },
};

export const zh: typeof en = {
  trapAndEmulate: {
    title: "陷入并模拟（trap and emulate）",
    text: "客户机直接在处理器上运行，但特权比它以为的低。它无权做的事会陷入 VMM，VMM 在客户机的虚拟处理器上替它完成，再让它继续。前提是每条敏感指令都会陷入。",
  },
  vmm: {
    title: "VMM，虚拟机监控器（hypervisor）",
    text: "真正占有处理器的程序。它的客户机是一个自以为占有处理器的操作系统。VMM 必须始终掌握控制权，而客户机不应察觉。",
  },
  privileged: {
    title: "特权指令（privileged）",
    text: "在环 0 执行，在其他环中陷入，例如 LGDT、HLT、写 CR0。在 VMM 之下，客户机内核不在环 0，所以每一条 VMM 都会知道。",
  },
  sensitive: {
    title: "敏感指令（sensitive）",
    text: "改变或暴露属于 VMM 的东西：中断标志、环、描述符表。Popek 与 Goldberg（1974）：只要每条敏感指令都是特权指令，陷入并模拟就足够了。",
  },
  silent: {
    title: "不陷入（silent）",
    text: "虽是敏感指令，在环 0 之外却不陷入：处理器悄悄改做别的，或暴露真实状态，而且不通知任何人。x86 有十七条这样的指令（Robin 与 Irvine，2000），POPF 是其中之一。",
  },
  ring: {
    title: "环，CPL（当前特权级）",
    text: "处理器允许正在运行的代码做什么：环 0 什么都可以，环 3 最少。CPL 就是当前的环。内核以为自己在环 0；在这个 VMM 之下它在环 1。",
  },
  interruptFlag: {
    title: "中断标志 IF",
    text: "EFLAGS 的第 9 位。为 0 时，处理器压住设备（例如定时器）的中断。CLI、STI、POPF、IRET 可以改变它，前提是特权级允许。",
  },
  iopl: {
    title: "IOPL，I/O 特权级",
    text: "EFLAGS 的第 12、13 位：允许改变 IF 和使用端口的最外层环。CPL 大于 IOPL 的代码不行。VMM 给客户机的 IOPL 是 0。",
  },
  trap: {
    title: "陷入（trap）",
    text: "处理器停下一条指令，经处理程序表进入环 0 的代码。在 VMM 之下，那段代码就是 VMM：它由此得知客户机想做什么。没有陷入，它就一无所知。",
  },
  vmcs: {
    title: "VMCS，虚拟机控制结构",
    text: "VT-x 据以运行客户机的 4 KiB 内存：客户机与宿主机的状态、哪些指令和事件会退出、最近一次退出的情况。用 VMREAD 和 VMWRITE 访问其中的字段。",
  },
  vmExit: {
    title: "VM 退出（VM exit）",
    text: "处理器离开客户机：把客户机状态保存到 VMCS，写下原因，装入宿主机状态，再从 HOST_RIP 指向的地方继续。VMM 用 VMREAD 读取原因。",
  },
  vmEntry: {
    title: "VM 进入（VM entry）",
    text: "VMLAUNCH 或 VMRESUME：处理器检查 VMCS，从中装入客户机状态，还可以注入一个事件。只要有一项检查不满足，客户机就不会运行。",
  },
  nonRoot: {
    title: "VMX 根模式与非根模式",
    text: "VT-x 的两个世界。VMM 拥有根模式的全部四个环，客户机拥有非根模式的全部四个环：客户机内核位于环 0，但在 VMCS 规定的情形下仍会退出。",
  },
  ept: {
    title: "EPT，扩展页表",
    text: "由 VMM 管理的第二次地址转换：客户机以为的物理内存还要再转换一次。客户机拥有自己的页表；遍历它的每一步本身也要经过 EPT 的遍历。",
  },
};
