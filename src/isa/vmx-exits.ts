import type { Words } from "./types.ts";

/** Why a guest comes out, why an instruction of VT-x fails, why an entry fails: numbers with words. */

/** A basic exit reason: bits 15:0 of the exit reason (SDM Vol. 3D, appendix C). */
export interface ExitReason {
  readonly number: number;
  /** In lower case with hyphens, for breakpoints and the command line: `cr-access`. */
  readonly name: string;
  readonly title: Words;
  /** Why it happens; null where this processor cannot cause it. */
  readonly words: Words | null;
}

const reason = (number: number, name: string, en: string, zh: string, words: Words | null = null): ExitReason => ({
  number,
  name,
  title: { en, zh },
  words,
});

/** Instructions that exit always; `name` as NASM writes it. */
const unconditional = (number: number, name: string): ExitReason =>
  reason(number, name, name.toUpperCase(), name.toUpperCase(), {
    en: `The guest executed ${name.toUpperCase()}, which always exits.`,
    zh: `客户机执行了 ${name.toUpperCase()}，它总是退出。`,
  });

/** Instructions of VT-x: they exit at any CPL. */
const virtualization = (number: number, name: string): ExitReason =>
  reason(number, name, name.toUpperCase(), name.toUpperCase(), {
    en: `The guest executed ${name.toUpperCase()}, which exits at any CPL: to refuse it is up to the VMM.`,
    zh: `客户机执行了 ${name.toUpperCase()}，任何 CPL 都会退出：是否拒绝由 VMM 决定。`,
  });

/** Instructions that exit if a control of the same name says so. */
const controlled = (number: number, name: string): ExitReason =>
  reason(number, name, name.toUpperCase(), name.toUpperCase(), {
    en: `The guest executed ${name.toUpperCase()}, and the control for it is set.`,
    zh: `客户机执行了 ${name.toUpperCase()}，且对应的控制位已置位。`,
  });

