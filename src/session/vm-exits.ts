import { ROW_LIST } from "../isa/rows.ts";
import { EXIT_REASON_BASIC, EXIT_REASONS, type ExitReason } from "../isa/vmx-exits.ts";
import type { MachineEvent } from "../machine/events.ts";

/**
 * Whether an event is a VM exit with that basic reason (null: any). An entry that failed after its checks counts: it ends
 * where an exit does, and has a reason.
 */
export function leavesGuest({ kind, b }: Pick<MachineEvent, "kind" | "b">, reason: number | null): boolean {
  const leaves = kind === "vm-exit" || (kind === "vm-fail" && b < 0);
  return leaves && (reason === null || (b & EXIT_REASON_BASIC) === reason);
}

/** Whether an event is VMLAUNCH or VMRESUME that has failed, whatever by. */
export function failsToEnter({ kind, row }: Pick<MachineEvent, "kind" | "row">): boolean {
  return kind === "vm-fail" && /^vm(?:launch|resume)$/.test(ROW_LIST[row]?.mnemonic ?? "");
}

/** Other names of exit reasons, as people write them. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  exception: "exception-or-nmi",
  nmi: "exception-or-nmi",
  interrupt: "external-interrupt",
  io: "io-instruction",
  cr: "cr-access",
  dr: "mov-dr",
  mtf: "monitor-trap-flag",
  timer: "preemption-timer",
  "guest-state": "entry-failure-guest-state",
  "msr-loading": "entry-failure-msr-loading",
};

/** The names by which a basic exit reason can be asked for; those that this processor can cause come with words. */
export const EXIT_NAMES: readonly string[] = [
  ...EXIT_REASONS.filter(({ words }) => words !== null).map(({ name }) => name),
  ...Object.keys(OTHER_NAMES),
];

/** A basic exit reason by its number (decimal, or hexadecimal with 0x) or its name; null if there is none. */
export function findExitReason(text: string): ExitReason | null {
  const asked = text.trim().toLowerCase();
  const name = OTHER_NAMES[asked] ?? asked;
  const number = /^(?:0x[0-9a-f]+|\d+)$/.test(asked) ? Number(asked) : null;
  return EXIT_REASONS.find((reason) => reason.name === name || reason.number === number) ?? null;
}
