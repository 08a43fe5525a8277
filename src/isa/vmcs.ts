import type { Words } from "./types.ts";

/**
 * The fields of the VMCS (SDM Vol. 3D, appendix B; Vol. 3C, chapter 25), as a 32-bit processor has them that knows no long
 * mode, no SMM, no APIC, and neither PAT, EFER nor performance-counter MSRs. What it lacks is in `ABSENT_FIELDS`.
 */

/** Width in bits; `natural` is the processor's own, here 32. */
export type VmcsWidth = 16 | 32 | 64 | "natural";

/** What the encoding says of a field's use. VMWRITE of a read-only field fails with error 13. */
export type VmcsAccess = "control" | "read-only" | "guest" | "host";

/** The parts of the VMCS that an inspector shows, in the manual's order, guest state in three. */
export const VMCS_GROUPS = {
  "guest-registers": { en: "Guest registers", zh: "客户机寄存器" },
  "guest-segments": { en: "Guest segments and tables", zh: "客户机段与描述符表" },
  "guest-other": { en: "Guest state beside registers", zh: "客户机的非寄存器状态" },
  "host-state": { en: "Host state", zh: "宿主机状态" },
  "execution-controls": { en: "Execution controls", zh: "执行控制" },
  "exit-controls": { en: "Exit controls", zh: "退出控制" },
  "entry-controls": { en: "Entry controls", zh: "进入控制" },
  "exit-information": { en: "Exit information", zh: "退出信息" },
} as const satisfies Record<string, Words>;

export type VmcsGroup = keyof typeof VMCS_GROUPS;

interface Definition {
  readonly encoding: number;
  readonly group: VmcsGroup;
  readonly title: Words;
  readonly words: Words | null;
}

export interface VmcsField extends Definition {
  /** In the manual's words: `guestCsSelector`. */
  readonly name: FieldName;
  readonly width: VmcsWidth;
  readonly access: VmcsAccess;
  /** Where it lies in the region, in bytes; a multiple of 4. */
  readonly offset: number;
}

const of =
  (group: VmcsGroup) =>
  (encoding: number, en: string, zh: string, words: Words | null = null): Definition => ({
    encoding,
    group,
    title: { en, zh },
    words,
  });

const register = of("guest-registers");
const segment = of("guest-segments");
const other = of("guest-other");
const host = of("host-state");
const execution = of("execution-controls");
const exit = of("exit-controls");
const entry = of("entry-controls");
const information = of("exit-information");

const RIGHTS: Words = {
  en: "Type, S, DPL, P, AVL, D/B and G as in a descriptor, and bit 16: unusable.",
  zh: "与描述符相同的类型、S、DPL、P、AVL、D/B、G，外加第 16 位：不可用。",
};
const PDPTE: Words = {
  en: "Would be loaded on entry to a PAE guest under EPT; this processor has no PAE.",
  zh: "在 EPT 下进入 PAE 客户机时装入；本处理器没有 PAE。",
};
const TARGET: Words = {
  en: "A MOV to CR3 of this value does not exit, if the count reaches as far.",
  zh: "若计数包含它，则把此值写入 CR3 的 MOV 不退出。",
};