/** By number. */
export const EXIT_REASONS: readonly ExitReason[] = [
  reason(0, "exception-or-nmi", "Exception or NMI", "异常或 NMI", {
    en: "An exception whose bit in the exception bitmap is set, or an NMI with NMI exiting.",
    zh: "异常位图中对应位置位的异常，或启用 NMI 退出时的 NMI。",
  }),
  reason(1, "external-interrupt", "External interrupt", "外部中断", {
    en: "A device's interrupt arrived, and external-interrupt exiting is set.",
    zh: "设备中断到来，且外部中断退出已置位。",
  }),
  reason(2, "triple-fault", "Triple fault", "三重故障", {
    en: "The guest could not even deliver a double fault; on bare metal the processor would have shut down.",
    zh: "客户机连双重故障都无法投递；在裸机上处理器将关机。",
  }),
  reason(3, "init", "INIT signal", "INIT 信号"),
  reason(4, "sipi", "Start-up IPI", "启动处理器间中断（SIPI）"),
  reason(5, "io-smi", "I/O SMI", "I/O SMI"),
  reason(6, "other-smi", "Other SMI", "其他 SMI"),
  reason(7, "interrupt-window", "Interrupt window", "中断窗口", {
    en: "The guest can take an interrupt now, for which the VMM has waited.",
    zh: "客户机现在可以接受中断，这正是 VMM 所等待的。",
  }),
  reason(8, "nmi-window", "NMI window", "NMI 窗口", {
    en: "The guest can take an NMI now, for which the VMM has waited.",
    zh: "客户机现在可以接受 NMI，这正是 VMM 所等待的。",
  }),
  reason(9, "task-switch", "Task switch", "任务切换", {
    en: "The guest tried to switch tasks in hardware, which always exits.",
    zh: "客户机试图进行硬件任务切换，这总是退出。",
  }),
  unconditional(10, "cpuid"),
  reason(11, "getsec", "GETSEC", "GETSEC"),
  controlled(12, "hlt"),
  unconditional(13, "invd"),
  controlled(14, "invlpg"),
  controlled(15, "rdpmc"),
  controlled(16, "rdtsc"),
  reason(17, "rsm", "RSM", "RSM"),
  virtualization(18, "vmcall"),
  virtualization(19, "vmclear"),
  virtualization(20, "vmlaunch"),
  virtualization(21, "vmptrld"),
  virtualization(22, "vmptrst"),
  virtualization(23, "vmread"),
  virtualization(24, "vmresume"),
  virtualization(25, "vmwrite"),
  virtualization(26, "vmxoff"),
  virtualization(27, "vmxon"),
  reason(28, "cr-access", "Control-register access", "控制寄存器访问", {
    en: "MOV to or from a control register, CLTS or LMSW touched what belongs to the VMM.",
    zh: "读写控制寄存器的 MOV、CLTS 或 LMSW 触及属于 VMM 的内容。",
  }),
  reason(29, "mov-dr", "MOV DR", "MOV DR", {
    en: "The guest moved to or from a debug register, and MOV-DR exiting is set; this comes before any fault by CPL.",
    zh: "客户机读写调试寄存器，且 MOV DR 退出已置位；它先于 CPL 引起的故障。",
  }),
  reason(30, "io-instruction", "I/O instruction", "I/O 指令", {
    en: "The guest used a port that the bitmaps or the unconditional control give to the VMM.",
    zh: "客户机访问了由位图或无条件控制交给 VMM 的端口。",
  }),
  reason(31, "rdmsr", "RDMSR", "RDMSR", {
    en: "The guest read an MSR that the MSR bitmaps do not leave to it, or MSR bitmaps are not in use.",
    zh: "客户机读取了 MSR 位图未放行的 MSR，或未使用 MSR 位图。",
  }),
  reason(32, "wrmsr", "WRMSR", "WRMSR", {
    en: "The guest wrote an MSR that the MSR bitmaps do not leave to it, or MSR bitmaps are not in use.",
    zh: "客户机写入了 MSR 位图未放行的 MSR，或未使用 MSR 位图。",
  }),
  reason(33, "entry-failure-guest-state", "VM-entry failure: invalid guest state", "VM 进入失败：客户机状态无效", {
    en: "The guest state in the VMCS broke a rule; the guest has not run.",
    zh: "VMCS 中的客户机状态违反规则；客户机未曾运行。",
  }),
  reason(34, "entry-failure-msr-loading", "VM-entry failure: MSR loading", "VM 进入失败：装入 MSR", {
    en: "An item of the VM-entry MSR-load list could not be loaded; the guest has not run.",
    zh: "VM 进入 MSR 装入列表中有一项无法装入；客户机未曾运行。",
  }),
  reason(36, "mwait", "MWAIT", "MWAIT"),
  reason(37, "monitor-trap-flag", "Monitor trap flag", "监视陷阱标志", {
    en: "The VMM single-steps the guest, and one instruction has ended.",
    zh: "VMM 正在单步执行客户机，一条指令已结束。",
  }),
  reason(39, "monitor", "MONITOR", "MONITOR"),
  controlled(40, "pause"),
  reason(41, "entry-failure-machine-check", "VM-entry failure: machine check", "VM 进入失败：机器检查"),
  reason(43, "tpr-below-threshold", "TPR below threshold", "TPR 低于阈值"),
  reason(44, "apic-access", "APIC access", "APIC 访问"),
  reason(45, "virtualized-eoi", "Virtualized EOI", "虚拟化 EOI"),
  reason(46, "gdtr-idtr-access", "Access to GDTR or IDTR", "GDTR 或 IDTR 访问", {
    en: "The guest executed LGDT, LIDT, SGDT or SIDT under descriptor-table exiting.",
    zh: "客户机在描述符表退出启用时执行了 LGDT、LIDT、SGDT 或 SIDT。",
  }),
  reason(47, "ldtr-tr-access", "Access to LDTR or TR", "LDTR 或 TR 访问", {
    en: "The guest executed LLDT, LTR, SLDT or STR under descriptor-table exiting.",
    zh: "客户机在描述符表退出启用时执行了 LLDT、LTR、SLDT 或 STR。",
  }),
  reason(48, "ept-violation", "EPT violation", "EPT 违例", {
    en: "The guest touched a guest-physical address that EPT does not map or does not allow to be used so.",
    zh: "客户机访问的客户机物理地址未被 EPT 映射，或不允许这样使用。",
  }),
  reason(49, "ept-misconfiguration", "EPT misconfiguration", "EPT 配置错误", {
    en: "An EPT entry on the way has a combination of bits that means nothing, such as write without read.",
    zh: "途经的 EPT 表项的位组合无意义，例如可写而不可读。",
  }),
  virtualization(50, "invept"),
  reason(51, "rdtscp", "RDTSCP", "RDTSCP"),
  reason(52, "preemption-timer", "VMX-preemption timer expired", "VMX 抢占定时器到期", {
    en: "The guest has used up the time that the VMM gave it.",
    zh: "客户机已用完 VMM 分给它的时间。",
  }),
  virtualization(53, "invvpid"),
  controlled(54, "wbinvd"),
  reason(55, "xsetbv", "XSETBV", "XSETBV"),
  reason(56, "apic-write", "APIC write", "APIC 写"),
  reason(57, "rdrand", "RDRAND", "RDRAND"),
  reason(58, "invpcid", "INVPCID", "INVPCID"),
  reason(59, "vmfunc", "VMFUNC", "VMFUNC", {
    en: "The guest called a VM function that the VM-function controls do not allow, or with a bad argument.",
    zh: "客户机调用了 VM 功能控制不允许的 VM 功能，或参数无效。",
  }),
  reason(60, "encls", "ENCLS", "ENCLS"),
  reason(61, "rdseed", "RDSEED", "RDSEED"),
  reason(62, "page-modification-log-full", "Page-modification log full", "页修改日志已满"),
  reason(63, "xsaves", "XSAVES", "XSAVES"),
  reason(64, "xrstors", "XRSTORS", "XRSTORS"),
];

