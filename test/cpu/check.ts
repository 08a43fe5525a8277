import { expect } from "vitest";
import {
  DELIVERY_EXTERNAL,
  DELIVERY_FAULT,
  DELIVERY_SOFTWARE,
  STOP_DELIVERED,
  STOP_GATE,
  STOP_INACTIVE,
} from "../../src/cpu/api.ts";
import { canonicalise } from "../../src/cpu/flags.ts";
import { EBP, ESP, SHUTDOWN } from "../../src/cpu/state.ts";
import { assemble } from "./assemble.ts";
import { CODE, Computer } from "./computer.ts";

export interface Setting {
  /** The ring to begin in; 0 if absent. */
  readonly ring?: number;
  readonly iopl?: number;
  readonly whatIf?: readonly string[];
  /** The base of CS, which is 0 if absent; the program stands at CODE all the same. */
  readonly codeBase?: number;
  /** Before the program begins; the ring has been entered. */
  readonly prepare?: (computer: Computer) => void;
  /** What else to report at the end. */
  readonly show?: ((computer: Computer) => string | number) | undefined;
  /** How many deliveries are passed over (reported in order) before one ends the program; 0 if absent. */
  readonly deliveries?: number;
  /** Reports the program at this step instead of at its end. */
  readonly steps?: number;
}

const NAMES: Record<number, string> = {
  0: "DE",
  1: "DB",
  3: "BP",
  4: "OF",
  5: "BR",
  6: "UD",
  7: "NM",
  8: "DF",
  10: "TS",
  11: "NP",
  12: "SS",
  13: "GP",
  14: "PF",
  17: "AC",
};

/** The last delivery in words: `#GP(30) +5`, `INT 80 +2`, `trap #DB +3`; the number is EIP less the program's first. */
function delivery({ cpu }: Computer, origin: number): string {
  const { last } = cpu;
  const at = ` +${(last.eip >>> 0) - origin}`;
  if (last.kind === DELIVERY_SOFTWARE) return `INT ${last.vector.toString(16)}${at}`;
  if (last.kind === DELIVERY_EXTERNAL) return `IRQ ${last.vector.toString(16)}${at}`;
  const code = last.errorCode < 0 ? "" : `(${last.errorCode.toString(16)})`;
  const address = last.vector === 14 ? `@${(last.address >>> 0).toString(16)}` : "";
  const replaced = last.replaced < 0 ? "" : ` after #${NAMES[last.replaced] ?? last.replaced}`;
  const kind = last.kind === DELIVERY_FAULT ? "" : "trap ";
  return `${kind}#${NAMES[last.vector] ?? last.vector}${code}${address}${replaced}${at}`;
}

function originOf({ codeBase = 0 }: Setting): number {
  return CODE - codeBase;
}

function start(code: Uint8Array, setting: Setting): Computer {
  const computer = new Computer(setting.whatIf ?? []);
  computer.enter(setting.ring ?? 0);
  computer.cpu.state.rawFlags |= (setting.iopl ?? 0) << 12;
  computer.memory.writeBytes(CODE, code);
  computer.memory.writeBytes(CODE + code.length, new Uint8Array([0x0f, 0x0a]));
  computer.gate = CODE + code.length;
  setting.prepare?.(computer);
  return computer;
}

/** Runs to the end in portions of `portion` steps; returns what happened, in words. */
function runProgram(computer: Computer, setting: Setting, portion: number): string {
  const { cpu } = computer;
  const events: string[] = [];
  let left = setting.steps ?? 5000;
  let deliveries = setting.deliveries ?? 0;
  for (;;) {
    const before = cpu.state.gpr.slice();
    const eip = cpu.state.eip;
    const done = cpu.run(Math.min(left, portion));
    left -= done;
    if (cpu.stop === STOP_GATE) return [...events, "done"].join("; ");
    if (cpu.stop === STOP_DELIVERED) {
      events.push(delivery(computer, originOf(setting)));
      if (portion === 1 && cpu.last.kind === DELIVERY_FAULT) {
        // A fault leaves every register as it was; only the frame has been pushed.
        expect(cpu.last.eip).toBe(eip);
        for (let r = 0; r <= 7; r++) if (r !== ESP) expect(cpu.state.gpr[r]).toBe(before[r]);
        expect(cpu.state.gpr[EBP]).toBe(before[EBP]);
      }
      if (deliveries-- === 0) return events.join("; ");
    }
    if (cpu.stop === STOP_INACTIVE) {
      return [...events, cpu.state.activity === SHUTDOWN ? "shutdown" : "halted"].join("; ");
    }
    if (left <= 0) return [...events, "running"].join("; ");
  }
}

/**
 * Assembles `source` at CODE, runs it in the setting, and expects what happened in words, followed by what
 * `setting.show` gives. Runs it a second time in one go: the outcome must not depend on the budget.
 */
export function check(source: string, expected: string, setting: Setting = {}): void {
  const code = assemble(source, originOf(setting));
  const computer = start(code, setting);
  const outcome = runProgram(computer, setting, 1);
  const again = start(code, setting);
  expect(runProgram(again, setting, 1_000_000)).toBe(outcome);
  canonicalise(computer.cpu.state);
  canonicalise(again.cpu.state);
  expect([...again.cpu.state.words]).toEqual([...computer.cpu.state.words]);
  expect([...again.cpu.tlb.words]).toEqual([...computer.cpu.tlb.words]);
  const shown = setting.show?.(computer);
  const text =
    shown === undefined ? outcome : `${outcome}: ${typeof shown === "number" ? (shown >>> 0).toString(16) : shown}`;
  expect(text).toBe(expected);
}
