import type { Words } from "../../isa/types.ts";

/**
 * Why a hypercall is refused, or a domain ended. Placeholders as in `machine/events.ts`: {a} and {b} in hexadecimal,
 * {count} is a in decimal.
 */
export const REFUSALS = {
  // Frames and their types.
  "no-such-frame": {
    en: "There is no frame {a}.",
    zh: "不存在帧 {a}。",
  },
  "frame-not-yours": {
    en: "The frame {a} is not this domain's. A domain may use its own frames, its shared_info and its grant table; another domain's frame only if that domain grants it.",
    zh: "帧 {a} 不属于该域。域只能使用自己的帧、自己的 shared_info 和授权表；别的域的帧须由那个域授权。",
  },
  "frame-is-page-table": {
    en: "The frame {a} is in use as a page table, so no writable mapping of it is allowed: a page table is changed by hypercalls only.",
    zh: "帧 {a} 正用作页表，因此不允许可写映射：页表只能通过超级调用修改。",
  },
  "frame-is-segment-table": {
    en: "The frame {a} is in use as a descriptor table, so no writable mapping of it is allowed: a descriptor is changed by update_descriptor only.",
    zh: "帧 {a} 正用作描述符表，因此不允许可写映射：描述符只能通过 update_descriptor 修改。",
  },
  "frame-is-writable": {
    en: "The frame {a} has writable mappings, so it can't become a page table or a descriptor table: the guest could change it unseen. Make every mapping of it read-only first.",
    zh: "帧 {a} 存在可写映射，不能成为页表或描述符表：否则客户机可以暗中修改它。请先把它的所有映射改为只读。",
  },
  "frame-of-other-type": {
    en: "The frame {a} is in use as a table of another kind: a frame has one type at a time, until the last use of that type ends.",
    zh: "帧 {a} 正用作另一种表：一个帧同时只能有一种类型，直到该类型的最后一次使用结束。",
  },
  "frame-in-use": {
    en: "The frame {a} is still in use: a page table maps it, it is a table itself, or another domain has mapped a grant of it.",
    zh: "帧 {a} 仍在使用中：有页表映射它，它本身是一张表，或别的域映射了对它的授权。",
  },
  "already-pinned": {
    en: "The frame {a} is pinned already: a frame is pinned once, pins don't nest.",
    zh: "帧 {a} 已经被固定：一个帧只能固定一次，固定不能嵌套。",
  },
  "not-pinned": {
    en: "The frame {a} is not pinned.",
    zh: "帧 {a} 没有被固定。",
  },
  "bad-segment-table": {
    en: "The frame {a} can't be a descriptor table: its descriptor at offset {b} is of a kind that a guest may not have.",
    zh: "帧 {a} 不能作为描述符表：偏移 {b} 处的描述符是客户机不允许拥有的类型。",
  },
  "bad-descriptor": {
    en: "The descriptor {b} {a} may not stand in a table that the processor uses: a guest has code and data segments that end below the hypervisor, and call gates to its own rings.",
    zh: "描述符 {b} {a} 不能放进处理器使用的表中：客户机只能有终止于虚拟机监控器之下的代码段和数据段，以及通向自己各环的调用门。",
  },

  // Page-table entries.
  "entry-bits": {
    en: "The page-table entry {a} has bits that a guest may not set ({b}): page size or PAT, global, PWT and PCD must be 0.",
    zh: "页表项 {a} 设置了客户机不允许设置的位（{b}）：页大小或 PAT、全局、PWT 和 PCD 必须为 0。",
  },
  "reserved-slot": {
    en: "Entry {b} of the page directory {a} is the hypervisor's: it maps the range from FC000000, the same in every address space.",
    zh: "页目录 {a} 的第 {b} 项属于虚拟机监控器：它映射 FC000000 以上的范围，在每个地址空间中都相同。",
  },
  "linear-writable": {
    en: "The entry {a} maps a page directory within a page directory. That is allowed read-only: writable, the guest could change its own page tables.",
    zh: "页表项 {a} 在页目录中映射一个页目录。这只允许以只读方式进行：若可写，客户机就能修改自己的页表。",
  },
  "linear-nested": {
    en: "The page directory {a} can't be mapped within the page directory {b}: of two directories, the one that is mapped may not map a third.",
    zh: "页目录 {a} 不能映射在页目录 {b} 之中：被映射的页目录自己不得再映射第三个页目录。",
  },
  "address-beyond": {
    en: "The machine address {b}:{a} is beyond physical memory.",
    zh: "机器地址 {b}:{a} 超出了物理内存。",
  },
  "no-page-table": {
    en: "No page table covers the address {a} yet: set its page-directory entry first, with mmu_update.",
    zh: "地址 {a} 还没有对应的页表：请先用 mmu_update 设置它的页目录项。",
  },
  "address-reserved": {
    en: "The address {a} is the hypervisor's: a guest's addresses end at FC000000.",
    zh: "地址 {a} 属于虚拟机监控器：客户机的地址到 FC000000 为止。",
  },

  // Hypercalls about memory.
  "no-such-operation": {
    en: "There is no operation {a} of this hypercall here.",
    zh: "这个超级调用在此没有操作 {a}。",
  },
  "too-many-operations": {
    en: "{count} operations in one hypercall are too many: at most 4096.",
    zh: "一次超级调用中的 {count} 个操作太多：最多 4096 个。",
  },
  "too-much-work": {
    en: "The hypercall has done as much as it may at once, after {count} operations; the rest is to be asked for again.",
    zh: "超级调用在 {count} 个操作之后已达一次允许的工作量；其余部分请再次提出。",
  },
  "bad-pointer": {
    en: "The hypercall's pointer leads to memory that the guest's kernel can't reach.",
    zh: "超级调用的指针指向客户机内核无法访问的内存。",
  },
  "not-privileged": {
    en: "Only a privileged domain may do this for another domain, or to the computer.",
    zh: "只有特权域才能对别的域或对计算机这样做。",
  },
  "no-such-domain": {
    en: "There is no domain {a}, or it has ended.",
    zh: "不存在域 {a}，或者它已经结束。",
  },
  "only-two-levels": {
    en: "Page tables have two levels here: operation {a} is for three or four.",
    zh: "这里的页表只有两级：操作 {a} 用于三级或四级页表。",
  },
  "no-superpages": {
    en: "There are no superpages for guests here (operation {a}).",
    zh: "这里不为客户机提供超级页（操作 {a}）。",
  },
  "bad-ldt": {
    en: "The LDT at {a} with {b} entries is not allowed: it begins at a page, has at most 8192 entries and ends below FC000000.",
    zh: "不允许位于 {a}、有 {b} 个表项的 LDT：它必须从页边界开始，最多 8192 项，并在 FC000000 之前结束。",
  },

  // Reservations.
  "extent-too-large": {
    en: "An extent of 2^{count} frames is too large: at most 2^9.",
    zh: "2^{count} 个帧的区段太大：最多 2^9。",
  },
  "no-memory": {
    en: "The domain's reservation has no {count} free frames in one piece.",
    zh: "该域的配额中没有连续的 {count} 个空闲帧。",
  },
  "bad-exchange": {
    en: "What is given and what is asked for are not the same amount of memory.",
    zh: "交出的内存与要求的内存数量不同。",
  },

  // Grants.
  "no-such-grant": {
    en: "The domain {b} has no grant reference {a}.",
    zh: "域 {b} 没有授权引用 {a}。",
  },
  "not-granted": {
    en: "The grant {a} does not give this domain access: its entry is not in use, or names another domain ({b}).",
    zh: "授权 {a} 不允许该域访问：它的表项未启用，或指定了别的域（{b}）。",
  },
  "granted-read-only": {
    en: "The grant {a} is for reading only, and a writable use was asked for.",
    zh: "授权 {a} 只允许读，但请求的是可写的使用。",
  },
  "granted-frame": {
    en: "The grant {a} names the frame {b}, which the granting domain can't give: it is not its own, or in use as a table.",
    zh: "授权 {a} 指向帧 {b}，但授权的域不能给出它：它不是该域自己的帧，或正用作一张表。",
  },
  "grant-busy": {
    en: "The grant {a} is in use by domain {b}, or as often as can be counted.",
    zh: "授权 {a} 正被域 {b} 使用，或其使用次数已达计数上限。",
  },
  "grant-handles": {
    en: "The domain has {count} grants mapped, which is as many as it may.",
    zh: "该域已映射 {count} 个授权，达到了上限。",
  },
  "bad-handle": {
    en: "There is no grant mapping with the handle {a}.",
    zh: "不存在句柄为 {a} 的授权映射。",
  },
  "grant-not-mapped-there": {
    en: "The grant mapping {a} is not at the address {b}: its page-table entry has been changed since, or the address is another one.",
    zh: "授权映射 {a} 不在地址 {b}：它的页表项后来被改过，或者地址不对。",
  },
  "grant-flags": {
    en: "The flags {a} are not offered here: a grant is mapped for the kernel or for applications at a linear address (GNTMAP_host_map).",
    zh: "这里不提供标志 {a}：授权须映射到线性地址（GNTMAP_host_map），供内核或应用程序使用。",
  },
  "grant-copy-range": {
    en: "A grant copy stays within one page: offset {a} and length {b} do not.",
    zh: "授权复制必须在一页之内：偏移 {a} 和长度 {b} 超出了。",
  },
  "grant-table-size": {
    en: "A grant table has at most 4 frames here, not {count}.",
    zh: "这里的授权表最多 4 帧，而不是 {count} 帧。",
  },
  "grant-version": {
    en: "Only version 1 of grant tables is offered here, not {count}.",
    zh: "这里只提供授权表的第 1 版，而不是第 {count} 版。",
  },
  // Events, traps and the rest.
  "no-free-port": {
    en: "All of the domain's event channels are in use.",
    zh: "该域的事件通道已全部占用。",
  },
  "port-not-offered": {
    en: "Port {count} of domain {size} is not an unbound port that was offered to this domain.",
    zh: "域 {size} 的端口 {count} 不是提供给本域的未绑定端口。",
  },
  "one-vcpu": {
    en: "Domains have one virtual CPU here, number 0.",
    zh: "这里的域只有一个虚拟 CPU，即 0 号。",
  },
  "no-such-virq": {
    en: "There is no virtual interrupt {count}.",
    zh: "没有虚拟中断 {count}。",
  },
  "already-bound": {
    en: "Interrupt {count} is bound to an event channel of this domain already.",
    zh: "中断 {count} 已绑定到该域的一个事件通道。",
  },
  "no-such-pirq": {
    en: "Physical interrupt {count} cannot be bound: 1 (keyboard) and 4 (serial line) can.",
    zh: "物理中断 {count} 不能绑定：可绑定的是 1（键盘）和 4（串口）。",
  },
  "no-such-port": {
    en: "Event channel {count} is not in use by this domain, or cannot be used so.",
    zh: "事件通道 {count} 未被该域使用，或不能这样使用。",
  },
  "trap-table-without-end": {
    en: "The trap table has more than 256 entries and no end: an entry whose address is 0.",
    zh: "陷阱表超过 256 项而没有结束项（地址为 0 的项）。",
  },
  "callback-stays": {
    en: "A callback of type {count} can be replaced, but not taken away.",
    zh: "类型 {count} 的回调可以替换，但不能取消。",
  },
  "debug-in-xen": {
    en: "The address {a} is the hypervisor's: no breakpoint can be there.",
    zh: "地址 {a} 属于虚拟机监控器，不能设断点。",
  },
  "no-such-iopl": {
    en: "The kernel runs in ring 1: its IOPL is 1 to 3, not {count}.",
    zh: "内核运行在环 1：其 IOPL 为 1 到 3，而不是 {count}。",
  },
  "bad-period": {
    en: "A periodic timer has a period of one millisecond at least, and 2^48 ns at most.",
    zh: "周期定时器的周期至少 1 毫秒，至多 2^48 纳秒。",
  },
  "gdt-too-long": {
    en: "A guest's GDT has at most 7168 entries, not {count}: those behind are Xen's.",
    zh: "客户机的 GDT 至多 7168 项，而不是 {count} 项：其后属于 Xen。",
  },
  "bad-descriptor-address": {
    en: "{a} is no machine address of a descriptor: 8-byte aligned and below 4 GiB.",
    zh: "{a} 不是描述符的机器地址：应按 8 字节对齐且低于 4 GiB。",
  },
  "nested-multicall": {
    en: "A multicall may contain neither another multicall nor iret.",
    zh: "multicall 中不能再有 multicall 或 iret。",
  },
  "no-such-hypercall": {
    en: "There is no hypercall {count}, or it is not offered here.",
    zh: "没有 {count} 号超级调用，或这里不提供。",
  },
  "iret-to-ring-0": {
    en: "The iret hypercall was to return to ring 0, which no guest has. The domain ends.",
    zh: "iret 超级调用要返回环 0，而客户机没有环 0。该域结束。",
  },
  "iret-without-frame": {
    en: "The iret hypercall found no frame on the guest's stack. The domain ends.",
    zh: "iret 超级调用在客户机栈上找不到帧。该域结束。",
  },
  "no-page-fault-handler": {
    en: "A page fault at {a}, and the guest has registered no handler for it (set_trap_table). As a triple fault ends a computer, this ends the domain.",
    zh: "{a} 处缺页，而客户机没有登记处理程序（set_trap_table）。正如三重故障使计算机停机，该域就此结束。",
  },
  "no-handler": {
    en: "Vector {a} was raised, and the guest has registered no handler for it (set_trap_table). As a triple fault ends a computer, this ends the domain.",
    zh: "引发了向量 {a}，而客户机没有登记处理程序（set_trap_table）。正如三重故障使计算机停机，该域就此结束。",
  },
  "no-kernel-stack": {
    en: "The frame of a trap or event could not be pushed: the guest kernel's stack at {a} cannot be written. The domain ends.",
    zh: "无法压入陷阱或事件的帧：客户机内核栈 {a} 不可写。该域结束。",
  },
  "no-failsafe": {
    en: "A segment register of the guest could not be loaded, and it has registered no failsafe callback. The domain ends.",
    zh: "客户机的某个段寄存器无法装载，而它没有登记 failsafe 回调。该域结束。",
  },
  "no-event-callback": {
    en: "An event is pending and unmasked, and the guest has registered no event callback (set_callbacks). The domain ends.",
    zh: "有未屏蔽的事件待处理，而客户机没有登记事件回调（set_callbacks）。该域结束。",
  },
} as const satisfies Record<string, Words>;

export type Refusal = keyof typeof REFUSALS;

/** Why something is refused, with the numbers for its words. */
export interface Refused {
  readonly reason: Refusal;
  readonly a: number;
  readonly b: number;
}

export function refused(reason: Refusal, a = 0, b = 0): Refused {
  return { reason, a, b };
}