const REASON = new Map(EXIT_REASONS.map((each) => [each.number, each]));

/** A basic exit reason by its number, or null. */
export function exitReason(number: number): ExitReason | null {
  return REASON.get(number) ?? null;
}

/** Fields of the exit reason. */
export const EXIT_REASON_BASIC = 0xffff,
  EXIT_REASON_PENDING_MTF = 1 << 28,
  EXIT_REASON_ENTRY_FAILURE = 1 << 31;

/** A number that some field or region holds, with what it says. */
export interface Numbered {
  readonly number: number;
  readonly words: Words;
}

const numbered = (number: number, en: string, zh: string): Numbered => ({ number, words: { en, zh } });

/** What VMfailValid leaves in the VM-instruction error field (SDM Vol. 3C, table 31-1); 14, 21 and 27 do not exist. */
export const INSTRUCTION_ERRORS: readonly Numbered[] = [
  numbered(1, "VMCALL executed in VMX root operation", "在 VMX 根模式中执行 VMCALL"),
  numbered(2, "VMCLEAR with an invalid physical address", "VMCLEAR 的物理地址无效"),
  numbered(3, "VMCLEAR with the VMXON pointer", "VMCLEAR 使用了 VMXON 指针"),
  numbered(4, "VMLAUNCH with a VMCS that is not clear", "VMLAUNCH 的 VMCS 不是清除状态"),
  numbered(5, "VMRESUME with a VMCS that is not launched", "VMRESUME 的 VMCS 不是已启动状态"),
  numbered(6, "VMRESUME after VMXOFF", "在 VMXOFF 之后执行 VMRESUME"),
  numbered(7, "VM entry with an invalid control field", "VM 进入时控制字段无效"),
  numbered(8, "VM entry with an invalid host-state field", "VM 进入时宿主机状态字段无效"),
  numbered(9, "VMPTRLD with an invalid physical address", "VMPTRLD 的物理地址无效"),
  numbered(10, "VMPTRLD with the VMXON pointer", "VMPTRLD 使用了 VMXON 指针"),
  numbered(11, "VMPTRLD with a wrong VMCS revision identifier", "VMPTRLD 的 VMCS 修订标识不符"),
  numbered(12, "VMREAD or VMWRITE of a field that does not exist", "VMREAD 或 VMWRITE 的字段不存在"),
  numbered(13, "VMWRITE of a read-only field", "VMWRITE 写只读字段"),
  numbered(15, "VMXON executed in VMX root operation", "在 VMX 根模式中执行 VMXON"),
  numbered(16, "VM entry with an invalid executive-VMCS pointer", "VM 进入时执行 VMCS 指针无效"),
  numbered(17, "VM entry with an executive VMCS that is not launched", "VM 进入时执行 VMCS 未启动"),
  numbered(
    18,
    "VM entry with an executive-VMCS pointer that is not the VMXON pointer",
    "VM 进入时执行 VMCS 指针不是 VMXON 指针",
  ),
  numbered(19, "VMCALL with a VMCS that is not clear", "VMCALL 的 VMCS 不是清除状态"),
  numbered(20, "VMCALL with invalid VM-exit control fields", "VMCALL 的 VM 退出控制字段无效"),
  numbered(22, "VMCALL with a wrong MSEG revision identifier", "VMCALL 的 MSEG 修订标识不符"),
  numbered(23, "VMXOFF under dual-monitor treatment of SMIs", "在双监视器处理 SMI 时执行 VMXOFF"),
  numbered(24, "VMCALL with invalid SMM-monitor features", "VMCALL 的 SMM 监视器特性无效"),
  numbered(25, "VM entry with invalid execution controls in the executive VMCS", "VM 进入时执行 VMCS 的执行控制无效"),
  numbered(26, "VM entry with events blocked by MOV SS", "VM 进入时事件被 MOV SS 阻塞"),
  numbered(28, "INVEPT or INVVPID with an invalid operand", "INVEPT 或 INVVPID 的操作数无效"),
];

