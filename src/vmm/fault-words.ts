import type { FaultJudgement } from "../machine/tenant.ts";
import type { FaultKind } from "./shadow-paging.ts";

/** What each kind of page fault means under shadow paging. */
export const FAULT_JUDGEMENTS: Readonly<Record<FaultKind, FaultJudgement>> = {
  true: {
    kind: "true",
    name: { en: "true page fault", zh: "真缺页" },
    words: {
      en: "The guest's own tables forbid the access: the VMM delivers #PF through the guest's IDT.",
      zh: "客户机自己的页表禁止该访问：VMM 经客户机的 IDT 投递 #PF。",
    },
  },
  hidden: {
    kind: "hidden",
    name: { en: "hidden page fault", zh: "隐藏缺页" },
    words: {
      en: "The guest's tables allow the access, but the shadow has no entry that does: the VMM fills it, and the guest never knows.",
      zh: "客户机的页表允许该访问，但影子中尚无允许它的表项：VMM 填好它，客户机毫不知情。",
    },
  },
  trace: {
    kind: "trace",
    name: { en: "trace page fault", zh: "追踪缺页" },
    words: {
      en: "The page holds a table that the VMM shadows, so it is mapped read-only: the VMM emulates the write and brings the shadow up to date.",
      zh: "该页保存着 VMM 影子化的表，因此映射为只读：VMM 模拟这次写并更新影子。",
    },
  },
  absent: {
    kind: "absent",
    name: { en: "no memory of the guest's there", zh: "那里没有客户机的内存" },
    words: {
      en: "Beyond the guest's memory, or in the VMM's own range, which the limits of the guest's real segments keep it out of: the VMM emulates the access.",
      zh: "超出客户机的内存，或位于 VMM 自己的地址范围（客户机的真实段界限把它挡在外面）：VMM 模拟该访问。",
    },
  },
};
