import { CPL0, instruction, PROTECTED_MODE, VM_EXIT } from "./define.ts";
import type { Check } from "./types.ts";

const VMX_ENABLED: Check = { phase: "decode", rule: "vmx-enabled" };
const VMX_OPERATION: Check = { phase: "decode", rule: "vmx-operation" };
const VM_FUNCTIONS: Check = { phase: "decode", rule: "vm-functions" };
const VMXON_ALLOWED: Check = { phase: "decode", rule: "vmxon-allowed" };

/**
 * What all have in common: the manual's pseudo-code asks for VMX operation, then exits in non-root operation whatever the
 * CPL, and only then asks for CPL 0. VMsucceed, VMfailInvalid and VMfailValid write all arithmetic flags. The cycles of VMREAD,
 * VMWRITE and VM entries are those of a Pentium 4 672 (Adams and Agesen, ASPLOS 2006, table 1).
 */
const ROOT = {
  volume: "3C, chapter 31",
  written: "oszapc",
  checks: [VMX_OPERATION, PROTECTED_MODE, VM_EXIT, CPL0],
  sensitivity: "control",
} as const;

const exit = (exitReason: number) => ({ exitReason, control: "always" }) as const;

/** VT-x. That CPUID hides it from a strategy's guests, to which these are #UD, is a matter of the processor. */
export const VMX = {
  ...instruction(
    "vmxon",
    {
      ...ROOT,
      checks: [VMX_ENABLED, PROTECTED_MODE, VM_EXIT, CPL0, VMXON_ALLOWED],
      cycles: 60,
      vmx: exit(27),
      words: {
        en: "Enters VMX root operation with the VMXON region whose physical address the operand holds.",
        zh: "进入 VMX 根模式；操作数存有 VMXON 区域的物理地址。",
      },
    },
    { m64p: "f3: 0f c7 /6 mem" },
  ),
  ...instruction(
    "vmclear",
    {
      ...ROOT,
      cycles: 20,
      vmx: exit(19),
      words: {
        en: "Puts the VMCS at a physical address into memory as a whole and marks it as not launched.",
        zh: "把物理地址处的 VMCS 完整写回内存，并标为未启动。",
      },
    },
    { m64p: "66: 0f c7 /6 mem" },
  ),
  ...instruction(
    "vmptrld",
    {
      ...ROOT,
      cycles: 20,
      vmx: exit(21),
      words: {
        en: "Makes the VMCS at a physical address the current one, which VMREAD, VMWRITE and VM entries use.",
        zh: "把物理地址处的 VMCS 设为当前 VMCS，供 VMREAD、VMWRITE 和 VM 进入使用。",
      },
    },
    { m64p: "np: 0f c7 /6 mem" },
  ),
  ...instruction(
    "vmptrst",
    {
      ...ROOT,
      cycles: 10,
      vmx: exit(22),
      words: {
        en: "Stores the physical address of the current VMCS, all ones where there is none.",
        zh: "存出当前 VMCS 的物理地址；没有当前 VMCS 时存出全 1。",
      },
    },
    { m64p: "np: 0f c7 /7 mem" },
  ),
  ...instruction(
    "vmread",
    {
      ...ROOT,
      cycles: 178,
      vmx: exit(23),
      words: {
        en: "Reads the field of the current VMCS whose encoding is in the source register.",
        zh: "读取当前 VMCS 的一个字段，字段编码在源寄存器中。",
      },
    },
    { rm32_r32: "np: 0f 78 /r" },
  ),
  ...instruction(
    "vmwrite",
    {
      ...ROOT,
      cycles: 171,
      vmx: exit(25),
      words: {
        en: "Writes the field of the current VMCS whose encoding is in the destination register.",
        zh: "写入当前 VMCS 的一个字段，字段编码在目的寄存器中。",
      },
    },
    { r32_rm32: "np: 0f 79 /r" },
  ),
  ...instruction(
    "vmcall",
    {
      ...ROOT,
      checks: [VMX_OPERATION, VM_EXIT, PROTECTED_MODE, CPL0],
      cycles: 10,
      vmx: exit(18),
      words: {
        en: "Calls the VMM: in a guest it exits at any CPL; in root operation there is nobody to call, and it fails.",
        zh: "调用 VMM：在客户机中任何 CPL 都产生 VM 退出；在根模式中没有可调用者，执行失败。",
      },
    },
    { "": "np: 0f 01 c1" },
  ),
  ...instruction(
    "vmlaunch",
    {
      ...ROOT,
      manual: "VMLAUNCH/VMRESUME",
      cycles: 2409,
      vmx: exit(20),
      words: {
        en: "Enters the guest of the current VMCS for the first time since VMCLEAR.",
        zh: "VMCLEAR 之后首次进入当前 VMCS 的客户机。",
      },
    },
    { "": "np: 0f 01 c2" },
  ),
  ...instruction(
    "vmresume",
    {
      ...ROOT,
      manual: "VMLAUNCH/VMRESUME",
      cycles: 2409,
      vmx: exit(24),
      words: {
        en: "Enters the guest of the current VMCS again, after a VM exit.",
        zh: "VM 退出之后再次进入当前 VMCS 的客户机。",
      },
    },
    { "": "np: 0f 01 c3" },
  ),
  ...instruction(
    "vmxoff",
    {
      ...ROOT,
      cycles: 30,
      vmx: exit(26),
      words: { en: "Leaves VMX operation.", zh: "退出 VMX 操作。" },
    },
    { "": "np: 0f 01 c4" },
  ),
  ...instruction(
    "vmfunc",
    {
      volume: ROOT.volume,
      checks: [VM_FUNCTIONS],
      sensitivity: "control",
      cycles: 10,
      vmx: { exitReason: 59, control: "vm-function-controls" },
      words: {
        en: "Runs the VM function in EAX without an exit, if the VMM allows it: 0 takes another EPT from the VMM's list.",
        zh: "若 VMM 允许，则执行 EAX 指定的 VM 功能而不退出：0 号从 VMM 的列表中换用另一套 EPT。",
      },
    },
    { "": "np: 0f 01 d4" },
  ),
  ...instruction(
    "invept",
    {
      ...ROOT,
      cycles: 30,
      vmx: exit(50),
      words: {
        en: "Drops cached translations that came from EPT: those of one EPTP, or all.",
        zh: "使来自 EPT 的缓存转换失效：某个 EPTP 的，或全部。",
      },
    },
    { r32_m128: "66: 0f 38 80 /r mem" },
  ),
  ...instruction(
    "invvpid",
    {
      ...ROOT,
      cycles: 30,
      vmx: exit(53),
      words: {
        en: "Drops cached translations by VPID: one address, one VPID, or all.",
        zh: "按 VPID 使缓存的转换失效：单个地址、单个 VPID，或全部。",
      },
    },
    { r32_m128: "66: 0f 38 81 /r mem" },
  ),
} as const;