/** Exit qualifications of a VM-entry failure by guest state (SDM Vol. 3C, 27.8). */
export const ENTRY_FAILURES: readonly Numbered[] = [
  numbered(0, "Guest state, other than below", "客户机状态（以下情况除外）"),
  numbered(2, "Loading of the PDPTEs", "装入 PDPTE"),
  numbered(3, "An NMI injected while blocking by STI or MOV SS", "在 STI 或 MOV SS 阻塞时注入 NMI"),
  numbered(4, "The VMCS link pointer", "VMCS 链接指针"),
];

/** VMX-abort indicators: bytes 4 to 7 of the VMCS region after an exit that could not end (SDM Vol. 3C, 28.7). */
export const VMX_ABORTS: readonly Numbered[] = [
  numbered(1, "The guest's MSRs could not be saved", "无法保存客户机的 MSR"),
  numbered(2, "The host's PDPTEs are bad", "宿主机的 PDPTE 无效"),
  numbered(3, "The current VMCS has been corrupted", "当前 VMCS 已损坏"),
  numbered(4, "The host's MSRs could not be loaded", "无法装入宿主机的 MSR"),
  numbered(5, "A machine check during the exit", "退出期间发生机器检查"),
  numbered(6, "A 32-bit host was to follow a 64-bit guest", "64 位客户机退出到 32 位宿主机"),
];

/** The words of a number in one of the lists above, or null. */
export function wordsOf(list: readonly Numbered[], number: number): Words | null {
  return list.find((each) => each.number === number)?.words ?? null;
}
