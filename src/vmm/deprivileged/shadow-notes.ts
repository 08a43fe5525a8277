import { ATTR_ACCESSED, ATTR_DPL_SHIFT, ATTR_P, ATTR_S } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import { hexDigits } from "../../machine/describe.ts";
import type { ShadowPair } from "../strategy.ts";
import { type DescriptorWords, deprivilege, hiddenOf } from "./descriptors.ts";
import { CACHED_SLOTS, FIRST_OWN_INDEX, VMM_CODE, VMM_DATA, VMM_LDT, VMM_SMALL_STACK, VMM_TSS } from "./layout.ts";

const words = (en: string, zh: string): Words => ({ en, zh });

/** What the VMM's tables are, which the processor uses while the guest believes in its own. */
export const SHADOW_TABLES: Readonly<Record<ShadowPair["table"] | "tss", Words>> = {
  gdt: words(
    "The real GDT is the VMM's: shadows of the guest's entries at the same indexes, and the VMM's own at the top.",
    "真实的 GDT 是 VMM 的：同一索引处是客户机表项的影子，顶端是 VMM 自己的表项。",
  ),
  ldt: words(
    "The real LDT is the VMM's: shadows of the guest's entries at the same indexes.",
    "真实的 LDT 是 VMM 的：同一索引处是客户机表项的影子。",
  ),
  idt: words(
    "The real IDT is the VMM's: every vector enters the VMM through a gate of DPL 0, and the VMM delivers through the guest's gate.",
    "真实的 IDT 是 VMM 的：每个向量都经 DPL 为 0 的门进入 VMM，再由 VMM 经客户机的门投递。",
  ),
  tss: words(
    "The real TSS is the VMM's: it gives the ring-0 stack for every trap, and has no I/O bitmap, so that every port access of the guest traps.",
    "真实的 TSS 是 VMM 的：它给出每次陷入所用的环 0 栈，且没有 I/O 位图，因此客户机的每次端口访问都会陷入。",
  ),
};
const SYSTEM = words(
  "A system descriptor: its shadow keeps the type alone, with DPL 0, so that every use traps.",
  "系统描述符：影子只保留类型，DPL 为 0，因此每次使用都会陷入。",
);
const HIDDEN_BY_OWN = words(
  "The guest's entry here is hidden behind the VMM's own; its uses trap.",
  "客户机在此处的表项被 VMM 自己的表项挡住；使用时会陷入。",
);
const NULL_ENTRY = words("Entry 0 is never used; the shadow keeps it empty.", "第 0 项从不使用；影子保持为空。");
const FIRST_LOAD = words(
  "Not present until its first load: the accessed bit is clear, and the load that traps sets it in the guest's table.",
  "首次装载之前不存在：访问位为 0；装载时陷入，VMM 在客户机的表中置位。",
);
const OTHER_RING = words(
  "Not present: code of another ring, so that every change of ring traps.",
  "不存在：这是另一个环的代码段，因此每次换环都会陷入。",
);
const INNER_DATA = words(
  "Not present: data of an inner ring, which the guest may not load from where it is.",
  "不存在：这是内层环的数据段，客户机在当前环不得装载。",
);
const INEXPRESSIBLE = words(
  "Reaches into the VMM's range in a way that no limit can cut off: its uses trap and are emulated.",
  "伸入 VMM 的地址范围，且无法用界限截断：其使用会陷入并被模拟。",
);

const SEGMENT_LETTERS = ["ES", "CS", "SS", "DS", "FS", "GS"] as const;

/** What an entry of the VMM's own in the real GDT is. */
function ownEntry(index: number): Words {
  const selector = index << 3;
  if (selector === VMM_CODE) return words("The VMM's code segment.", "VMM 的代码段。");
  if (selector === VMM_DATA) return words("The VMM's data and stack segment.", "VMM 的数据段与栈段。");
  if (selector === VMM_TSS) return words("The VMM's TSS: it holds the ring-0 stack.", "VMM 的 TSS：其中有环 0 的栈。");
  if (selector === VMM_SMALL_STACK) {
    return words(
      "The VMM's stack with the upper half of the guest's ESP, for IRET to a 16-bit stack sets SP alone.",
      "VMM 的栈，ESP 高半部分取自客户机：因为 IRET 回到 16 位栈时只设置 SP。",
    );
  }
  if (selector === VMM_LDT) return words("The shadow of the guest's LDT.", "客户机 LDT 的影子。");
  const register = SEGMENT_LETTERS[CACHED_SLOTS.indexOf(selector as (typeof CACHED_SLOTS)[number])];
  return register === undefined
    ? words("The VMM's own.", "VMM 自己的表项。")
    : words(
        `The VMM's slot for ${register}: a hidden part that the guest's tables do not express.`,
        `VMM 为 ${register} 准备的槽位：客户机的表无法表达的隐藏部分。`,
      );
}

/** Why an entry of the real tables is not the guest's, in the order in which a reader meets it. */
export function shadowNotes({ table, index, guest, real, virtualCpl }: ShadowPair): readonly Words[] {
  if (table === "gdt" && index >= FIRST_OWN_INDEX) {
    return guest === null ? [ownEntry(index)] : [ownEntry(index), HIDDEN_BY_OWN];
  }
  if (guest === null || real === null) return [];
  if (table === "gdt" && index === 0) return [NULL_ENTRY];
  return segmentNotes(guest, real, virtualCpl);
}

function segmentNotes(guest: DescriptorWords, real: DescriptorWords, virtualCpl: number): Words[] {
  const theirs = hiddenOf(guest);
  if ((theirs.attr & ATTR_S) === 0) return [SYSTEM];
  const ours = hiddenOf(real);
  const notes: Words[] = [];
  const dpl = (attr: number) => (attr >>> ATTR_DPL_SHIFT) & 3;
  if (dpl(theirs.attr) !== dpl(ours.attr)) {
    notes.push(
      words(
        `DPL ${dpl(theirs.attr)} became ${dpl(ours.attr)}: ring 0 is the VMM's.`,
        `DPL ${dpl(theirs.attr)} 变为 ${dpl(ours.attr)}：环 0 属于 VMM。`,
      ),
    );
  }
  const expressed = deprivilege(theirs);
  if (expressed === null || theirs.base !== ours.base) notes.push(INEXPRESSIBLE);
  else if (theirs.limit !== ours.limit) {
    notes.push(
      words(
        `Limit cut from ${hexDigits(theirs.limit)} to ${hexDigits(ours.limit)}, below the VMM.`,
        `界限由 ${hexDigits(theirs.limit)} 截到 ${hexDigits(ours.limit)}，止于 VMM 之下。`,
      ),
    );
  }
  const gone = (theirs.attr & ATTR_P) !== 0 && (ours.attr & ATTR_P) === 0;
  if (gone && expressed !== null) notes.push(whyNotPresent(theirs.attr, virtualCpl));
  return notes;
}

function whyNotPresent(attr: number, virtualCpl: number): Words {
  if ((attr & ATTR_ACCESSED) === 0) return FIRST_LOAD;
  const isCode = (attr & 8) !== 0;
  return isCode ? OTHER_RING : ((attr >>> ATTR_DPL_SHIFT) & 3) < virtualCpl ? INNER_DATA : OTHER_RING;
}