const TABLE = {
  guestCr0: register(0x6800, "Guest CR0", "客户机 CR0", {
    en: "The real CR0 while the guest runs; what it reads is mixed from this and the read shadow.",
    zh: "客户机运行时真正的 CR0；它读到的值由此字段与读影子混合而成。",
  }),
  guestCr3: register(0x6802, "Guest CR3", "客户机 CR3", {
    en: "The page directory that the processor walks: the guest's under EPT, else the VMM's shadow.",
    zh: "处理器实际遍历的页目录：有 EPT 时是客户机的，否则是 VMM 的影子。",
  }),
  guestCr4: register(0x6804, "Guest CR4", "客户机 CR4", {
    en: "The real CR4 while the guest runs; VMXE must be set in it.",
    zh: "客户机运行时真正的 CR4；其中 VMXE 必须为 1。",
  }),
  guestDr7: register(0x681a, "Guest DR7", "客户机 DR7", {
    en: "Loaded and saved if the controls say so.",
    zh: "按控制位的设置装入和保存。",
  }),
  guestRsp: register(0x681c, "Guest RSP", "客户机 RSP", {
    en: "ESP; the other general registers are not in the VMCS, the VMM must save them itself.",
    zh: "即 ESP；其他通用寄存器不在 VMCS 中，须由 VMM 自己保存。",
  }),
  guestRip: register(0x681e, "Guest RIP", "客户机 RIP", {
    en: "Where the guest goes on; after an exit by an instruction it still points at that instruction.",
    zh: "客户机继续执行之处；由指令引起退出后，它仍指向该指令。",
  }),
  guestRflags: register(0x6820, "Guest RFLAGS", "客户机 RFLAGS", {
    en: "EFLAGS of the guest; bit 1 must be 1 and the reserved bits 0.",
    zh: "客户机的 EFLAGS；第 1 位须为 1，保留位须为 0。",
  }),
  guestDebugctl: register(0x2802, "Guest IA32_DEBUGCTL", "客户机 IA32_DEBUGCTL"),
  guestSysenterCs: register(0x482a, "Guest IA32_SYSENTER_CS", "客户机 IA32_SYSENTER_CS"),
  guestSysenterEsp: register(0x6824, "Guest IA32_SYSENTER_ESP", "客户机 IA32_SYSENTER_ESP"),
  guestSysenterEip: register(0x6826, "Guest IA32_SYSENTER_EIP", "客户机 IA32_SYSENTER_EIP"),
  guestPdpte0: register(0x280a, "Guest PDPTE 0", "客户机 PDPTE 0", PDPTE),
  guestPdpte1: register(0x280c, "Guest PDPTE 1", "客户机 PDPTE 1", PDPTE),
  guestPdpte2: register(0x280e, "Guest PDPTE 2", "客户机 PDPTE 2", PDPTE),
  guestPdpte3: register(0x2810, "Guest PDPTE 3", "客户机 PDPTE 3", PDPTE),

  guestEsSelector: segment(0x0800, "Guest ES selector", "客户机 ES 选择子"),
  guestCsSelector: segment(0x0802, "Guest CS selector", "客户机 CS 选择子"),
  guestSsSelector: segment(0x0804, "Guest SS selector", "客户机 SS 选择子", {
    en: "Its RPL must be that of CS, unless the guest is unrestricted.",
    zh: "其 RPL 须与 CS 的相同，除非是不受限客户机。",
  }),
  guestDsSelector: segment(0x0806, "Guest DS selector", "客户机 DS 选择子"),
  guestFsSelector: segment(0x0808, "Guest FS selector", "客户机 FS 选择子"),
  guestGsSelector: segment(0x080a, "Guest GS selector", "客户机 GS 选择子"),
  guestLdtrSelector: segment(0x080c, "Guest LDTR selector", "客户机 LDTR 选择子"),
  guestTrSelector: segment(0x080e, "Guest TR selector", "客户机 TR 选择子", {
    en: "Must be in the GDT (TI = 0): the task register is never unusable.",
    zh: "须在 GDT 中（TI = 0）：任务寄存器不得为不可用。",
  }),
  guestEsLimit: segment(0x4800, "Guest ES limit", "客户机 ES 界限"),
  guestCsLimit: segment(0x4802, "Guest CS limit", "客户机 CS 界限", {
    en: "In bytes, and so that it suits G: below 1 MiB, or with the low 12 bits all ones.",
    zh: "以字节计，且须与 G 相符：小于 1 MiB，或低 12 位全为 1。",
  }),
  guestSsLimit: segment(0x4804, "Guest SS limit", "客户机 SS 界限"),
  guestDsLimit: segment(0x4806, "Guest DS limit", "客户机 DS 界限"),
  guestFsLimit: segment(0x4808, "Guest FS limit", "客户机 FS 界限"),
  guestGsLimit: segment(0x480a, "Guest GS limit", "客户机 GS 界限"),
  guestLdtrLimit: segment(0x480c, "Guest LDTR limit", "客户机 LDTR 界限"),
  guestTrLimit: segment(0x480e, "Guest TR limit", "客户机 TR 界限"),
  guestGdtrLimit: segment(0x4810, "Guest GDTR limit", "客户机 GDTR 界限"),
  guestIdtrLimit: segment(0x4812, "Guest IDTR limit", "客户机 IDTR 界限"),
  guestEsAccessRights: segment(0x4814, "Guest ES access rights", "客户机 ES 访问权限", RIGHTS),
  guestCsAccessRights: segment(0x4816, "Guest CS access rights", "客户机 CS 访问权限", RIGHTS),
  guestSsAccessRights: segment(0x4818, "Guest SS access rights", "客户机 SS 访问权限", {
    en: "As for the others; the DPL of SS is the CPL of the guest.",
    zh: "格式同其他段；SS 的 DPL 就是客户机的 CPL。",
  }),
  guestDsAccessRights: segment(0x481a, "Guest DS access rights", "客户机 DS 访问权限", RIGHTS),
  guestFsAccessRights: segment(0x481c, "Guest FS access rights", "客户机 FS 访问权限", RIGHTS),
  guestGsAccessRights: segment(0x481e, "Guest GS access rights", "客户机 GS 访问权限", RIGHTS),
  guestLdtrAccessRights: segment(0x4820, "Guest LDTR access rights", "客户机 LDTR 访问权限", RIGHTS),
  guestTrAccessRights: segment(0x4822, "Guest TR access rights", "客户机 TR 访问权限", {
    en: "Must be those of a busy TSS: type 11, or 3 for one of 16 bits.",
    zh: "须为忙 TSS：类型 11，16 位的为 3。",
  }),
  guestEsBase: segment(0x6806, "Guest ES base", "客户机 ES 基址"),
  guestCsBase: segment(0x6808, "Guest CS base", "客户机 CS 基址"),
  guestSsBase: segment(0x680a, "Guest SS base", "客户机 SS 基址"),
  guestDsBase: segment(0x680c, "Guest DS base", "客户机 DS 基址"),
  guestFsBase: segment(0x680e, "Guest FS base", "客户机 FS 基址"),
  guestGsBase: segment(0x6810, "Guest GS base", "客户机 GS 基址"),
  guestLdtrBase: segment(0x6812, "Guest LDTR base", "客户机 LDTR 基址"),
  guestTrBase: segment(0x6814, "Guest TR base", "客户机 TR 基址"),
  guestGdtrBase: segment(0x6816, "Guest GDTR base", "客户机 GDTR 基址"),
  guestIdtrBase: segment(0x6818, "Guest IDTR base", "客户机 IDTR 基址"),

  vmcsLinkPointer: other(0x2800, "VMCS link pointer", "VMCS 链接指针", {
    en: "All ones, as there are no shadow VMCSs here. Left at zero, it fails the entry with qualification 4.",
    zh: "这里没有影子 VMCS，应为全 1；若留为 0，则进入失败，限定值为 4。",
  }),
  guestInterruptibilityState: other(0x4824, "Guest interruptibility state", "客户机可中断性状态", {
    en: "Whether STI, MOV SS or an NMI holds interrupts back just now.",
    zh: "当前是否因 STI、MOV SS 或 NMI 而阻塞中断。",
  }),
  guestActivityState: other(0x4826, "Guest activity state", "客户机活动状态", {
    en: "Whether the guest runs, sleeps in HLT or has shut down.",
    zh: "客户机在运行、在 HLT 中睡眠，还是已关机。",
  }),
  guestPendingDebugExceptions: other(0x6822, "Guest pending debug exceptions", "客户机待处理的调试异常", {
    en: "Debug traps that the guest is still to take, in bits like those of DR6.",
    zh: "客户机尚未接受的调试陷阱，各位与 DR6 相似。",
  }),
  preemptionTimerValue: other(0x482e, "VMX-preemption timer value", "VMX 抢占定时器值", {
    en: "Counts down while the guest runs; at zero it exits.",
    zh: "客户机运行时递减；到零即退出。",
  }),

  hostCr0: host(0x6c00, "Host CR0", "宿主机 CR0"),
  hostCr3: host(0x6c02, "Host CR3", "宿主机 CR3"),
  hostCr4: host(0x6c04, "Host CR4", "宿主机 CR4"),
  hostRsp: host(0x6c14, "Host RSP", "宿主机 RSP", {
    en: "ESP of the VMM after an exit.",
    zh: "退出后 VMM 的 ESP。",
  }),
  hostRip: host(0x6c16, "Host RIP", "宿主机 RIP", {
    en: "Where the VMM goes on after every exit: the address of its exit handler.",
    zh: "每次退出后 VMM 继续执行之处：退出处理程序的地址。",
  }),
  hostEsSelector: host(0x0c00, "Host ES selector", "宿主机 ES 选择子"),
  hostCsSelector: host(0x0c02, "Host CS selector", "宿主机 CS 选择子", {
    en: "Must not be null, with RPL and TI 0; after an exit the segment is flat whatever the GDT says.",
    zh: "不得为空，RPL 和 TI 为 0；退出后该段总是平坦的，不看 GDT。",
  }),
  hostSsSelector: host(0x0c04, "Host SS selector", "宿主机 SS 选择子"),
  hostDsSelector: host(0x0c06, "Host DS selector", "宿主机 DS 选择子"),
  hostFsSelector: host(0x0c08, "Host FS selector", "宿主机 FS 选择子"),
  hostGsSelector: host(0x0c0a, "Host GS selector", "宿主机 GS 选择子"),
  hostTrSelector: host(0x0c0c, "Host TR selector", "宿主机 TR 选择子", {
    en: "Must not be null: a VMM needs a TSS.",
    zh: "不得为空：VMM 需要 TSS。",
  }),
  hostFsBase: host(0x6c06, "Host FS base", "宿主机 FS 基址"),
  hostGsBase: host(0x6c08, "Host GS base", "宿主机 GS 基址"),
  hostTrBase: host(0x6c0a, "Host TR base", "宿主机 TR 基址", {
    en: "Loaded on exit; the limit becomes 67h.",
    zh: "退出时装入；界限变为 67h。",
  }),
  hostGdtrBase: host(0x6c0c, "Host GDTR base", "宿主机 GDTR 基址", {
    en: "Loaded on exit; the limit becomes FFFFh.",
    zh: "退出时装入；界限变为 FFFFh。",
  }),
  hostIdtrBase: host(0x6c0e, "Host IDTR base", "宿主机 IDTR 基址", {
    en: "Loaded on exit; the limit becomes FFFFh.",
    zh: "退出时装入；界限变为 FFFFh。",
  }),
  hostSysenterCs: host(0x4c00, "Host IA32_SYSENTER_CS", "宿主机 IA32_SYSENTER_CS"),
  hostSysenterEsp: host(0x6c10, "Host IA32_SYSENTER_ESP", "宿主机 IA32_SYSENTER_ESP"),
  hostSysenterEip: host(0x6c12, "Host IA32_SYSENTER_EIP", "宿主机 IA32_SYSENTER_EIP"),

  pinBasedControls: execution(0x4000, "Pin-based execution controls", "基于引脚的执行控制", {
    en: "Whether interrupts and NMIs exit, and whether the preemption timer runs.",
    zh: "外部中断和 NMI 是否引起退出，以及抢占定时器是否运行。",
  }),
  primaryControls: execution(0x4002, "Primary processor-based execution controls", "主处理器执行控制", {
    en: "Which instructions exit, which bitmaps are used, and whether the secondary controls count.",
    zh: "哪些指令引起退出、使用哪些位图，以及辅助控制是否有效。",
  }),
  secondaryControls: execution(0x401e, "Secondary processor-based execution controls", "辅助处理器执行控制", {
    en: "EPT, VPID, unrestricted guest and more, where the primary controls activate them.",
    zh: "EPT、VPID、不受限客户机等，须由主控制激活。",
  }),
  exceptionBitmap: execution(0x4004, "Exception bitmap", "异常位图", {
    en: "A bit for each vector below 32: the guest's exception exits instead of going through its IDT.",
    zh: "32 以下每个向量一位：置位则客户机的该异常引起退出，而不经其 IDT。",
  }),
  pageFaultErrorCodeMask: execution(0x4006, "Page-fault error-code mask", "缺页错误码掩码", {
    en: "Which bits of a page fault's error code are compared with the match.",
    zh: "缺页错误码中与匹配值比较的位。",
  }),
  pageFaultErrorCodeMatch: execution(0x4008, "Page-fault error-code match", "缺页错误码匹配值", {
    en: "A page fault that matches does what bit 14 of the exception bitmap says; any other does the opposite.",
    zh: "匹配的缺页按异常位图第 14 位处理；其他的正好相反。",
  }),
  ioBitmapA: execution(0x2000, "Address of I/O bitmap A", "I/O 位图 A 的地址", {
    en: "4 KiB with a bit for each port from 0000h to 7FFFh: 1 exits.",
    zh: "4 KiB，0000h 到 7FFFh 每个端口一位：1 表示退出。",
  }),
  ioBitmapB: execution(0x2002, "Address of I/O bitmap B", "I/O 位图 B 的地址", {
    en: "4 KiB with a bit for each port from 8000h to FFFFh: 1 exits.",
    zh: "4 KiB，8000h 到 FFFFh 每个端口一位：1 表示退出。",
  }),
  msrBitmap: execution(0x2004, "Address of MSR bitmaps", "MSR 位图的地址", {
    en: "Four bitmaps of 1 KiB: reads of low and high MSR numbers, then writes.",
    zh: "四个 1 KiB 的位图：先读（低、高编号 MSR），后写。",
  }),
  tscOffset: execution(0x2010, "TSC offset", "TSC 偏移", {
    en: "Added to the time-stamp counter that the guest reads.",
    zh: "加到客户机读到的时间戳计数器上。",
  }),
  cr0GuestHostMask: execution(0x6000, "CR0 guest/host mask", "CR0 客户机/宿主机掩码", {
    en: "Bits that belong to the VMM: the guest reads the shadow, and to change them exits.",
    zh: "属于 VMM 的位：客户机读到影子，要改变它们则退出。",
  }),
  cr4GuestHostMask: execution(0x6002, "CR4 guest/host mask", "CR4 客户机/宿主机掩码", {
    en: "Bits that belong to the VMM: the guest reads the shadow, and to change them exits.",
    zh: "属于 VMM 的位：客户机读到影子，要改变它们则退出。",
  }),
  cr0ReadShadow: execution(0x6004, "CR0 read shadow", "CR0 读影子", {
    en: "What the guest reads in the bits of CR0 that belong to the VMM.",
    zh: "CR0 中属于 VMM 的位，客户机读到的就是这里的值。",
  }),
  cr4ReadShadow: execution(0x6006, "CR4 read shadow", "CR4 读影子", {
    en: "What the guest reads in the bits of CR4 that belong to the VMM.",
    zh: "CR4 中属于 VMM 的位，客户机读到的就是这里的值。",
  }),
  cr3TargetCount: execution(0x400a, "CR3-target count", "CR3 目标计数", {
    en: "How many of the CR3-target values count: 0 to 4.",
    zh: "有效的 CR3 目标值个数：0 到 4。",
  }),
  cr3TargetValue0: execution(0x6008, "CR3-target value 0", "CR3 目标值 0", TARGET),
  cr3TargetValue1: execution(0x600a, "CR3-target value 1", "CR3 目标值 1", TARGET),
  cr3TargetValue2: execution(0x600c, "CR3-target value 2", "CR3 目标值 2", TARGET),
  cr3TargetValue3: execution(0x600e, "CR3-target value 3", "CR3 目标值 3", TARGET),
  eptPointer: execution(0x201a, "EPT pointer", "EPT 指针", {
    en: "Where the tables from guest-physical to physical addresses begin, and how they are walked.",
    zh: "客户机物理地址到物理地址的转换表起点，以及遍历方式。",
  }),
  vpid: execution(0x0000, "Virtual-processor identifier (VPID)", "虚拟处理器标识（VPID）", {
    en: "Tags the guest's translations in the TLB; 0 is the VMM's and not allowed.",
    zh: "给客户机在 TLB 中的转换打上标记；0 属于 VMM，不可使用。",
  }),
  vmFunctionControls: execution(0x2018, "VM-function controls", "VM 功能控制", {
    en: "Which VM functions a guest may call by VMFUNC; bit 0 is EPTP switching.",
    zh: "客户机可用 VMFUNC 调用哪些 VM 功能；第 0 位是 EPTP 切换。",
  }),
  eptpListAddress: execution(0x2024, "EPTP-list address", "EPTP 列表地址", {
    en: "4 KiB with 512 EPT pointers, among which VMFUNC 0 chooses by ECX.",
    zh: "4 KiB，含 512 个 EPT 指针，VMFUNC 0 按 ECX 从中选择。",
  }),

  exitControls: exit(0x400c, "VM-exit controls", "VM 退出控制", {
    en: "What an exit saves and loads beside the rest.",
    zh: "退出时额外保存和装入什么。",
  }),
  exitMsrStoreCount: exit(0x400e, "VM-exit MSR-store count", "VM 退出 MSR 保存计数"),
  exitMsrStoreAddress: exit(0x2006, "VM-exit MSR-store address", "VM 退出 MSR 保存地址", {
    en: "A list of the guest's MSRs that an exit saves: 16 bytes for each.",
    zh: "退出时保存的客户机 MSR 列表：每项 16 字节。",
  }),
  exitMsrLoadCount: exit(0x4010, "VM-exit MSR-load count", "VM 退出 MSR 装入计数"),
  exitMsrLoadAddress: exit(0x2008, "VM-exit MSR-load address", "VM 退出 MSR 装入地址", {
    en: "A list of the VMM's MSRs that an exit loads; a bad entry is a VMX abort.",
    zh: "退出时装入的 VMM 的 MSR 列表；坏项导致 VMX 中止。",
  }),

  entryControls: entry(0x4012, "VM-entry controls", "VM 进入控制", {
    en: "What an entry loads beside the rest.",
    zh: "进入时额外装入什么。",
  }),
  entryMsrLoadCount: entry(0x4014, "VM-entry MSR-load count", "VM 进入 MSR 装入计数"),
  entryMsrLoadAddress: entry(0x200a, "VM-entry MSR-load address", "VM 进入 MSR 装入地址", {
    en: "A list of the guest's MSRs that an entry loads; a bad entry fails it with reason 34.",
    zh: "进入时装入的客户机 MSR 列表；坏项使进入以原因 34 失败。",
  }),
  entryInterruptionInformation: entry(0x4016, "VM-entry interruption information", "VM 进入中断信息", {
    en: "The event that the entry injects: vector, type, whether with error code; bit 31 says that there is one.",
    zh: "进入时注入的事件：向量、类型、有无错误码；第 31 位表示有事件。",
  }),
  entryExceptionErrorCode: entry(0x4018, "VM-entry exception error code", "VM 进入异常错误码", {
    en: "What the injected exception pushes.",
    zh: "注入的异常所压入的错误码。",
  }),
  entryInstructionLength: entry(0x401a, "VM-entry instruction length", "VM 进入指令长度", {
    en: "Added to RIP where a software interrupt or exception is injected.",
    zh: "注入软件中断或软件异常时加到 RIP 上。",
  }),

  exitReason: information(0x4402, "Exit reason", "退出原因", {
    en: "Why the guest came out; with bit 31 set, the entry has failed.",
    zh: "客户机为何退出；第 31 位置位表示进入失败。",
  }),
  exitQualification: information(0x6400, "Exit qualification", "退出限定", {
    en: "More about the reason: which register, port or address.",
    zh: "原因的细节：哪个寄存器、端口或地址。",
  }),
  guestLinearAddress: information(0x640a, "Guest-linear address", "客户机线性地址", {
    en: "The linear address in question, at EPT violations, LMSW, INS and OUTS.",
    zh: "EPT 违例、LMSW、INS、OUTS 所涉及的线性地址。",
  }),
  guestPhysicalAddress: information(0x2400, "Guest-physical address", "客户机物理地址", {
    en: "At an EPT violation or misconfiguration: the guest-physical address of the access.",
    zh: "发生 EPT 违例或 EPT 配置错误时所访问的客户机物理地址。",
  }),
  exitInterruptionInformation: information(0x4404, "VM-exit interruption information", "VM 退出中断信息", {
    en: "The exception or interrupt that is the reason of the exit.",
    zh: "引起退出的异常或中断。",
  }),
  exitInterruptionErrorCode: information(0x4406, "VM-exit interruption error code", "VM 退出中断错误码", {
    en: "The error code of the exception that is the reason of the exit.",
    zh: "引起退出的异常的错误码。",
  }),
  idtVectoringInformation: information(0x4408, "IDT-vectoring information", "IDT 向量化信息", {
    en: "The event that was being delivered when the exit came; the VMM must inject it anew.",
    zh: "退出发生时正在投递的事件；VMM 须重新注入。",
  }),
  idtVectoringErrorCode: information(0x440a, "IDT-vectoring error code", "IDT 向量化错误码"),
  exitInstructionLength: information(0x440c, "VM-exit instruction length", "VM 退出指令长度", {
    en: "By how much the VMM moves RIP on when it has emulated the instruction.",
    zh: "VMM 模拟完该指令后 RIP 应前移的字节数。",
  }),
  exitInstructionInformation: information(0x440e, "VM-exit instruction information", "VM 退出指令信息", {
    en: "Registers, address size and segment of the instruction's operands.",
    zh: "指令操作数的寄存器、地址宽度和段。",
  }),
  vmInstructionError: information(0x4400, "VM-instruction error", "VM 指令错误", {
    en: "Why the last VMX instruction that failed with ZF = 1 did so; success does not clear it.",
    zh: "最近一条以 ZF = 1 失败的 VMX 指令的原因；成功的指令不会清除它。",
  }),
} as const satisfies Record<string, Definition>;

