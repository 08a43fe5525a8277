import type { Insn } from "../../cpu/insn.ts";
import { SEGMENT_REGISTERS } from "../../isa/registers.ts";
import type { Row, Words } from "../../isa/types.ts";

/** What is to be done with an instruction. */
export type Treatment =
  /** It means the same in every ring, or is nobody's business. */
  | { readonly kind: "innocuous" }
  | { readonly kind: "rewrite"; readonly operation: string; readonly note: Words }
  | { readonly kind: "keep"; readonly note: Words }
  | { readonly kind: "refuse"; readonly reason: Words; readonly remedy: Words };

const MASK = "vcpu_info.evtchn_upcall_mask";
const DESCRIPTORS = "update_descriptor";

const rewrite = (operation: string, en: string, zh: string): Treatment => ({
  kind: "rewrite",
  operation,
  note: { en, zh },
});
const keep = (en: string, zh: string): Treatment => ({ kind: "keep", note: { en, zh } });

const FAR = rewrite(
  DESCRIPTORS,
  "The wedge judges the target by the guest's own table at the guest's own CPL, copies its descriptor into the table that Xen knows (DPL 0 becomes 1), and goes there; what lies on the stack are the guest's own selectors.",
  "楔子按客户机自己的表和 CPL 检查目标，把描述符复制到 Xen 所知的表中（DPL 0 变为 1），再转过去；栈上留下的是客户机自己的选择子。",
);
const LOAD = rewrite(
  DESCRIPTORS,
  "A selector is loaded: the wedge judges it as the processor would in ring 0, and brings the copy of its descriptor in Xen's table up to date. That is when the processor reads a descriptor, so the copy is never stale.",
  "装载选择子：楔子像环 0 的处理器那样检查它，并更新 Xen 表中该描述符的副本。处理器正是在此时读取描述符，因此副本不会过时。",
);
const VISIBLE = rewrite(
  "guest's descriptor table",
  "Reads the guest's own descriptor, not the copy in which DPL 0 is 1 and limits end below Xen, and judges by the guest's own CPL.",
  "读取客户机自己的描述符，而不是 DPL 0 变成 1、界限止于 Xen 之下的副本；并按客户机自己的 CPL 判断。",
);
const PORTS = rewrite(
  "console_io, set_timer_op, event channels",
  "A port of the virtual machine: the wedge has interrupt controllers and a timer (set_timer_op and VIRQ_TIMER), sends COM1's bytes by console_io, and ends the domain at the exit port (sched_op).",
  "虚拟机的端口：楔子有自己的中断控制器和定时器（set_timer_op 与 VIRQ_TIMER），用 console_io 发送 COM1 的字节，写退出端口则结束该域（sched_op）。",
);
/** Ports below 100 of devices that the wedge has. */
const WEDGE_PORTS: ReadonlySet<number> = new Set([0x20, 0x21, 0xa0, 0xa1, 0x40, 0x43, 0xe9, 0xf4]);
const NO_DEVICE = rewrite(
  "nothing",
  "Behind this port the wedge has no device: reads give FF, writes are lost. The keyboard is the driver domain's (see programs/xen/).",
  "楔子在这个端口之后没有设备：读得 FF，写则丢失。键盘归驱动域所有（见 programs/xen/）。",
);
const STORED = "virtual table register";
const stored = (name: string): Treatment =>
  rewrite(
    STORED,
    `Stores the ${name} that the guest has loaded, not the one that Xen needs.`,
    `存入客户机所装载的 ${name}，而不是 Xen 所用的那个。`,
  );

