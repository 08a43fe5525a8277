import type { Words } from "./types.ts";

/** Bits of CR0 (SDM Vol. 3A, 2.5). */
export const CR0_PE = 1 << 0,
  CR0_MP = 1 << 1,
  CR0_EM = 1 << 2,
  CR0_TS = 1 << 3,
  CR0_ET = 1 << 4,
  CR0_NE = 1 << 5,
  CR0_WP = 1 << 16,
  CR0_AM = 1 << 18,
  CR0_NW = 1 << 29,
  CR0_CD = 1 << 30,
  CR0_PG = 1 << 31;

/** Bits of CR4. */
export const CR4_VME = 1 << 0,
  CR4_PVI = 1 << 1,
  CR4_TSD = 1 << 2,
  CR4_DE = 1 << 3,
  CR4_PSE = 1 << 4,
  CR4_PAE = 1 << 5,
  CR4_MCE = 1 << 6,
  CR4_PGE = 1 << 7,
  CR4_PCE = 1 << 8,
  CR4_UMIP = 1 << 11,
  CR4_VMXE = 1 << 13;

/** The bits of CR4 that this processor has beside VMXE, which only a processor with VT-x has; another is #GP(0). */
export const CR4_DEFINED = CR4_TSD | CR4_DE | CR4_PSE | CR4_PGE | CR4_PCE | CR4_UMIP;

/** A bit of a control register, for those who show it. */
export interface ControlBit {
  readonly name: string;
  readonly mask: number;
  readonly words: Words;
}

const bit = (name: string, mask: number, en: string, zh: string): ControlBit => ({ name, mask, words: { en, zh } });

/** From the highest bit to the lowest. */
export const CR0_BITS: readonly ControlBit[] = [
  bit("PG", CR0_PG, "paging", "分页"),
  bit("CD", CR0_CD, "cache disabled", "禁用高速缓存"),
  bit("NW", CR0_NW, "not write-through", "禁用写通"),
  bit("AM", CR0_AM, "alignment checks allowed", "允许对齐检查"),
  bit("WP", CR0_WP, "supervisor obeys read-only pages", "管理态也遵守只读页"),
  bit("NE", CR0_NE, "native floating-point errors", "本机浮点错误报告"),
  bit("ET", CR0_ET, "extension type, always 1", "扩展类型，恒为 1"),
  bit("TS", CR0_TS, "task switched", "任务已切换"),
  bit("EM", CR0_EM, "floating point is emulated", "浮点仿真"),
  bit("MP", CR0_MP, "WAIT obeys TS", "WAIT 受 TS 控制"),
  bit("PE", CR0_PE, "protected mode", "保护模式"),
];

/** From the highest bit to the lowest. */
export const CR4_BITS: readonly ControlBit[] = [
  bit("VMXE", CR4_VMXE, "VMX instructions exist", "启用 VMX 指令"),
  bit("UMIP", CR4_UMIP, "SGDT, SIDT, SLDT, STR, SMSW only at CPL 0", "SGDT、SIDT、SLDT、STR、SMSW 仅限 CPL 0"),
  bit("PCE", CR4_PCE, "RDPMC at any CPL", "任何 CPL 都可用 RDPMC"),
  bit("PGE", CR4_PGE, "global pages", "全局页"),
  bit("MCE", CR4_MCE, "machine checks", "机器检查"),
  bit("PAE", CR4_PAE, "physical address extension", "物理地址扩展"),
  bit("PSE", CR4_PSE, "4 MiB pages", "4 MiB 页"),
  bit("DE", CR4_DE, "DR4 and DR5 are #UD", "访问 DR4、DR5 产生 #UD"),
  bit("TSD", CR4_TSD, "RDTSC only at CPL 0", "RDTSC 仅限 CPL 0"),
  bit("PVI", CR4_PVI, "virtual interrupt flag in protected mode", "保护模式虚拟中断标志"),
  bit("VME", CR4_VME, "virtual-8086 extensions", "虚拟 8086 扩展"),
];

/** Numbers of the model-specific registers that the machine knows of (SDM Vol. 4). */
export const MSR_TSC = 0x10,
  MSR_BIOS_SIGNATURE = 0x8b,
  MSR_SYSENTER_CS = 0x174,
  MSR_SYSENTER_ESP = 0x175,
  MSR_SYSENTER_EIP = 0x176;
