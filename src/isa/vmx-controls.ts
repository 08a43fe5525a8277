import type { Words } from "./types.ts";
import type { FieldName } from "./vmcs.ts";

/**
 * The bits of the five vectors of VMX controls (SDM Vol. 3C, 25.6 to 25.8). The names of those that make an instruction
 * exit are what rows give as `vmx.control`. Bits that this processor does not support are here too, so that whoever sets
 * one can be told what it would have been.
 */

export type ControlSetId = "pin" | "primary" | "secondary" | "exit" | "entry";

interface Definition {
  readonly set: ControlSetId;
  readonly bit: number;
  readonly title: Words;
  /** What it does; null: the processor does not support it, and it must be 0. */
  readonly words: Words | null;
}

export interface VmxControl extends Definition {
  readonly id: ControlId;
  /** The bit as an int32. */
  readonly mask: number;
  readonly supported: boolean;
}

const of =
  (set: ControlSetId) =>
  (bit: number, en: string, zh: string, words: Words | null = null): Definition => ({
    set,
    bit,
    title: { en, zh },
    words,
  });

const pin = of("pin");
const primary = of("primary");
const secondary = of("secondary");
const exit = of("exit");
const entry = of("entry");

const TABLE = {
  "external-interrupt-exiting": pin(0, "External-interrupt exiting", "外部中断退出", {
    en: "External interrupts exit, whatever IF says; without it they go through the guest's IDT.",
    zh: "外部中断引起退出，不论 IF；否则经客户机的 IDT 投递。",
  }),
  "nmi-exiting": pin(3, "NMI exiting", "NMI 退出", {
    en: "NMIs exit.",
    zh: "NMI 引起退出。",
  }),
  "virtual-nmis": pin(5, "Virtual NMIs", "虚拟 NMI", {
    en: "Blocking by NMI is the guest's own, and the NMI window can be asked for; needs NMI exiting.",
    zh: "NMI 阻塞归客户机所有，并可请求 NMI 窗口；需要 NMI 退出。",
  }),
  "activate-preemption-timer": pin(6, "Activate VMX-preemption timer", "启用 VMX 抢占定时器", {
    en: "The timer counts down in the guest and exits at zero.",
    zh: "定时器在客户机中递减，到零退出。",
  }),
  "process-posted-interrupts": pin(7, "Process posted interrupts", "处理投递中断"),

  "interrupt-window-exiting": primary(2, "Interrupt-window exiting", "中断窗口退出", {
    en: "Exits as soon as the guest could take an interrupt: IF is 1 and nothing holds it back.",
    zh: "一旦客户机能接受中断（IF 为 1 且无阻塞）即退出。",
  }),
  "use-tsc-offsetting": primary(3, "Use TSC offsetting", "使用 TSC 偏移", {
    en: "The guest reads the time-stamp counter plus the TSC offset.",
    zh: "客户机读到的时间戳计数器要加上 TSC 偏移。",
  }),
  "hlt-exiting": primary(7, "HLT exiting", "HLT 退出", { en: "HLT exits.", zh: "HLT 引起退出。" }),
  "invlpg-exiting": primary(9, "INVLPG exiting", "INVLPG 退出", {
    en: "INVLPG exits; shadow paging needs it.",
    zh: "INVLPG 引起退出；影子分页需要它。",
  }),
  "mwait-exiting": primary(10, "MWAIT exiting", "MWAIT 退出"),
  "rdpmc-exiting": primary(11, "RDPMC exiting", "RDPMC 退出", { en: "RDPMC exits.", zh: "RDPMC 引起退出。" }),
  "rdtsc-exiting": primary(12, "RDTSC exiting", "RDTSC 退出", { en: "RDTSC exits.", zh: "RDTSC 引起退出。" }),
  "cr3-load-exiting": primary(15, "CR3-load exiting", "CR3 装入退出", {
    en: "MOV to CR3 exits, but for the CR3-target values; shadow paging needs it.",
    zh: "写 CR3 的 MOV 引起退出（CR3 目标值除外）；影子分页需要它。",
  }),
  "cr3-store-exiting": primary(16, "CR3-store exiting", "CR3 存储退出", {
    en: "MOV from CR3 exits; shadow paging needs it.",
    zh: "读 CR3 的 MOV 引起退出；影子分页需要它。",
  }),
  "activate-tertiary-controls": primary(17, "Activate tertiary controls", "启用第三组控制"),
  "cr8-load-exiting": primary(19, "CR8-load exiting", "CR8 装入退出"),
  "cr8-store-exiting": primary(20, "CR8-store exiting", "CR8 存储退出"),
  "use-tpr-shadow": primary(21, "Use TPR shadow", "使用 TPR 影子"),
  "nmi-window-exiting": primary(22, "NMI-window exiting", "NMI 窗口退出", {
    en: "Exits as soon as the guest could take an NMI; needs virtual NMIs.",
    zh: "一旦客户机能接受 NMI 即退出；需要虚拟 NMI。",
  }),
  "mov-dr-exiting": primary(23, "MOV-DR exiting", "MOV DR 退出", {
    en: "MOV to and from debug registers exits, at any CPL.",
    zh: "读写调试寄存器的 MOV 引起退出，不论 CPL。",
  }),
  "unconditional-io-exiting": primary(24, "Unconditional I/O exiting", "无条件 I/O 退出", {
    en: "Every IN, OUT, INS and OUTS exits, unless I/O bitmaps are in use.",
    zh: "所有 IN、OUT、INS、OUTS 都退出，除非使用 I/O 位图。",
  }),
  "use-io-bitmaps": primary(25, "Use I/O bitmaps", "使用 I/O 位图", {
    en: "The I/O bitmaps say for each port whether it exits; the unconditional control is ignored.",
    zh: "由 I/O 位图逐端口决定是否退出；忽略无条件控制。",
  }),
  "monitor-trap-flag": primary(27, "Monitor trap flag", "监视陷阱标志", {
    en: "Exits after every instruction: single step that the guest cannot see.",
    zh: "每条指令后退出：客户机看不到的单步。",
  }),
  "use-msr-bitmaps": primary(28, "Use MSR bitmaps", "使用 MSR 位图", {
    en: "The MSR bitmaps say which RDMSR and WRMSR exit; without them all do.",
    zh: "由 MSR 位图决定哪些 RDMSR、WRMSR 退出；否则全部退出。",
  }),
  "monitor-exiting": primary(29, "MONITOR exiting", "MONITOR 退出"),
  "pause-exiting": primary(30, "PAUSE exiting", "PAUSE 退出", { en: "PAUSE exits.", zh: "PAUSE 引起退出。" }),
  "activate-secondary-controls": primary(31, "Activate secondary controls", "启用辅助控制", {
    en: "The secondary controls count; without it they are taken for 0.",
    zh: "辅助控制有效；否则视为全 0。",
  }),

  "virtualize-apic-accesses": secondary(0, "Virtualize APIC accesses", "虚拟化 APIC 访问"),
  "enable-ept": secondary(1, "Enable EPT", "启用 EPT", {
    en: "The guest's physical addresses are translated once more, by the VMM's tables.",
    zh: "客户机物理地址再经 VMM 的表转换一次。",
  }),
  "descriptor-table-exiting": secondary(2, "Descriptor-table exiting", "描述符表退出", {
    en: "LGDT, LIDT, LLDT, LTR, SGDT, SIDT, SLDT and STR exit: what was silent on the 386 can be caught.",
    zh: "LGDT、LIDT、LLDT、LTR、SGDT、SIDT、SLDT、STR 引起退出：386 上静默的行为得以截获。",
  }),
  "enable-rdtscp": secondary(3, "Enable RDTSCP", "启用 RDTSCP"),
  "virtualize-x2apic-mode": secondary(4, "Virtualize x2APIC mode", "虚拟化 x2APIC 模式"),
  "enable-vpid": secondary(5, "Enable VPID", "启用 VPID", {
    en: "Translations in the TLB are tagged with the VPID, so that entries and exits need not drop them.",
    zh: "TLB 中的转换带 VPID 标记，进入和退出时不必丢弃。",
  }),
  "wbinvd-exiting": secondary(6, "WBINVD exiting", "WBINVD 退出", { en: "WBINVD exits.", zh: "WBINVD 引起退出。" }),
  "unrestricted-guest": secondary(7, "Unrestricted guest", "不受限客户机", {
    en: "The guest may run in real mode and without paging; needs EPT.",
    zh: "客户机可处于实模式且不分页；需要 EPT。",
  }),
  "apic-register-virtualization": secondary(8, "APIC-register virtualization", "APIC 寄存器虚拟化"),
  "virtual-interrupt-delivery": secondary(9, "Virtual-interrupt delivery", "虚拟中断投递"),
  "pause-loop-exiting": secondary(10, "PAUSE-loop exiting", "PAUSE 循环退出"),
  "rdrand-exiting": secondary(11, "RDRAND exiting", "RDRAND 退出"),
  "enable-invpcid": secondary(12, "Enable INVPCID", "启用 INVPCID"),
  "enable-vm-functions": secondary(13, "Enable VM functions", "启用 VM 功能", {
    en: "VMFUNC is an instruction; which functions run without an exit is in the VM-function controls.",
    zh: "VMFUNC 成为有效指令；哪些功能不退出即可执行，见 VM 功能控制。",
  }),
  "vmcs-shadowing": secondary(14, "VMCS shadowing", "VMCS 影子"),
  "encls-exiting": secondary(15, "Enable ENCLS exiting", "启用 ENCLS 退出"),
  "rdseed-exiting": secondary(16, "RDSEED exiting", "RDSEED 退出"),
  "enable-pml": secondary(17, "Enable PML", "启用页修改日志"),
  "ept-violation-ve": secondary(18, "EPT-violation #VE", "EPT 违例 #VE"),
  "enable-xsaves": secondary(20, "Enable XSAVES/XRSTORS", "启用 XSAVES/XRSTORS"),
  "mode-based-execute": secondary(22, "Mode-based execute control for EPT", "EPT 按模式的执行控制"),
  "use-tsc-scaling": secondary(25, "Use TSC scaling", "使用 TSC 缩放"),
  "bus-lock-detection": secondary(30, "VMM bus-lock detection", "VMM 总线锁检测"),
  "instruction-timeout": secondary(31, "Instruction timeout", "指令超时"),

  "save-debug-controls": exit(2, "Save debug controls", "保存调试控制", {
    en: "An exit saves the guest's DR7 and IA32_DEBUGCTL.",
    zh: "退出时保存客户机的 DR7 和 IA32_DEBUGCTL。",
  }),
  "host-address-space-size": exit(9, "Host address-space size", "宿主机地址空间大小"),
  "exit-load-perf-global-ctrl": exit(12, "Load IA32_PERF_GLOBAL_CTRL", "装入 IA32_PERF_GLOBAL_CTRL"),
  "acknowledge-interrupt-on-exit": exit(15, "Acknowledge interrupt on exit", "退出时应答中断", {
    en: "An exit by an external interrupt fetches its vector; without it the interrupt stays pending.",
    zh: "因外部中断退出时取得其向量；否则中断保持待处理。",
  }),
  "save-pat": exit(18, "Save IA32_PAT", "保存 IA32_PAT"),
  "exit-load-pat": exit(19, "Load IA32_PAT", "装入 IA32_PAT"),
  "save-efer": exit(20, "Save IA32_EFER", "保存 IA32_EFER"),
  "exit-load-efer": exit(21, "Load IA32_EFER", "装入 IA32_EFER"),
  "save-preemption-timer": exit(22, "Save VMX-preemption timer value", "保存 VMX 抢占定时器值", {
    en: "An exit saves what is left on the preemption timer; needs the timer.",
    zh: "退出时保存抢占定时器的剩余值；需要启用该定时器。",
  }),

  "load-debug-controls": entry(2, "Load debug controls", "装入调试控制", {
    en: "An entry loads the guest's DR7 and IA32_DEBUGCTL.",
    zh: "进入时装入客户机的 DR7 和 IA32_DEBUGCTL。",
  }),
  "ia32e-mode-guest": entry(9, "IA-32e mode guest", "IA-32e 模式客户机"),
  "entry-to-smm": entry(10, "Entry to SMM", "进入 SMM"),
  "deactivate-dual-monitor": entry(11, "Deactivate dual-monitor treatment", "停用双监视器"),
  "entry-load-perf-global-ctrl": entry(13, "Load IA32_PERF_GLOBAL_CTRL", "装入 IA32_PERF_GLOBAL_CTRL"),
  "entry-load-pat": entry(14, "Load IA32_PAT", "装入 IA32_PAT"),
  "entry-load-efer": entry(15, "Load IA32_EFER", "装入 IA32_EFER"),
} as const satisfies Record<string, Definition>;