/** The name of a field that this processor has. */
export type FieldName = keyof typeof TABLE;

/** Size of the region, as IA32_VMX_BASIC reports it. */
export const VMCS_BYTES = 4096;
/** What the manual puts at the beginning of the region; the rest is the processor's affair. */
export const VMCS_REVISION_OFFSET = 0,
  VMCS_ABORT_OFFSET = 4,
  /** Ours: `VMCS_LAUNCHED`, or 0. */
  VMCS_LAUNCH_STATE_OFFSET = 8,
  VMCS_DATA_OFFSET = 16;
export const VMCS_LAUNCHED = 1;

/** Bit 0 of the encoding: the high half of a 64-bit field. */
export const ENCODING_HIGH = 1;

const WIDTHS: readonly VmcsWidth[] = [16, 64, 32, "natural"];
const ACCESSES: readonly VmcsAccess[] = ["control", "read-only", "guest", "host"];

/** Bits 14:13, 11:10 and 9:1 of an encoding. */
export const encodingWidth = (encoding: number): VmcsWidth => WIDTHS[(encoding >> 13) & 3]!;
export const encodingAccess = (encoding: number): VmcsAccess => ACCESSES[(encoding >> 10) & 3]!;
export const encodingIndex = (encoding: number): number => (encoding >> 1) & 0x1ff;

