import type { Words } from "../../isa/types.ts";
import type { ComparedStream } from "../types.ts";
import type { Channel } from "./user-trace.ts";

type Names = { readonly left: Words; readonly right: Words };
type Stream = Omit<ComparedStream, "words">;

const count = (value: number): string => value.toLocaleString("en");

const NAMES: Readonly<Record<Exclude<ComparedStream["kind"], "task">, Words>> = {
  outcome: { en: "outcome", zh: "结局" },
  serial: { en: "serial line", zh: "串口" },
  debug: { en: "debug port", zh: "调试端口" },
  screen: { en: "screen", zh: "屏幕" },
};

/** What a stream is called. */
export function nameOf({ kind, task }: Pick<Stream, "kind" | "task">): Words {
  return kind === "task" ? { en: `task ${task}`, zh: `任务 ${task}` } : NAMES[kind];
}

/** A stream and how it came out, in a phrase: `task 1: 1,234 user-mode instructions, equal`. */
export function streamWords(stream: Stream): Words {
  const { kind, verdict, left, right } = stream;
  const { en, zh } = nameOf(stream);
  if (kind === "outcome") {
    return verdict === "equal"
      ? { en: `${en}: equal`, zh: `${zh}：相同` }
      : { en: `${en}: differs`, zh: `${zh}：不同` };
  }
  const most = Math.max(left, right);
  const unit = { en: most === 1 ? UNITS[kind].en.slice(0, -1) : UNITS[kind].en, zh: UNITS[kind].zh };
  const what = { en: `${count(most)} ${unit.en}`, zh: `${count(most)} ${unit.zh}` };
  if (verdict === "equal") return { en: `${en}: ${what.en}, equal`, zh: `${zh}：${what.zh}，相同` };
  const lengths = `${count(left)} / ${count(right)}`;
  return verdict === "prefix"
    ? {
        en: `${en}: ${lengths} ${unit.en}, equal as far as both went`,
        zh: `${zh}：${lengths} ${unit.zh}，共同部分相同`,
      }
    : { en: `${en}: ${lengths} ${unit.en}, differs`, zh: `${zh}：${lengths} ${unit.zh}，不同` };
}

const UNITS: Readonly<Record<Exclude<ComparedStream["kind"], "outcome">, Words>> = {
  task: { en: "user-mode instructions", zh: "条用户态指令" },
  serial: { en: "bytes", zh: "字节" },
  debug: { en: "bytes", zh: "字节" },
  screen: { en: "rows", zh: "行" },
};

export const INTERLEAVED = (channel: Channel): Words => ({
  en: `On the ${NAMES[channel].en}, the tasks' outputs follow one another in another order; each by itself is equal.`,
  zh: `${NAMES[channel].zh}上各任务的输出先后次序不同；每个任务自己的输出相同。`,
});

export const CUT_SHORT = (task: number): Words => ({
  en: `The end of the run found task ${task} at another place. How far a task has come when another ends the run is timing.`,
  zh: `运行结束时任务 ${task} 走到的位置不同。别的任务结束运行时它走了多远，属于时序问题。`,
});

/** The kernel ran between two of a task's instructions, and what it has left is not the same. */
export const KERNEL_LEFT = (task: number, text: string): Words => ({
  en: `After “${text}” the kernel ran, and what task ${task} finds in its registers when it goes on is not the same: the two kernels do not do the same for it.`,
  zh: `“${text}”之后运行的是内核，任务 ${task} 继续时寄存器中的内容不同：两个内核为它做的事不一样。`,
});

export const NEVER_RAN = ({ left, right }: Names, task: number, side: "left" | "right"): Words => {
  const { en, zh } = side === "left" ? left : right;
  return {
    en: `Under “${en}” task ${task} never comes to run in user mode.`,
    zh: `在“${zh}”之下任务 ${task} 从未在用户态运行。`,
  };
};

export const ENDED_SOONER = ({ left, right }: Names, task: number, side: "left" | "right"): Words => {
  const { en, zh } = side === "left" ? left : right;
  return {
    en: `Up to here the user-mode instructions of task ${task} are the same. Under “${en}” it goes no further.`,
    zh: `到此为止任务 ${task} 的用户态指令相同。在“${zh}”之下它没有再往前走。`,
  };
};

export const OUTPUT_DIFFERS = (channel: Channel, index: number): Words => ({
  en: `The user-mode instructions are the same, but what comes out on the ${NAMES[channel].en} differs from byte ${count(index + 1)} on.`,
  zh: `用户态指令相同，但${NAMES[channel].zh}的输出从第 ${count(index + 1)} 字节起不同。`,
});

export const SCREEN_DIFFERS: Words = {
  en: "The user-mode instructions are the same, but the screen shows something else at the end.",
  zh: "用户态指令相同，但结束时屏幕内容不同。",
};

export const OUTCOME_DIFFERS: Words = {
  en: "The user-mode instructions are the same, but the runs end in different ways.",
  zh: "用户态指令相同，但两次运行的结局不同。",
};