/** The name of a control, in lower case with hyphens. */
export type ControlId = keyof typeof TABLE;

const LIST = (Object.keys(TABLE) as ControlId[]).map((id): VmxControl => {
  const definition: Definition = TABLE[id];
  return { id, ...definition, mask: 1 << definition.bit, supported: definition.words !== null };
});

/** Every control by name, those of a vector from the lowest bit up. */
export const VMX_CONTROLS = Object.fromEntries(LIST.map((control) => [control.id, control])) as Readonly<
  Record<ControlId, VmxControl>
>;

/** A vector of controls: its field and the bits in it that have no name. */
export interface ControlSet {
  readonly id: ControlSetId;
  readonly field: FieldName;
  /** From the lowest bit up. */
  readonly controls: readonly VmxControl[];
  /** Bits that software which does not know better has to set to 1 (SDM Vol. 3D, appendix A.2 to A.5). */
  readonly default1: number;
  /** What of them really has to be 1; the others are controls that came later, and the TRUE MSRs let them be 0. */
  readonly trueDefault1: number;
}

const bits = (...numbers: readonly number[]): number => numbers.reduce((all, bit) => all | (1 << bit), 0);
const maskOf = (controls: readonly VmxControl[]): number => controls.reduce((all, { mask }) => all | mask, 0);