/** By mnemonic. */
const TREATMENTS: Readonly<Record<string, Treatment>> = {
  cli: rewrite(
    MASK,
    "The virtual IF is a byte that guest and Xen share: 1 keeps events off. No ring is crossed.",
    "虚拟 IF 是客户机与 Xen 共享的一个字节：为 1 时不送达事件。无需切换特权级。",
  ),
  sti: rewrite(
    MASK,
    "The byte becomes 0; only if an event waits, Xen is asked to deliver it. Right before HLT the mask stays for the hypercall to lift, as STI lets nothing come between.",
    "该字节变为 0；只有存在待处理事件时，才请 Xen 送达。若紧接着是 HLT，则由超级调用解除屏蔽，正如 STI 之后不容插入中断。",
  ),
  pushfd: rewrite(
    MASK,
    "The flags with IF as the guest has it (not the mask) and the guest's IOPL: the real IF is always 1, the real IOPL 0.",
    "压入的标志带有客户机的 IF（即屏蔽字节取反）和客户机的 IOPL：真实的 IF 恒为 1，IOPL 恒为 0。",
  ),
  popfd: rewrite(
    MASK,
    "IF goes to the mask and IOPL to the virtual IOPL; in ring 1 the processor would drop both and say nothing.",
    "IF 写入屏蔽字节，IOPL 写入虚拟 IOPL；在环 1，处理器会一声不响地丢掉这两者。",
  ),
  hlt: rewrite(
    "sched_op(block)",
    "Gives the processor away until an event comes; Xen lifts the mask as it does so.",
    "让出处理器直到事件到来；Xen 同时解除屏蔽。",
  ),
  iretd: rewrite(
    "iret",
    "The wedge judges the frame as ring 0 would, tells Xen the kernel's stack if it has changed (stack_switch), and goes back by the hypercall, which takes IF into the mask in the same moment.",
    "楔子像环 0 那样检查栈帧，内核栈若有变化则告诉 Xen（stack_switch），再用超级调用返回；IF 在同一时刻进入屏蔽字节。",
  ),
  lgdt: rewrite(
    "virtual GDTR",
    "The guest's table stays where it is. The wedge has registered a page of its own with Xen (set_gdt) and copies descriptors into it as their selectors are loaded.",
    "客户机的表原地不动。楔子已向 Xen 登记了自己的一页（set_gdt），在装载选择子时才把描述符复制进去。",
  ),
  lidt: rewrite(
    "virtual IDTR",
    "All 256 traps lead to the wedge (set_trap_table), which delivers them by the guest's own IDT.",
    "全部 256 个陷入都通向楔子（set_trap_table），由它按客户机自己的 IDT 送达。",
  ),
  lldt: rewrite(
    "mmuext_op(set_ldt)",
    "The guest's LDT stays where it is; a page of the wedge's own is registered with Xen, and its descriptors follow at their loads.",
    "客户机的 LDT 原地不动；楔子登记自己的一页，其描述符在装载选择子时跟进。",
  ),
  ltr: rewrite(
    "stack_switch",
    "Xen has the processor's TSS. The wedge reads SS0 and ESP0 in the guest's before each return to user code, and tells Xen when they have changed.",
    "处理器的 TSS 归 Xen 所有。每次返回用户代码之前，楔子读取客户机 TSS 中的 SS0 和 ESP0，有变化时告诉 Xen。",
  ),
  sgdt: stored("GDTR"),
  sidt: stored("IDTR"),
  sldt: stored("LDTR"),
  str: stored("TR"),
  smsw: rewrite(
    "virtual CR0",
    "Stores the CR0 that the guest has set, not Xen's.",
    "存入客户机设置的 CR0，而不是 Xen 的。",
  ),
  lmsw: rewrite("virtual CR0", "Changes the guest's CR0; TS goes on to Xen.", "修改客户机的 CR0；TS 转告 Xen。"),
  clts: rewrite("fpu_taskswitch", "Clears TS in the guest's CR0 and tells Xen.", "清除客户机 CR0 的 TS，并告诉 Xen。"),
  lar: VISIBLE,
  lsl: VISIBLE,
  verr: VISIBLE,
  verw: VISIBLE,
  pop: LOAD,
  lds: LOAD,
  les: LOAD,
  lss: LOAD,
  lfs: LOAD,
  lgs: LOAD,
  jmp: FAR,
  call: FAR,
  retf: FAR,
  in: PORTS,
  out: PORTS,
  invlpg: rewrite(
    "nothing",
    "Without paging there is nothing to drop from the TLB.",
    "没有分页，TLB 中便没有可丢弃的内容。",
  ),
  invd: rewrite("nothing", "The caches are Xen's business.", "缓存由 Xen 管理。"),
  wbinvd: rewrite("nothing", "The caches are Xen's business.", "缓存由 Xen 管理。"),
  rdtsc: keep(
    "Not privileged. Under Xen the counter shows system time in nanoseconds.",
    "不是特权指令。在 Xen 之下，计数器显示以纳秒计的系统时间。",
  ),
};
for (const kind of ["ins", "outs"]) {
  for (const width of ["b", "w", "d"]) (TREATMENTS as Record<string, Treatment>)[kind + width] = PORTS;
}
for (const [small, wide] of [
  ["pushfw", "pushfd"],
  ["popfw", "popfd"],
  ["iretw", "iretd"],
] as const) {
  (TREATMENTS as Record<string, Treatment>)[small] = TREATMENTS[wide]!;
}

