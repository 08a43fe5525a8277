import type { Check, Row, Words } from "./types.ts";

/** What becomes of an instruction at a privilege level: `depends` on IOPL, a control bit, the bitmap or a gate. */
export type Verdict = "runs" | "traps" | "silent" | "depends";

/** What an instruction does at one CPL, in protected mode. */
export interface Behaviour {
  readonly verdict: Verdict;
  readonly words: Words;
}

const RUNS: Words = { en: "Runs as described.", zh: "照常执行。" };

/** What a check has to say at a CPL above 0; null where it asks nothing of the privilege level. */
function judge({ rule }: Check, cpl: number): { readonly verdict: "traps" | "depends"; readonly words: Words } | null {
  switch (rule) {
    case "cpl0":
      return {
        verdict: "traps",
        words: { en: "Traps with #GP(0): only CPL 0 may run it.", zh: "以 #GP(0) 陷入：只有 CPL 0 可以执行。" },
      };
    case "iopl":
      return depends(
        `Runs if IOPL is at least ${cpl}; else traps with #GP(0).`,
        `IOPL 至少为 ${cpl} 时执行，否则以 #GP(0) 陷入。`,
      );
    case "tsd":
      return depends("Runs while CR4.TSD is 0; else traps with #GP(0).", "CR4.TSD 为 0 时执行，否则以 #GP(0) 陷入。");
    case "pce":
      return depends("Runs if CR4.PCE is 1; else traps with #GP(0).", "CR4.PCE 为 1 时执行，否则以 #GP(0) 陷入。");
    case "umip":
      return depends("With CR4.UMIP set it traps with #GP(0).", "CR4.UMIP 置位时以 #GP(0) 陷入。");
    case "io-permission":
      return depends(
        `Runs if IOPL is at least ${cpl} or the TSS's I/O bitmap permits the port; else traps with #GP(0).`,
        `IOPL 至少为 ${cpl}，或 TSS 的 I/O 许可位图允许该端口时执行，否则以 #GP(0) 陷入。`,
      );
    case "gate-dpl":
      return depends(
        `Goes through the gate if its DPL is at least ${cpl}; else faults with #GP.`,
        `门的 DPL 至少为 ${cpl} 时通过，否则以 #GP 出错。`,
      );
    case "v86-iopl":
    case "protected-mode":
    case "valid-register":
    case "vmx-enabled":
    case "vmx-operation":
    case "vm-functions":
    case "vm-exit":
    case "vmxon-allowed":
      return null;
  }
}

function depends(en: string, zh: string): { readonly verdict: "depends"; readonly words: Words } {
  return { verdict: "depends", words: { en, zh } };
}

function join(parts: readonly Words[]): Words {
  return { en: parts.map((part) => part.en).join(" "), zh: parts.map((part) => part.zh).join("") };
}

/**
 * What a row's instruction does at a CPL, from its checks and its silence (protected mode; the gate's own judgement is
 * `cpu/gate.ts`). What a silent one does is in the words of its silence.
 */
export function behaviourAt(row: Row, cpl: 0 | 1 | 2 | 3): Behaviour {
  if (cpl === 0) return { verdict: "runs", words: RUNS };
  const found = row.checks.flatMap((check) => judge(check, cpl) ?? []);
  const refused = found.find(({ verdict }) => verdict === "traps");
  if (refused !== undefined) return refused;
  const { silent } = row;
  if (silent !== null) {
    const when: Words =
      silent.when === "cpl>0"
        ? { en: "Does not trap, and does something else.", zh: "不陷入，却悄悄改做别的。" }
        : {
            en: `Does not trap; does something else while IOPL is below ${cpl}.`,
            zh: `不陷入；IOPL 小于 ${cpl} 时悄悄改做别的。`,
          };
    return { verdict: "silent", words: join([when, ...found.map(({ words }) => words)]) };
  }
  if (found.length > 0) return { verdict: "depends", words: join(found.map(({ words }) => words)) };
  return { verdict: "runs", words: RUNS };
}

/** Whether a row is privileged in some way: at some CPL above 0 it traps, always or conditionally. */
export function isPrivileged(row: Row): boolean {
  return row.checks.some((check) => check.rule !== "gate-dpl" && judge(check, 3) !== null);
}
