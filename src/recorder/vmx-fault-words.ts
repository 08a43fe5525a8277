import { brokenVmxonRules, type VmxonRule } from "../cpu/vmx/vmxon-rules.ts";
import { CR0_BITS } from "../isa/control.ts";
import type { Words } from "../isa/types.ts";
import { CR0_FIXED_1 } from "../isa/vmx-capabilities.ts";
import type { MachineEvent } from "../machine/events.ts";
import { VMX_FAULTS, type VmxFault } from "../machine/vmx-fault.ts";

const words = (en: string, zh: string): Words => ({ en, zh });
const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;
const named = (mask: number): string[] =>
  CR0_BITS.filter((bit) => (bit.mask & mask) !== 0).map(({ name }) => `CR0.${name}`);

/** Which rule of VT-x an exception's instruction has broken, in a sentence; null for other exceptions. */
export function vmxFaultWords({ kind, more, cplBefore }: MachineEvent): Words | null {
  if (kind !== "exception" || more === undefined) return null;
  const [at = -1, bits = 0, cr0 = 0, cr4 = 0, featureControl = 0] = more;
  const rule: VmxFault | undefined = VMX_FAULTS[at];
  switch (rule) {
    case "no-vmx":
      return words(
        "This processor has no VT-x (CPUID leaf 1, ECX bit 5 is 0): the instruction is undefined.",
        "本处理器没有 VT-x（CPUID 叶 1 的 ECX 第 5 位为 0）：该指令未定义。",
      );
    case "vmx-enabled":
      return words(
        `CR4.VMXE (bit 13) must be 1 for it, else the instruction is undefined; CR4 is ${hex(cr4)}.`,
        `执行它须 CR4.VMXE（第 13 位）为 1，否则该指令未定义；CR4 为 ${hex(cr4)}。`,
      );
    case "vmx-operation":
      return words(
        "The processor is outside VMX operation, where of the VMX instructions there is only VMXON: VMXON must have succeeded, and no VMXOFF since.",
        "处理器在 VMX 操作之外，此时 VMX 指令中只有 VMXON：须先有 VMXON 成功，且其后没有 VMXOFF。",
      );
    case "vmxon-allowed":
      return vmxonWords(cr0, cr4, featureControl);
    case "vm-functions":
      return words(
        "VMFUNC exists only in VMX non-root operation with “Enable VM functions” 1, and for functions (EAX) below 64.",
        "VMFUNC 只存在于“启用 VM 功能”为 1 的 VMX 非根模式中，且功能号（EAX）须小于 64。",
      );
    case "protected-mode":
      return words(
        "VMX instructions are undefined in real-address and virtual-8086 mode.",
        "在实地址模式和虚拟 8086 模式中，VMX 指令未定义。",
      );
    case "cpl0":
      return words(`VMX instructions need CPL 0; CPL is ${cplBefore}.`, `VMX 指令须 CPL 为 0；CPL 为 ${cplBefore}。`);
    case "cr0-fixed": {
      const lost = named(bits);
      return words(
        `VMX operation holds bits of CR0 at 1 (IA32_VMX_CR0_FIXED0), and the new value has ${lost.join(", ")} 0.`,
        `VMX 操作要求 CR0 的某些位保持为 1（IA32_VMX_CR0_FIXED0），而新值中 ${lost.join("、")} 为 0。`,
      );
    }
    case "cr4-vmxe":
      return words(
        "In VMX operation CR4.VMXE must stay 1: VMXOFF comes first.",
        "在 VMX 操作中 CR4.VMXE 须保持为 1：先执行 VMXOFF。",
      );
    case undefined:
      return null;
  }
}

/** Which of VMXON's rules do not hold, with the values. */
function vmxonWords(cr0: number, cr4: number, featureControl: number): Words {
  const lacking = named(CR0_FIXED_1 & ~cr0);
  const wrong: Readonly<Record<VmxonRule, Words>> = {
    cr0: words(
      `CR0 is ${hex(cr0)}, but VMX operation wants ${lacking.join(", ")} to be 1 (IA32_VMX_CR0_FIXED0): protected mode with paging, and NE.`,
      `CR0 为 ${hex(cr0)}，而 VMX 操作要求 ${lacking.join("、")} 为 1（IA32_VMX_CR0_FIXED0）：启用分页的保护模式，且 NE 为 1。`,
    ),
    feature: words(
      `IA32_FEATURE_CONTROL (MSR 3Ah) is ${hex(featureControl)}, but bit 2 (VMX outside SMX) and bit 0 (lock) must be 1.`,
      `IA32_FEATURE_CONTROL（MSR 3Ah）为 ${hex(featureControl)}，而第 2 位（SMX 之外的 VMX）和第 0 位（锁定）须为 1。`,
    ),
    cr4: words(`CR4.VMXE must be 1; CR4 is ${hex(cr4)}.`, `CR4.VMXE 须为 1；CR4 为 ${hex(cr4)}。`),
  };
  const broken = brokenVmxonRules({ cr0, cr4, featureControl }).map((id) => wrong[id]);
  return words(broken.map(({ en }) => en).join(" "), broken.map(({ zh }) => zh).join(""));
}