function controlSet(id: ControlSetId, field: FieldName, default1: number): ControlSet {
  const controls = LIST.filter(({ set }) => set === id);
  return { id, field, controls, default1, trueDefault1: default1 & ~maskOf(controls) };
}

export const CONTROL_SETS: Readonly<Record<ControlSetId, ControlSet>> = {
  pin: controlSet("pin", "pinBasedControls", bits(1, 2, 4)),
  primary: controlSet("primary", "primaryControls", bits(1, 4, 5, 6, 8, 13, 14, 15, 16, 26)),
  secondary: controlSet("secondary", "secondaryControls", 0),
  exit: controlSet("exit", "exitControls", bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 16, 17)),
  entry: controlSet("entry", "entryControls", bits(0, 1, 2, 3, 4, 5, 6, 7, 8, 12)),
};

/** The bits that must be 1, as the TRUE MSRs say it. An entry demands no more. */
export function mustBeOne(set: ControlSet): number {
  return set.trueDefault1;
}

/** The bits that may be 1. */
export function mayBeOne(set: ControlSet): number {
  return set.default1 | maskOf(set.controls.filter(({ supported }) => supported));
}

/** The control at a bit; null where the manual reserves it. */
export function controlAt(set: ControlSet, bit: number): VmxControl | null {
  return set.controls.find((control) => control.bit === bit) ?? null;
}

