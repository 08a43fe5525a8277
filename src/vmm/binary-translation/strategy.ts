import type { Behaviour } from "../../isa/behaviour.ts";
import type { Row, Words } from "../../isa/types.ts";
import { handOver } from "../../machine/hand-over.ts";
import { Machine } from "../../machine/machine.ts";
import { VMM_SIZE } from "../deprivileged/layout.ts";
import { SHADOW_TABLES, shadowNotes } from "../deprivileged/shadow-notes.ts";
import type { Computer, Finding, GuestSetup, Strategy } from "../strategy.ts";
import { BinaryTranslation, type TranslationOptions } from "./monitor.ts";
import { isCopied } from "./translator.ts";
import { REASONS } from "./words.ts";

/** The strategy with options other than its own. */
export function buildTranslation(
  setup: GuestSetup,
  options: TranslationOptions,
): Computer & { vmm: BinaryTranslation } {
  const machine = new Machine({ memoryBytes: VMM_SIZE + setup.memoryBytes, whatIf: setup.whatIf });
  const vmm = new BinaryTranslation(machine, setup.memoryBytes, options);
  const entry = setup.place(vmm.memory);
  handOver(vmm.vcpu.state, vmm.memory, entry);
  vmm.start();
  return { machine, guest: vmm, vmm };
}

const DIRECT: Words = {
  en: "The guest's user code runs directly, as it is written, so an unprivileged sensitive instruction in it tells what the real machine holds. Translated as well, it would not.",
  zh: "客户机的用户代码按原样直接执行，所以其中的非特权敏感指令会暴露真实机器的内容。若用户代码也被翻译，就不会。",
};
const KERNEL: Words = {
  en: "The runs part in translated code, where they must not: this is a fault of the VMM.",
  zh: "两次运行在翻译后的代码中分开，这不应发生：是 VMM 的错误。",
};

function explain({ mnemonic, silentWords, before }: Finding): Words {
  if (before.cpl !== 3) return KERNEL;
  if (!silentWords) return DIRECT;
  const name = mnemonic.toUpperCase();
  return {
    en: `${name}: ${silentWords.en} ${DIRECT.en}`,
    zh: `${name}：${silentWords.zh}${DIRECT.zh}`,
  };
}

const COPIED: Words = {
  en: "Innocuous: copied into the translation cache byte for byte.",
  zh: "无害：逐字节复制到翻译缓存。",
};
const REWRITTEN: Words = {
  en: "Rewritten: in the translation cache a sequence stands for it, or a callout to the VMM.",
  zh: "改写：在翻译缓存中由一段代码或对 VMM 的外呼代替。",
};

function treats(row: Row, _at: Behaviour): Words | null {
  return isCopied(row) ? COPIED : REWRITTEN;
}

export const TRANSLATE_USER = "translate-user";
export const NO_SEQUENCES = "callouts-only";

/** VMware's way: what the guest's kernel would execute is never executed; a translation of it is. */
export const binaryTranslation: Strategy = {
  id: "binary-translation",
  name: { en: "Binary translation", zh: "二进制翻译" },
  summary: {
    en: "The guest kernel's code is translated into a cache, where every sensitive instruction has been replaced; user code runs directly.",
    zh: "客户机内核的代码被翻译进缓存，其中每条敏感指令都已替换；用户代码直接执行。",
  },
  seats: [
    { who: "vmm", ring: 0, virtualRing: null, label: { en: "VMM", zh: "VMM" } },
    {
      who: "guest-kernel",
      ring: 1,
      virtualRing: 0,
      label: { en: "Guest kernel", zh: "客户机内核" },
    },
    {
      who: "guest-ring1",
      ring: 1,
      virtualRing: 1,
      label: { en: "Guest ring 1", zh: "客户机环 1" },
    },
    {
      who: "guest-ring2",
      ring: 2,
      virtualRing: 2,
      label: { en: "Guest ring 2", zh: "客户机环 2" },
    },
    { who: "guest-user", ring: 3, virtualRing: 3, label: { en: "Guest user", zh: "客户机用户" } },
  ],
  options: [
    {
      id: TRANSLATE_USER,
      name: { en: "Translate user code too", zh: "用户代码也翻译" },
      summary: {
        en: "User code does not run directly either: slower, and its unprivileged sensitive instructions tell nothing any more.",
        zh: "用户代码也不直接执行：更慢，但其中的非特权敏感指令再也泄露不了什么。",
      },
    },
    {
      id: NO_SEQUENCES,
      name: { en: "Callouts only", zh: "只用外呼" },
      summary: {
        en: "No sequences in the cache: CLI, PUSHF, POPF, RDTSC and the like call the VMM each time. It shows what the sequences save.",
        zh: "缓存中不用内联序列：CLI、PUSHF、POPF、RDTSC 等每次都呼叫 VMM。由此可见内联序列省下了多少。",
      },
    },
  ],
  translates: true,
  build: (setup) => {
    const on = new Set(setup.options);
    return buildTranslation(setup, { translateUser: on.has(TRANSLATE_USER), inline: !on.has(NO_SEQUENCES) });
  },
  reasons: REASONS,
  explain,
  treats,
  shadowNotes,
  shadowTables: SHADOW_TABLES,
};
