import type { Behaviour } from "../../isa/behaviour.ts";
import type { Row, Words } from "../../isa/types.ts";
import { DECIDERS, VMX_CONTROLS } from "../../isa/vmx-controls.ts";
import { handOver } from "../../machine/hand-over.ts";
import { Machine } from "../../machine/machine.ts";
import { type Computer, type Finding, type GuestSetup, type Strategy, turnReasons, turnSubject } from "../strategy.ts";
import { controlsOn } from "./controls.ts";
import { VMM_SIZE } from "./layout.ts";
import { Vtx } from "./monitor.ts";
import { OPTIONS, type OptionId, type VtxOptions } from "./options.ts";
import { REASONS } from "./words.ts";

/** The strategy, with its VMM for those who look into it. */
export function buildVtx(setup: GuestSetup): Computer & { readonly vmm: Vtx } {
  const machine = new Machine({ memoryBytes: VMM_SIZE + setup.memoryBytes, whatIf: setup.whatIf, vmx: true });
  const vmm = new Vtx(machine, setup.memoryBytes, new Set(setup.options as readonly OptionId[] | undefined));
  const entry = setup.place(vmm.memory);
  handOver(vmm.vcpu.state, vmm.memory, entry);
  vmm.start();
  return { machine, guest: vmm, vmm };
}

const ALIKE: Words = {
  en: "Under VT-x a guest of 2006 has nothing to tell its machine from bare metal by but time and CPUID: if the runs part elsewhere, it is by the option TSC offset, or by a mistake of the VMM.",
  zh: "在 VT-x 下，2006 年的客户机除时间与 CPUID 外无从分辨自己是否在裸机上：若两次运行在别处出现分歧，则源于“TSC 偏移”选项，或 VMM 的错误。",
};

function explain({ mnemonic, row }: Finding): Words {
  if (row !== "rdtsc") return ALIKE;
  return {
    en: `${mnemonic.toUpperCase()} reads the time-stamp counter, to which the processor adds the TSC offset of the VMCS without an exit.`,
    zh: `${mnemonic.toUpperCase()} 读取时间戳计数器，处理器不退出便加上 VMCS 中的 TSC 偏移。`,
  };
}

const DEFAULTS: VtxOptions = new Set();
const SELF: Words = {
  en: "Does not exit: the guest's kernel is in its own ring 0, and what the instruction touches is the guest's own.",
  zh: "不退出：客户机内核处于自己的环 0，该指令触及的都是客户机自己的内容。",
};
const REFUSED: Words = {
  en: "Always exits, at any CPL. The guest's CPUID has no VMX, so the VMM injects #UD.",
  zh: "任何 CPL 都退出。客户机的 CPUID 没有 VMX，因此 VMM 注入 #UD。",
};
const PORTS: Words = {
  en: "Exits by the I/O bitmap; the VMM runs it on the virtual CPU, whose devices are the guest's.",
  zh: "按 I/O 位图退出；VMM 在虚拟 CPU 上执行，其设备就是客户机的设备。",
};
const EMULATED = {
  en: "The VMM runs it on the virtual CPU.",
  zh: "由 VMM 在虚拟 CPU 上执行。",
};

/** What becomes of an instruction of the guest, by its row and the controls that are on without options. */
function treats(row: Row, at: Behaviour): Words | null {
  const { vmx } = row;
  if (vmx === null) return row.silent !== null || at.verdict !== "runs" ? SELF : null;
  const { control, exitReason } = vmx;
  if (control === "always") {
    const always = `${DECIDERS.always.en} ${EMULATED.en}`;
    return row.manual !== undefined && isVtx(exitReason)
      ? REFUSED
      : { en: always, zh: `${DECIDERS.always.zh}${EMULATED.zh}` };
  }
  if (control === "io-exiting") return PORTS;
  const decider = control in DECIDERS ? DECIDERS[control as keyof typeof DECIDERS] : null;
  if (decider !== null) return decider;
  const known = VMX_CONTROLS[control as keyof typeof VMX_CONTROLS];
  const on = controlsOn(DEFAULTS).has(known.id);
  return {
    en: on
      ? `Exits: the control “${known.title.en}” is 1. ${EMULATED.en}`
      : `Does not exit unless an option sets “${known.title.en}”.`,
    zh: on ? `退出：控制位“${known.title.zh}”为 1。${EMULATED.zh}` : `不退出，除非有选项置位“${known.title.zh}”。`,
  };
}

const isVtx = (reason: number): boolean => (reason >= 18 && reason <= 27) || reason === 50 || reason === 53;

/** The way of KVM and other VMMs on processors since 2005: these have a world for guests, and leave it where the VMCS says so. */
export const vtx: Strategy = {
  id: "vtx",
  name: { en: "VT-x", zh: "VT-x" },
  summary: {
    en: "The processor runs the guest in non-root operation, in all its own rings, and exits to the VMM where the VMCS says so; EPT translates its memory.",
    zh: "处理器在非根模式中运行客户机，客户机使用自己全部的环；VMCS 指定的情形退出到 VMM；内存由 EPT 转换。",
  },
  seats: [
    { who: "vmm", ring: 0, virtualRing: null, world: "root", label: { en: "VMM", zh: "VMM" } },
    {
      who: "guest-kernel",
      ring: 0,
      virtualRing: 0,
      world: "non-root",
      label: { en: "Guest kernel", zh: "客户机内核" },
    },
    {
      who: "guest-ring1",
      ring: 1,
      virtualRing: 1,
      world: "non-root",
      label: { en: "Guest ring 1", zh: "客户机环 1" },
    },
    {
      who: "guest-ring2",
      ring: 2,
      virtualRing: 2,
      world: "non-root",
      label: { en: "Guest ring 2", zh: "客户机环 2" },
    },
    { who: "guest-user", ring: 3, virtualRing: 3, world: "non-root", label: { en: "Guest user", zh: "客户机用户" } },
  ],
  options: OPTIONS,
  build: buildVtx,
  reasons: { ...REASONS, ...turnReasons(OPTIONS) },
  subject: turnSubject,
  explain,
  treats,
};