/** Bytes that a field takes in the region: words are padded. */
export const fieldBytes = (width: VmcsWidth): 4 | 8 => (width === 64 ? 8 : 4);

/** In the order of the encodings, which is also that of the region. */
function layOut(): VmcsField[] {
  const names = (Object.keys(TABLE) as FieldName[]).sort((a, b) => TABLE[a].encoding - TABLE[b].encoding);
  let offset = VMCS_DATA_OFFSET;
  return names.map((name) => {
    const { encoding } = TABLE[name];
    const width = encodingWidth(encoding);
    const field = { name, ...TABLE[name], width, access: encodingAccess(encoding), offset };
    offset += fieldBytes(width);
    return field;
  });
}

const LAID_OUT = layOut();
const BY_NAME = new Map(LAID_OUT.map((field) => [field.name, field]));
const BY_ENCODING = new Map(LAID_OUT.map((field) => [field.encoding, field]));

/** Every field in the order of the groups and of the manual within them. */
export const VMCS_FIELD_LIST: readonly VmcsField[] = (Object.keys(TABLE) as FieldName[]).map(
  (name) => BY_NAME.get(name)!,
);

/** Every field by name. */
export const VMCS_FIELDS = Object.fromEntries(VMCS_FIELD_LIST.map((field) => [field.name, field])) as Readonly<
  Record<FieldName, VmcsField>
