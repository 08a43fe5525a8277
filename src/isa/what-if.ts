import { ROW_LIST } from "./rows.ts";
import type { Words } from "./types.ts";

/** A rule of the counterfactual processor on which a silently sensitive instruction traps (decision 13). */
export interface WhatIfRule {
  /** `popf-traps`, ..., and `umip`. */
  readonly name: string;
  /** Ids of the rows that it changes. */
  readonly rows: readonly string[];
  /** Their mnemonics, each once. */
  readonly mnemonics: readonly string[];
  readonly words: Words;
}

/** In words of code and documents: CPL > 0, CPL > IOPL. */
const WHEN = { "cpl>0": "CPL > 0", "cpl>iopl": "CPL > IOPL" } as const;

function rulesOfRows(): WhatIfRule[] {
  const names = [...new Set(ROW_LIST.flatMap((row) => (row.silent === null ? [] : [row.silent.whatIf])))];
  return names.map((name) => {
    const rows = ROW_LIST.filter((row) => row.silent?.whatIf === name);
    const list = [...new Set(rows.map((row) => row.mnemonic))];
    const when = WHEN[rows[0]!.silent!.when];
    const shown = `${list.join(", ").toUpperCase()}${name.includes("far") ? " (far)" : name.includes("sreg") ? " (segment register)" : ""}`;
    const shownZh = `${list.join("、").toUpperCase()}${name.includes("far") ? "（远）" : name.includes("sreg") ? "（段寄存器）" : ""}`;
    return {
      name,
      rows: rows.map((row) => row.id),
      mnemonics: list,
      words: {
        en: `What if ${shown} raised #GP(0) at ${when} instead of acting silently?`,
        zh: `假如 ${shownZh} 在 ${when} 时产生 #GP(0)，而不是悄悄执行？`,
      },
    };
  });
}

function umip(): WhatIfRule {
  const rows = ROW_LIST.filter((row) => row.checks.some((check) => check.rule === "umip"));
  return {
    name: "umip",
    rows: rows.map((row) => row.id),
    mnemonics: [...new Set(rows.map((row) => row.mnemonic))],
    words: {
      en: "What if CR4.UMIP were always in force, as processors since 2016 can have it: SGDT, SIDT, SLDT, STR and SMSW raise #GP(0) at CPL > 0?",
      zh: "假如 CR4.UMIP（2016 年以后的处理器提供）始终有效：SGDT、SIDT、SLDT、STR、SMSW 在 CPL > 0 时产生 #GP(0)？",
    },
  };
}

/** Every rule that can be switched for one run, those of the rows in the order of the table, then UMIP. */
export const WHAT_IF_RULES: readonly WhatIfRule[] = [...rulesOfRows(), umip()];

/** Whether a text names a rule. */
export function isWhatIfRule(name: string): boolean {
  return WHAT_IF_RULES.some((rule) => rule.name === name);
}
