import type { Words } from "../../isa/types.ts";
import { REASONS as SHARED } from "../deprivileged/words.ts";

/** Why the VMM's own events happened. Placeholders as in `machine/events.ts`; {cpl} and {to} are the guest's rings. */
export const REASONS = {
  ...SHARED,
  "callout-continuation": {
    en: "What follows at {eip} has not been translated yet, or is not linked: a stub called the VMM. Once it leads there, it is not asked again.",
    zh: "接下来的 {eip} 尚未翻译或尚未链接：桩代码呼叫了 VMM。链接之后就不再呼叫。",
  },
  "callout-given-up": {
    en: "The translation of {eip} had been given up, because the code has changed or is to be treated otherwise; its head called the VMM.",
    zh: "{eip} 的译文已作废（代码被修改，或要改变处理方式），其开头呼叫了 VMM。",
  },
  "callout-instruction": {
    en: "{mnemonic} at {eip} is not for the translation cache alone: its translation called the VMM in ring 0 by INT.",
    zh: "{eip} 处的 {mnemonic} 无法只在翻译缓存中完成：其译文用 INT 呼叫环 0 的 VMM。",
  },
  "callout-target": {
    en: "{mnemonic} at {eip} leads to an address that is not in the table of indirect jumps: it called the VMM.",
    zh: "{eip} 处的 {mnemonic} 的目标地址不在间接跳转表中：因此呼叫 VMM。",
  },
  "callout-simulated": {
    en: "{mnemonic} at {eip} kept writing to a page that the VMM traces, so it was translated again into a callout: cheaper than a fault each time.",
    zh: "{eip} 处的 {mnemonic} 一再写入 VMM 追踪的页，因此被重新翻译为外呼：比每次都产生故障便宜。",
  },
  "emulate-instruction": {
    en: "The VMM ran {mnemonic} on the virtual CPU, where the guest is in ring {cpl}.",
    zh: "VMM 在虚拟 CPU 上执行了 {mnemonic}，那里客户机处于环 {cpl}。",
  },
  "emulate-target": {
    en: "The VMM carried {mnemonic} out on the virtual CPU; it puts the target into the table, so that the next time the cache finds it by itself.",
    zh: "VMM 在虚拟 CPU 上完成了 {mnemonic}，并把目标填入表中，下一次缓存自己就能找到。",
  },
  "emulate-simulated": {
    en: "The VMM ran {mnemonic} on the virtual CPU and brought its shadow up to date, without a fault.",
    zh: "VMM 在虚拟 CPU 上执行了 {mnemonic} 并更新影子，没有产生故障。",
  },
  translate: {
    en: "The VMM read {count} instructions of the guest from {eip} on and translated them into {size} bytes of its cache.",
    zh: "VMM 从 {eip} 起读取客户机的 {count} 条指令，翻译成缓存中的 {size} 个字节。",
  },
  "emulate-unmappable": {
    en: "The guest's code cannot be translated here: it cannot be fetched, TF is set, or it is in real or virtual-8086 mode. So the instruction is run on the virtual CPU.",
    zh: "这里的客户机代码无法翻译：取指失败、TF 为 1，或处于实模式或虚拟 8086 模式。因此该指令在虚拟 CPU 上执行。",
  },
} as const satisfies Record<string, Words>;