const OWN_SELECTOR = rewrite(
  "virtual CS and SS",
  "In CS and SS of the kernel RPL 0 is really 1; the guest sees 0.",
  "内核的 CS 和 SS 中，RPL 0 实际上是 1；客户机看到的是 0。",
);
const EXACT_SELECTOR = keep(
  "DS, ES, FS and GS hold just what the guest has loaded: ring 1 may load RPL 0 here.",
  "DS、ES、FS、GS 中正是客户机装载的值：环 1 在这里可以装载 RPL 0。",
);
const SOFTWARE_INTERRUPT = keep(
  "Traps as it stands: Xen hands it to the wedge through the trap table, and the wedge judges the DPL of the guest's own gate.",
  "无需改写即会陷入：Xen 经陷入表交给楔子，楔子再检查客户机自己的门的 DPL。",
);
const REWRITTEN_INTERRUPT = rewrite(
  "guest's IDT",
  "Delivered by the guest's own IDT in the wedge: through Xen this vector would look like the exception of the same number, or like a hypercall.",
  "由楔子按客户机自己的 IDT 送达：若经过 Xen，该向量会与同号的异常或超级调用混淆。",
);
/** INT n that cannot go through Xen as it stands: the processor's exceptions, and Xen's own vector. */
const TAKEN = (vector: number): boolean => (vector < 32 && vector !== 3 && vector !== 4) || vector === 0x82;

const PAGE_TABLES: Treatment = {
  kind: "refuse",
  reason: {
    en: "CR3 gets a page directory. Under Xen its entries would have to name machine frames, and its pages to be read-only; the stores that fill them look like any others, so reading the source does not find them.",
    zh: "CR3 得到一个页目录。在 Xen 之下，其表项须为机器帧号，其页须为只读；而填写它们的存储指令与其他存储没有区别，仅读源代码无从找出。",
  },
  remedy: {
    en: "Port it by hand: write entries with mmu_update or update_va_mapping and load the directory with mmuext_op(new_baseptr); programs/xen/ has examples. Or leave paging off.",
    zh: "请手工移植：用 mmu_update 或 update_va_mapping 写表项，用 mmuext_op(new_baseptr) 装载页目录；programs/xen/ 中有例子。或者不启用分页。",
  },
};
const MODEL_SPECIFIC: Treatment = {
  kind: "refuse",
  reason: {
    en: "Model-specific registers and performance counters are the machine's, not the guest's, and the wedge has none.",
    zh: "型号专用寄存器和性能计数器属于机器而非客户机，楔子没有它们。",
  },
  remedy: { en: "Leave the instruction out under Xen.", zh: "在 Xen 之下略去这条指令。" },
};

/** What becomes of an instruction of 32-bit code. */
export function treat(insn: Insn): Treatment {
  const { row } = insn;
  if (!isSensitive(row)) return { kind: "innocuous" };
  switch (row.id) {
    case "int3":
    case "into":
      return SOFTWARE_INTERRUPT;
    case "int_imm8":
      return TAKEN(insn.imm & 0xff) ? REWRITTEN_INTERRUPT : SOFTWARE_INTERRUPT;
    case "mov_sreg_rm16":
      return LOAD;
    case "mov_r16m16_sreg":
    case "mov_r32m16_sreg":
      return ["cs", "ss"].includes(SEGMENT_REGISTERS[insn.reg]!) ? OWN_SELECTOR : EXACT_SELECTOR;
    case "mov_cr_r32rm":
      return insn.reg === 3 ? PAGE_TABLES : CONTROL;
    case "mov_r32rm_cr":
      return CONTROL;
    case "mov_r32rm_dr":
    case "mov_dr_r32rm":
      return DEBUG;
  }
  if (row.mnemonic === "push") return OWN_SELECTOR;
  if (row.operands.includes("imm8") && TREATMENTS[row.mnemonic] === PORTS && !WEDGE_PORTS.has(insn.imm & 0xff)) {
    return NO_DEVICE;
  }
  return TREATMENTS[row.mnemonic] ?? MODEL_SPECIFIC;
}

const CONTROL = rewrite(
  "virtual CR0 to CR4",
  "Control registers of the wedge's own virtual processor; TS goes on to Xen (fpu_taskswitch). Turning paging on ends the domain with a message.",
  "楔子自己的虚拟处理器的控制寄存器；TS 转告 Xen（fpu_taskswitch）。开启分页会结束该域并给出消息。",
);
const DEBUG = rewrite(
  "set_debugreg, get_debugreg",
  "Xen keeps the guest's debug registers.",
  "客户机的调试寄存器由 Xen 保管。",
);

/** Rows that are privileged in some way, or sensitive and silent about it. */
export function isSensitive(row: Row): boolean {
  if (row.silent !== null) return true;
  return row.checks.some(
    ({ rule }) => rule === "cpl0" || rule === "iopl" || rule === "io-permission" || rule === "pce",
  );
}
