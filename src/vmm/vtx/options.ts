import type { StrategyOption } from "../strategy.ts";

/** The switches of the strategy. What is not on is as the summary of the strategy has it: EPT, an unrestricted guest. */
export const OPTIONS = [
  {
    id: "shadow-paging",
    live: true,
    name: { en: "Shadow paging", zh: "影子分页" },
    summary: {
      en: "No EPT, as in 2006: page faults, loads of CR3 and INVLPG exit, and every write to a page table. Code in real mode is emulated.",
      zh: "不用 EPT，如 2006 年：缺页、装入 CR3、INVLPG 以及每次写页表都会退出；实模式代码由 VMM 模拟。",
    },
  },
  {
    id: "ept-large-pages",
    live: true,
    name: { en: "2 MiB EPT pages", zh: "2 MiB EPT 页" },
    summary: {
      en: "EPT maps guest memory by 2 MiB: fewer EPT violations, shorter walks.",
      zh: "EPT 以 2 MiB 为单位映射客户机内存：EPT 违例更少，页表遍历更短。",
    },
  },
  {
    id: "exit-exceptions",
    live: true,
    name: { en: "All exceptions exit", zh: "所有异常都退出" },
    summary: {
      en: "Every bit of the exception bitmap is 1: the VMM sees each exception, and injects it into the guest.",
      zh: "异常位图全为 1：VMM 看到每个异常，再把它注入客户机。",
    },
  },
  {
    id: "exit-rdtsc",
    live: true,
    name: { en: "RDTSC exits", zh: "RDTSC 退出" },
    summary: {
      en: "The VMM answers RDTSC: some thousand cycles instead of a few tens.",
      zh: "由 VMM 回答 RDTSC：从几十个周期变为数千个周期。",
    },
  },
  {
    id: "exit-cr3",
    live: true,
    name: { en: "CR3 exits", zh: "CR3 访问退出" },
    summary: {
      en: "Loads and stores of CR3 exit, though EPT does not need it.",
      zh: "装入和读取 CR3 都退出，尽管 EPT 并不需要。",
    },
  },
  {
    id: "exit-invlpg",
    live: true,
    name: { en: "INVLPG exits", zh: "INVLPG 退出" },
    summary: { en: "INVLPG exits, though EPT does not need it.", zh: "INVLPG 退出，尽管 EPT 并不需要。" },
  },
  {
    id: "exit-mov-dr",
    live: true,
    name: { en: "MOV DR exits", zh: "MOV DR 退出" },
    summary: { en: "Accesses to debug registers exit.", zh: "访问调试寄存器退出。" },
  },
  {
    id: "exit-descriptor-tables",
    live: true,
    name: { en: "Descriptor tables exit", zh: "描述符表访问退出" },
    summary: {
      en: "LGDT, LIDT, LLDT, LTR, SGDT, SIDT, SLDT and STR exit.",
      zh: "LGDT、LIDT、LLDT、LTR、SGDT、SIDT、SLDT、STR 退出。",
    },
  },
  {
    id: "exit-pause",
    live: true,
    name: { en: "PAUSE exits", zh: "PAUSE 退出" },
    summary: {
      en: "PAUSE exits, as where a VMM looks for spinning guests.",
      zh: "PAUSE 退出，供 VMM 发现自旋的客户机。",
    },
  },
  {
    id: "exit-wbinvd",
    live: true,
    name: { en: "WBINVD exits", zh: "WBINVD 退出" },
    summary: { en: "WBINVD exits; INVD always does.", zh: "WBINVD 退出；INVD 总是退出。" },
  },
  {
    id: "single-step",
    live: true,
    name: { en: "Single step", zh: "单步" },
    summary: {
      en: "The monitor trap flag: an exit after each instruction, of which the guest knows nothing.",
      zh: "监视陷阱标志：每条指令之后都退出，客户机毫不知情。",
    },
  },
  {
    id: "open-ports",
    live: true,
    name: { en: "Open I/O bitmap", zh: "开放 I/O 位图" },
    summary: {
      en: "The ports of the debug console and of the VGA registers are open in the I/O bitmap: the guest reaches these devices itself.",
      zh: "调试控制台和 VGA 寄存器的端口在 I/O 位图中开放：客户机直接访问这些设备。",
    },
  },
  {
    id: "tsc-offset",
    live: true,
    name: { en: "TSC offset", zh: "TSC 偏移" },
    summary: {
      en: "The guest's time-stamp counter begins at 2^32: the processor adds the offset without an exit, and the guest can tell.",
      zh: "客户机的时间戳计数器从 2^32 开始：处理器加上偏移而不退出，客户机可以察觉。",
    },
  },
  {
    id: "vpid",
    live: true,
    name: { en: "VPID", zh: "VPID" },
    summary: {
      en: "TLB entries carry the guest's number and outlive its exits, instead of being flushed at each exit and entry.",
      zh: "TLB 表项带有客户机编号，退出后仍保留，而不是每次退出和进入都刷新。",
    },
  },
] as const satisfies readonly StrategyOption[];

export type OptionId = (typeof OPTIONS)[number]["id"];

export function isOption(id: string): id is OptionId {
  return OPTIONS.some((option) => option.id === id);
}

/** The switches that are on. */
export type VtxOptions = ReadonlySet<OptionId>;

/** Where the guest's time-stamp counter begins under `tsc-offset`: the upper half of the offset, the lower one being 0. */
export const TSC_OFFSET_HIGH = 1;
