import { ATTR_DPL_SHIFT, type CpuState, CS, DS, ES, FS, GS, SS } from "../../cpu/state.ts";
import type { Behaviour } from "../../isa/behaviour.ts";
import type { Row, Words } from "../../isa/types.ts";
import { handOver } from "../../machine/hand-over.ts";
import { Machine } from "../../machine/machine.ts";
import { isUsable } from "../deprivileged/descriptors.ts";
import { VMM_SIZE } from "../deprivileged/layout.ts";
import { SHADOW_TABLES, shadowNotes } from "../deprivileged/shadow-notes.ts";
import { REASONS } from "../deprivileged/words.ts";
import type { Computer, Finding, GuestSetup, Strategy } from "../strategy.ts";
import { TrapAndEmulate } from "./monitor.ts";

function build(setup: GuestSetup): Computer {
  const machine = new Machine({ memoryBytes: VMM_SIZE + setup.memoryBytes, whatIf: setup.whatIf });
  const vmm = new TrapAndEmulate(machine, setup.memoryBytes);
  const entry = setup.place(vmm.memory);
  handOver(vmm.vcpu.state, vmm.memory, entry);
  vmm.start();
  return { machine, guest: vmm };
}

const NO_TRAP: Words = {
  en: "It did not trap, so the VMM could not step in.",
  zh: "它没有陷入，所以 VMM 无从介入。",
};
const NOT_SILENT: Words = {
  en: "The runs part here although the instruction is not sensitive in itself: an earlier silent one has led to it.",
  zh: "该指令本身并不敏感，但两次运行在此分开：原因是更早的一条未陷入的敏感指令。",
};

const RING_ALIASING: Words = {
  en: "Ring aliasing: the guest's rings 0 and 1 share the real ring 1, and this guest uses ring 1 itself.",
  zh: "环混叠：客户机的环 0 和环 1 共用真实的环 1，而这个客户机自己使用了环 1。",
};

/** Whether the guest runs in its own ring 1, or holds a segment of that ring. */
function usesRing1({ cpl, attr }: CpuState): boolean {
  if (cpl === 1) return true;
  const segments = [ES, CS, SS, DS, FS, GS];
  return segments.some((at) => isUsable(attr[at]!) && ((attr[at]! >>> ATTR_DPL_SHIFT) & 3) === 1);
}

const CACHED_SLOT: Words = {
  en: "The register's hidden part is not what the guest's table says now (or the segment has no accessed bit there, or reaches into the VMM's range), so the VMM loaded it through a slot of its own in the real GDT. PUSH shows the selector of that slot.",
  zh: "该段寄存器的隐藏部分与客户机表中现在的描述符不同（或该段在表中没有访问位，或伸入 VMM 的地址范围），因此 VMM 经真实 GDT 中自己的槽位装载它。PUSH 显示的是那个槽位的选择子。",
};
/** PUSH of a data segment register: not sensitive but for the VMM's slots. */
const SHOWS_SLOT = /^push_[defg]s_/;

function explain({ mnemonic, row, silentWords, before }: Finding): Words {
  if (row !== null && SHOWS_SLOT.test(row)) return CACHED_SLOT;
  const aliasing = usesRing1(before) ? RING_ALIASING : null;
  if (!silentWords) return aliasing ?? NOT_SILENT;
  // Words that speak of several instructions do not name this one.
  const name = mnemonic.toUpperCase();
  const named = silentWords.en.includes(name);
  return {
    en: `${aliasing ? `${aliasing.en} ` : ""}${named ? "" : `${name}: `}${silentWords.en} ${NO_TRAP.en}`,
    zh: `${aliasing ? aliasing.zh : ""}${named ? "" : `${name}：`}${silentWords.zh}${NO_TRAP.zh}`,
  };
}

const EMULATED: Words = {
  en: "Traps with #GP(0) into the VMM, which runs it on the virtual CPU as ring 0 would.",
  zh: "以 #GP(0) 陷入 VMM，由 VMM 在虚拟 CPU 上按环 0 执行。",
};
const DELIVERED: Words = {
  en: "Every gate of the real IDT has DPL 0, so it traps; the VMM delivers it through the guest's own IDT.",
  zh: "真实 IDT 的门 DPL 均为 0，因此它会陷入；VMM 再经客户机自己的 IDT 投递。",
};
const MISSED: Words = {
  en: "Does not trap, so the VMM never learns of it.",
  zh: "不陷入，VMM 无从得知。",
};

/** The guest runs with IOPL 0, without an I/O bitmap, with CR4.TSD set and CR4.PCE clear: what may trap does. */
function treats(row: Row, at: Behaviour): Words | null {
  if (at.verdict === "runs") return null;
  if (row.silent !== null) return MISSED;
  return row.checks.some(({ rule }) => rule === "gate-dpl") ? DELIVERED : EMULATED;
}

/** The classic strategy of Popek and Goldberg, on a processor for which it does not suffice. */
export const trapAndEmulate: Strategy = {
  id: "trap-and-emulate",
  name: { en: "Trap and emulate", zh: "陷入并模拟" },
  summary: {
    en: "The VMM owns ring 0 and the guest kernel runs in ring 1: what traps is emulated, what does not trap goes wrong.",
    zh: "VMM 占据环 0，客户机内核运行在环 1：会陷入的被模拟，不陷入的就出错。",
  },
  seats: [
    { who: "vmm", ring: 0, virtualRing: null, label: { en: "VMM", zh: "VMM" } },
    { who: "guest-kernel", ring: 1, virtualRing: 0, label: { en: "Guest kernel", zh: "客户机内核" } },
    { who: "guest-ring1", ring: 1, virtualRing: 1, label: { en: "Guest ring 1", zh: "客户机环 1" } },
    { who: "guest-ring2", ring: 2, virtualRing: 2, label: { en: "Guest ring 2", zh: "客户机环 2" } },
    { who: "guest-user", ring: 3, virtualRing: 3, label: { en: "Guest user", zh: "客户机用户" } },
  ],
  build,
  reasons: REASONS,
  explain,
  treats,
  shadowNotes,
  shadowTables: SHADOW_TABLES,
};
