import { CPL0, instruction, UMIP, VALID_REGISTER, VM_EXIT } from "./define.ts";
import type { Check, Silence, Words } from "./types.ts";

const TABLE_EXIT = { exitReason: 46, control: "descriptor-table-exiting" } as const;

const reads = (mnemonic: string, words: Words): Silence => ({
  whatIf: `${mnemonic}-traps`,
  when: "cpl>0",
  robinIrvine: true,
  words,
});

const TSD: Check = { phase: "decode", rule: "tsd" };
const PCE: Check = { phase: "decode", rule: "pce" };

/** System registers, the processor itself, and the host gate. Selectors and descriptors are in `rows-selector.ts`. */
export const SYSTEM = {
  ...instruction(
    "sgdt",
    {
      cycles: 4,
      checks: [UMIP],
      sensitivity: "location",
      silent: reads("sgdt", {
        en: "SGDT stores the one real GDTR at any CPL; a deprivileged guest reads the VMM's base and limit instead of its own.",
        zh: "SGDT 在任何 CPL 都存出唯一的真实 GDTR；被降权的客户机读到的是 VMM 的基址和界限，而不是自己的。",
      }),
      vmx: TABLE_EXIT,
      words: { en: "Stores limit and base of the GDT register.", zh: "存储 GDTR 的界限和基址。" },
    },
    { m48: "0f 01 /0 mem" },
  ),
  ...instruction(
    "sidt",
    {
      cycles: 4,
      checks: [UMIP],
      sensitivity: "location",
      silent: reads("sidt", {
        en: "SIDT stores the one real IDTR at any CPL; a deprivileged guest reads where the VMM's IDT lies.",
        zh: "SIDT 在任何 CPL 都存出唯一的真实 IDTR；被降权的客户机读到的是 VMM 的 IDT 位置。",
      }),
      vmx: TABLE_EXIT,
      words: { en: "Stores limit and base of the IDT register.", zh: "存储 IDTR 的界限和基址。" },
    },
    { m48: "0f 01 /1 mem" },
  ),
  ...instruction(
    "lgdt",
    {
      manual: "LGDT/LIDT",
      cycles: 6,
      checks: [CPL0],
      sensitivity: "control",
      vmx: TABLE_EXIT,
      words: { en: "Loads limit and base of the GDT register.", zh: "装入 GDTR 的界限和基址。" },
    },
    { m48: "0f 01 /2 mem" },
  ),
  ...instruction(
    "lidt",
    {
      manual: "LGDT/LIDT",
      cycles: 6,
      checks: [CPL0],
      sensitivity: "control",
      vmx: TABLE_EXIT,
      words: { en: "Loads limit and base of the IDT register.", zh: "装入 IDTR 的界限和基址。" },
    },
    { m48: "0f 01 /3 mem" },
  ),
  ...instruction(
    "smsw",
    {
      cycles: 4,
      checks: [UMIP],
      sensitivity: "location",
      silent: reads("smsw", {
        en: "SMSW stores the real CR0 at any CPL; the guest sees the VMM's TS, MP and PE bits, not its virtual ones.",
        zh: "SMSW 在任何 CPL 都存出真实的 CR0；客户机看到的是 VMM 的 TS、MP、PE 等位，而不是虚拟的。",
      }),
      words: { en: "Stores the machine status word, the low part of CR0.", zh: "存储机器状态字，即 CR0 的低位部分。" },
    },
    { r16m16: "o16 0f 01 /4", r32m16: "o32 0f 01 /4" },
  ),
  ...instruction(
    "lmsw",
    {
      cycles: 8,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 28, control: "cr0-mask" },
      words: {
        en: "Loads the low four bits of CR0; PE can be set but not cleared.",
        zh: "装入 CR0 的低四位；PE 可以置位，不能清除。",
      },
    },
    { rm16: "0f 01 /6" },
  ),
  ...instruction(
    "invlpg",
    {
      cycles: 25,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 14, control: "invlpg-exiting" },
      words: {
        en: "Drops the TLB entry for the page of the operand's linear address.",
        zh: "使操作数线性地址所在页的 TLB 表项失效。",
      },
    },
    { m: "0f 01 /7 mem" },
  ),
  ...instruction(
    "clts",
    {
      cycles: 10,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 28, control: "cr0-mask" },
      words: { en: "Clears the task-switched flag in CR0.", zh: "清除 CR0 中的任务切换标志 TS。" },
    },
    { "": "0f 06" },
  ),
  ...instruction(
    "mov",
    {
      manual: "MOV (Control Registers)",
      undefined: "oszapc",
      cycles: 4,
      checks: [VALID_REGISTER, CPL0],
      sensitivity: "control",
      vmx: { exitReason: 28, control: "cr3-store-exiting" },
      words: { en: "Copies a control register to a general one.", zh: "把控制寄存器复制到通用寄存器。" },
    },
    { r32rm_cr: "0f 20 /r" },
  ),
  ...instruction(
    "mov",
    {
      manual: "MOV (Debug Registers)",
      undefined: "oszapc",
      cycles: 11,
      checks: [VM_EXIT, VALID_REGISTER, CPL0],
      sensitivity: "control",
      vmx: { exitReason: 29, control: "mov-dr-exiting" },
      words: { en: "Copies a debug register to a general one.", zh: "把调试寄存器复制到通用寄存器。" },
    },
    { r32rm_dr: "0f 21 /r" },
  ),
  ...instruction(
    "mov",
    {
      manual: "MOV (Control Registers)",
      undefined: "oszapc",
      cycles: 22,
      checks: [VALID_REGISTER, CPL0],
      sensitivity: "control",
      vmx: { exitReason: 28, control: "cr-masks-and-cr3-load-exiting" },
      words: {
        en: "Loads a control register: modes (CR0, CR4), the page directory (CR3).",
        zh: "装入控制寄存器：工作方式（CR0、CR4）或页目录基址（CR3）。",
      },
    },
    { cr_r32rm: "0f 22 /r" },
  ),
  ...instruction(
    "mov",
    {
      manual: "MOV (Debug Registers)",
      undefined: "oszapc",
      cycles: 11,
      checks: [VM_EXIT, VALID_REGISTER, CPL0],
      sensitivity: "control",
      vmx: { exitReason: 29, control: "mov-dr-exiting" },
      words: { en: "Loads a debug register.", zh: "装入调试寄存器。" },
    },
    { dr_r32rm: "0f 23 /r" },
  ),
  ...instruction(
    "invd",
    {
      cycles: 15,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 13, control: "always" },
      words: { en: "Drops the caches without writing them back.", zh: "使高速缓存失效，不写回内存。" },
    },
    { "": "0f 08" },
  ),
  ...instruction(
    "wbinvd",
    {
      cycles: 2000,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 54, control: "wbinvd-exiting" },
      words: { en: "Writes the caches back and drops them.", zh: "写回高速缓存并使其失效。" },
    },
    { "": "0f 09" },
  ),
  ...instruction(
    "hlt",
    {
      cycles: 12,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 12, control: "hlt-exiting" },
      words: { en: "Stops until an interrupt arrives.", zh: "停机，直到中断到来。" },
    },
    { "": "f4" },
  ),
  ...instruction(
    "wrmsr",
    {
      cycles: 30,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 32, control: "msr-bitmap" },
      words: { en: "Writes EDX:EAX to the model-specific register ECX.", zh: "把 EDX:EAX 写入 ECX 指定的 MSR。" },
    },
    { "": "0f 30" },
  ),
  ...instruction(
    "rdtsc",
    {
      cycles: 6,
      checks: [TSD],
      sensitivity: "location",
      vmx: { exitReason: 16, control: "rdtsc-exiting" },
      words: {
        en: "Reads the time-stamp counter into EDX:EAX; with CR4.TSD set only at CPL 0.",
        zh: "把时间戳计数器读入 EDX:EAX；CR4.TSD 为 1 时仅 CPL 0 可用。",
      },
    },
    { "": "0f 31" },
  ),
  ...instruction(
    "rdmsr",
    {
      cycles: 20,
      checks: [CPL0],
      sensitivity: "control",
      vmx: { exitReason: 31, control: "msr-bitmap" },
      words: { en: "Reads the model-specific register ECX into EDX:EAX.", zh: "把 ECX 指定的 MSR 读入 EDX:EAX。" },
    },
    { "": "0f 32" },
  ),
  ...instruction(
    "rdpmc",
    {
      cycles: 10,
      checks: [PCE],
      sensitivity: "location",
      vmx: { exitReason: 15, control: "rdpmc-exiting" },
      words: {
        en: "Reads the performance counter ECX into EDX:EAX; with CR4.PCE clear only at CPL 0.",
        zh: "把 ECX 指定的性能计数器读入 EDX:EAX；CR4.PCE 为 0 时仅 CPL 0 可用。",
      },
    },
    { "": "0f 33" },
  ),
  ...instruction(
    "cpuid",
    {
      cycles: 14,
      vmx: { exitReason: 10, control: "always" },
      words: {
        en: "Says what the processor is and can, by the leaf in EAX; it reads nothing that a VMM changes, so it is not sensitive.",
        zh: "按 EAX 中的功能号报告处理器的型号与能力；它不读取 VMM 改变的任何状态，因此不是敏感指令。",
      },
    },
    { "": "0f a2" },
  ),
  ...instruction(
    "hostgate",
    {
      manual: "Ringside: host gates",
      words: {
        en: "Runs the VMM behind this address if the machine has a host gate here; anywhere else #UD.",
        zh: "若机器在此地址设有宿主门，则运行门后的 VMM；其他地方 #UD。",
      },
    },
    { "": "0f 0a" },
  ),
} as const;