>;

/** The field of an encoding (of its high half too, for 64 bits); null where VMREAD and VMWRITE fail with error 12. */
export function fieldByEncoding(encoding: number): VmcsField | null {
  const field = BY_ENCODING.get(encoding & ~ENCODING_HIGH);
  if (field === undefined || (isHigh(encoding) && field.width !== 64)) return null;
  return field;
}

/** Whether an encoding means the high half of a 64-bit field. */
export function isHigh(encoding: number): boolean {
  return (encoding & ENCODING_HIGH) !== 0;
}

/** A field of the manual that this processor does not have. */
export interface AbsentField {
  readonly encoding: number;
  readonly title: Words;
  /** What the processor would have to have. */
  readonly needs: Words;
}

const APIC: Words = { en: "APIC virtualization", zh: "APIC 虚拟化" };
const POSTED: Words = { en: "posted interrupts", zh: "投递中断（posted interrupts）" };
const SMM: Words = { en: "SMM", zh: "系统管理模式（SMM）" };
const LONG: Words = { en: "long mode", zh: "长模式" };
const PAT: Words = { en: "the IA32_PAT MSR", zh: "IA32_PAT MSR" };
const PERF: Words = { en: "performance-counter MSRs", zh: "性能计数器 MSR" };
const SHADOWING: Words = { en: "VMCS shadowing", zh: "VMCS 影子" };
const VE: Words = { en: "virtualization exceptions (#VE)", zh: "虚拟化异常（#VE）" };
const PML: Words = { en: "page-modification logging", zh: "页修改日志" };
const PLE: Words = { en: "PAUSE-loop exiting", zh: "PAUSE 循环退出" };
const XSAVES: Words = { en: "XSAVES", zh: "XSAVES" };
const SCALING: Words = { en: "TSC scaling", zh: "TSC 缩放" };

