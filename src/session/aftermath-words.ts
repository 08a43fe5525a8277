import type { Words } from "../isa/types.ts";
import type { OutputLog } from "../machine/output-log.ts";
import type { End } from "./aftermath.ts";
import type { GuestInstruction } from "./position.ts";
import type { SourceMap, SourcePlace } from "./program.ts";

/** An instruction as people know it: its line of the source if it has one. */
export interface Code {
  readonly linear: number;
  readonly cpl: number;
  readonly text: string;
  readonly place: SourcePlace | null;
}

type Sides<T> = { readonly left: T; readonly right: T };

const COMMENT = /;(?=(?:[^'"]|'[^']*'|"[^"]*")*$).*$/;
const LABEL = /^\s*[\w.$@?~]+:\s*/;

/** What stands on a line of the source, without label and comment; null where there is no such line. */
export function lineOf(place: SourcePlace | null, sources: SourceMap | null): string | null {
  const line = place === null ? undefined : sources?.files[place.file]?.split("\n")[place.line - 1];
  return line?.replace(COMMENT, "").replace(LABEL, "").trim().replace(/\s+/g, " ") || null;
}

/** A guest instruction with its source line. */
export function codeOf({ linear, cpl, physical, text }: GuestInstruction, sources: SourceMap | null): Code {
  const place = physical === null ? null : (sources?.at(physical) ?? null);
  return { linear, cpl, text: lineOf(place, sources) ?? text, place };
}

const MOST_CHARACTERS = 14;

/** What a run has put out from the word on that holds byte `index`, cut short; null if it has put out nothing there. */
export function snippet(log: OutputLog, index: number): string | null {
  const bytes = log.bytes();
  if (index >= bytes.length) return null;
  let from = index;
  while (from > 0 && index - from < MOST_CHARACTERS / 2 && bytes[from - 1]! > 0x20) from--;
  const line = log.text(from).replace(/^\n/, "⏎").split("\n")[0]!.trimEnd();
  if (line.length <= MOST_CHARACTERS) return line;
  const cut = line.lastIndexOf(" ", MOST_CHARACTERS);
  return `${line.slice(0, cut > 0 ? cut : MOST_CHARACTERS)} …`;
}

/** The last line that is not empty of what a guest has sent to its serial line, or else to its debug port. */
export function lastLine(platform: { readonly serial: OutputLog; readonly debug: OutputLog }): string {
  const log = platform.serial.length > 0 ? platform.serial : platform.debug;
  const lines = log.text(Math.max(0, log.length - 200)).split("\n");
  return lines.findLast((line) => line.trim() !== "")?.trim() ?? "";
}

const count = (value: number): string => value.toLocaleString("en");
const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, "0")}`;

function at(code: Code): Words {
  if (code.place === null) return { en: ` (${hex(code.linear)})`, zh: `（${hex(code.linear)}）` };
  return { en: ` (${code.place.file}:${code.place.line})`, zh: `（${code.place.file}:${code.place.line}）` };
}

/** Between one instruction and the next, or in the middle of one that is repeated. */
function between(after: Code, before: Code): Words {
  const same =
    after.place !== null && after.place.file === before.place?.file && after.place.line === before.place.line;
  if (same || after.linear === before.linear) {
    return {
      en: `in the middle of “${before.text}”${at(before).en}`,
      zh: `在“${before.text}”${at(before).zh}进行到一半时`,
    };
  }
  return {
    en: `between “${after.text}”${at(after).en} and “${before.text}”${at(before).en}`,
    zh: `在“${after.text}”${at(after).zh}与“${before.text}”${at(before).zh}之间`,
  };
}

const CHANNEL: Readonly<Record<"serial" | "debug", Words>> = {
  serial: { en: "The serial line", zh: "串口" },
  debug: { en: "The debug port", zh: "调试端口" },
};

/** Whose interrupts come by a line of the interrupt controller, as a PC is wired. */
const DEVICE: Readonly<Record<number, Words>> = {
  0: { en: "the timer’s ", zh: "定时器" },
  1: { en: "the keyboard’s ", zh: "键盘" },
  4: { en: "the serial line’s ", zh: "串口" },
};

interface DeliveryFacts {
  readonly which: "left" | "right";
  /** The exception's name; null for an interrupt from outside. */
  readonly what: string | null;
  readonly vector: number;
  /** The line of the interrupt controller that it came by, or null. */
  readonly irq: number | null;
  readonly tick: number;
  readonly after: Code;
  readonly before: Code;
  /** IF was 1 in this run and 0 in the other. */
  readonly heldOff: boolean;
  /** Where the interrupt came in the other run at last. */
  readonly late: { readonly tick: number; readonly after: Code } | null;
}

function outcome({ outcome: how, exitCode }: End): Words {
  switch (how) {
    case "exited":
      return { en: `ended with code ${exitCode}`, zh: `以代码 ${exitCode} 结束` };
    case "halted":
      return { en: "sleeps in HLT for ever", zh: "永远停在 HLT" };
    case "shutdown":
      return { en: "shut down by a triple fault", zh: "因三重故障而关机" };
    default:
      return { en: "was still running", zh: "仍在运行" };
  }
}

/** What came of a difference, said from what was recorded in both runs. */
export const consequenceWords = {
  delivery(names: Sides<Words>, facts: DeliveryFacts): Words {
    const mine = names[facts.which];
    const other = names[facts.which === "right" ? "left" : "right"];
    const vector = `0x${facts.vector.toString(16).padStart(2, "0")}`;
    const device = facts.irq === null ? undefined : DEVICE[facts.irq];
    const what: Words =
      facts.what === null
        ? { en: `${device?.en ?? ""}interrupt ${vector}`, zh: `${device?.zh ?? ""}中断 ${vector}` }
        : { en: facts.what, zh: facts.what };
    const where = between(facts.after, facts.before);
    const en = [
      `Under “${mine.en}” only, ${what.en} reaches the guest ${where.en}, after ${count(facts.tick)} instructions.`,
    ];
    const zh = [`只在“${mine.zh}”之下，${what.zh} ${where.zh}（第 ${count(facts.tick)} 条指令之后）投递给客户机。`];
    if (facts.heldOff) {
      en.push(
        `The guest believes that interrupts are off: at this instruction IF is 0 under “${other.en}”, but here it is still 1.`,
      );
      zh.push(`客户机以为中断已关：执行到这里时，“${other.zh}”的 IF 为 0，而这里的 IF 仍是 1。`);
    }
    if (facts.late !== null) {
      const { tick, after } = facts.late;
      en.push(`“${other.en}” holds it back until after “${after.text}”${at(after).en}, instruction ${count(tick)}.`);
      zh.push(`“${other.zh}”把它一直推迟到第 ${count(tick)} 条指令“${after.text}”${at(after).zh}之后。`);
    }
    return { en: en.join(" "), zh: zh.join("") };
  },

  path(names: Sides<Words>, after: Code, next: Sides<Code>): Words {
    return {
      en: `After “${after.text}”${at(after).en} the runs go different ways: “${names.left.en}” to “${next.left.text}”${at(next.left).en}, “${names.right.en}” to “${next.right.text}”${at(next.right).en}.`,
      zh: `“${after.text}”${at(after).zh}之后两次运行走上不同的路：“${names.left.zh}”到“${next.left.text}”${at(next.left).zh}，“${names.right.zh}”到“${next.right.text}”${at(next.right).zh}。`,
    };
  },

  output(names: Sides<Words>, channel: "serial" | "debug", index: number, text: Sides<string | null>): Words {
    const shown = (one: string | null): Words =>
      one === null ? { en: "nothing more", zh: "没有更多输出" } : { en: `“${one}”`, zh: `“${one}”` };
    const [a, b] = [shown(text.left), shown(text.right)];
    return {
      en: `${CHANNEL[channel].en} differs from character ${count(index + 1)} on: ${a.en} under “${names.left.en}”, ${b.en} under “${names.right.en}”.`,
      zh: `${CHANNEL[channel].zh}从第 ${count(index + 1)} 个字符起不同：“${names.left.zh}”为${a.zh}，“${names.right.zh}”为${b.zh}。`,
    };
  },

  end(names: Sides<Words>, a: End, b: End): Words {
    const one = (name: Words, end: End): Words => {
      const line = end.line !== "" && a.line !== b.line ? end.line : null;
      return {
        en: `“${name.en}” ${outcome(end).en}${line === null ? "" : `, its last line “${line}”`}`,
        zh: `“${name.zh}”${outcome(end).zh}${line === null ? "" : `，最后一行是“${line}”`}`,
      };
    };
    const [left, right] = [one(names.left, a), one(names.right, b)];
    return { en: `In the end: ${left.en}; ${right.en}.`, zh: `最终：${left.zh}；${right.zh}。` };
  },

  sameEnd(end: End, anything: boolean): Words {
    const { en, zh } = outcome(end);
    if (anything) return { en: `In the end both runs stand alike (${en}).`, zh: `最终两次运行的结局相同（${zh}）。` };
    return {
      en: `Nothing more came of it: both runs go the same way and print the same (${en}).`,
      zh: `此后没有更多后果：两次运行走同样的路，输出也相同（${zh}）。`,
    };
  },
} as const;