/** What decides about an exit where it is not one control, by the name that rows give as `vmx.control`. */
export const DECIDERS = {
  always: { en: "It always exits.", zh: "总是退出。" },
  "io-exiting": {
    en: "The I/O bitmaps decide if they are in use, else the unconditional control.",
    zh: "使用 I/O 位图时由位图决定，否则由无条件控制决定。",
  },
  "msr-bitmap": {
    en: "It exits unless MSR bitmaps are in use and have a 0 for this MSR.",
    zh: "除非使用 MSR 位图且其中该 MSR 的位为 0，否则退出。",
  },
  "cr0-mask": {
    en: "It exits if it would change a bit of CR0 that belongs to the VMM from what the read shadow has.",
    zh: "若要把属于 VMM 的 CR0 位改得与读影子不同，则退出。",
  },
  "cr-masks-and-cr3-load-exiting": {
    en: "For CR0 and CR4 their masks and shadows decide, for CR3 CR3-load exiting and the CR3-target values.",
    zh: "CR0、CR4 由各自的掩码和影子决定，CR3 由 CR3 装入退出和 CR3 目标值决定。",
  },
  "vm-function-controls": {
    en: "It exits if the bit for EAX in the VM-function controls is 0.",
    zh: "若 VM 功能控制中 EAX 对应的位为 0，则退出。",
  },
} as const satisfies Record<string, Words>;