const absent = (encoding: number, needs: Words, en: string, zh: string): AbsentField => ({
  encoding,
  title: { en, zh },
  needs,
});

/** By encoding. */
export const ABSENT_FIELDS: readonly AbsentField[] = [
  absent(0x0002, POSTED, "Posted-interrupt notification vector", "投递中断通知向量"),
  absent(0x0004, VE, "EPTP index", "EPTP 索引"),
  absent(0x0810, APIC, "Guest interrupt status", "客户机中断状态"),
  absent(0x0812, PML, "PML index", "PML 索引"),
  absent(0x200c, SMM, "Executive-VMCS pointer", "执行 VMCS 指针"),
  absent(0x200e, PML, "PML address", "PML 地址"),
  absent(0x2012, APIC, "Virtual-APIC address", "虚拟 APIC 地址"),
  absent(0x2014, APIC, "APIC-access address", "APIC 访问地址"),
  absent(0x2016, POSTED, "Posted-interrupt descriptor address", "投递中断描述符地址"),
  absent(0x201c, APIC, "EOI-exit bitmap 0", "EOI 退出位图 0"),
  absent(0x201e, APIC, "EOI-exit bitmap 1", "EOI 退出位图 1"),
  absent(0x2020, APIC, "EOI-exit bitmap 2", "EOI 退出位图 2"),
  absent(0x2022, APIC, "EOI-exit bitmap 3", "EOI 退出位图 3"),
  absent(0x2026, SHADOWING, "VMREAD-bitmap address", "VMREAD 位图地址"),
  absent(0x2028, SHADOWING, "VMWRITE-bitmap address", "VMWRITE 位图地址"),
  absent(0x202a, VE, "Virtualization-exception information address", "虚拟化异常信息地址"),
  absent(0x202c, XSAVES, "XSS-exiting bitmap", "XSS 退出位图"),
  absent(0x2032, SCALING, "TSC multiplier", "TSC 乘数"),
  absent(0x2804, PAT, "Guest IA32_PAT", "客户机 IA32_PAT"),
  absent(0x2806, LONG, "Guest IA32_EFER", "客户机 IA32_EFER"),
  absent(0x2808, PERF, "Guest IA32_PERF_GLOBAL_CTRL", "客户机 IA32_PERF_GLOBAL_CTRL"),
  absent(0x2c00, PAT, "Host IA32_PAT", "宿主机 IA32_PAT"),
  absent(0x2c02, LONG, "Host IA32_EFER", "宿主机 IA32_EFER"),
  absent(0x2c04, PERF, "Host IA32_PERF_GLOBAL_CTRL", "宿主机 IA32_PERF_GLOBAL_CTRL"),
  absent(0x401c, APIC, "TPR threshold", "TPR 阈值"),
  absent(0x4020, PLE, "PLE gap", "PLE 间隔"),
  absent(0x4022, PLE, "PLE window", "PLE 窗口"),
  absent(0x4828, SMM, "Guest SMBASE", "客户机 SMBASE"),
  absent(0x6402, SMM, "I/O RCX", "I/O RCX"),
  absent(0x6404, SMM, "I/O RSI", "I/O RSI"),
  absent(0x6406, SMM, "I/O RDI", "I/O RDI"),
  absent(0x6408, SMM, "I/O RIP", "I/O RIP"),
];

/** The manual's field of an encoding that this processor lacks; null where the manual has none either. */
export function absentField(encoding: number): AbsentField | null {
  return ABSENT_FIELDS.find((field) => field.encoding === (encoding & ~ENCODING_HIGH)) ?? null;
}
