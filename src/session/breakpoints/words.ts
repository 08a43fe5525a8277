import type { Words } from "../../isa/types.ts";
import type { Problem } from "../expression/types.ts";

const hex = (value: number, digits = 8): string => `0x${(value >>> 0).toString(16).padStart(digits, "0")}`;

/** Why a breakpoint can never stop. */
export const placeProblems = {
  expression: ({ words, column }: Problem): Words => ({
    en: `Column ${column}: ${words.en}`,
    zh: `第 ${column} 列：${words.zh}`,
  }),
  hits: (): Words => ({ en: "The hit count is a whole number from 1 on.", zh: "命中次数必须是不小于 1 的整数。" }),
  ports: (): Words => ({
    en: "Ports go from 0 to 0xffff, the first not above the last.",
    zh: "端口范围为 0 到 0xffff，起始端口不得大于结束端口。",
  }),
  vector: (): Words => ({ en: "A vector is a number from 0 to 255.", zh: "向量是 0 到 255 的数。" }),
  noVmm: (): Words => ({
    en: "There is no VMM under this strategy, so this never happens.",
    zh: "此策略下没有 VMM，因此不会发生。",
  }),
  noVmx: (): Words => ({
    en: "The processor has no VT-x here: a program asks for it in its header, by `; processor: vt-x`.",
    zh: "此处的处理器没有 VT-x：程序须在其头部用 `; processor: vt-x` 提出要求。",
  }),
  exitReason: (reason: number): Words => ({
    en: `There is no basic exit reason ${reason}.`,
    zh: `没有基本退出原因 ${reason}。`,
  }),
  row: (row: string): Words => ({ en: `There is no instruction form “${row}”.`, zh: `没有名为“${row}”的指令形式。` }),
  line: (file: string, line: number): Words => ({
    en: `Line ${line} of ${file} gave no instruction.`,
    zh: `${file} 第 ${line} 行没有产生指令。`,
  }),
  size: (): Words => ({ en: "The length is 1 to 268435456 bytes.", zh: "长度必须为 1 到 268435456 字节。" }),
  noMemory: (address: number): Words => ({
    en: `The guest’s memory does not reach to ${hex(address)}.`,
    zh: `客户机内存不包含 ${hex(address)}。`,
  }),
  notConstant: (): Words => ({
    en: "The address of a data breakpoint is made of numbers and symbols: registers and memory change.",
    zh: "数据断点的地址只能由数和符号组成：寄存器和内存会变。",
  }),
} as const;

/** Why a run has stopped. `by` is the instruction, or the delivery that did it. */
export const stopWords = {
  line: (text: string, place: string): Words => ({
    en: `Stopped before ${text} at ${place}`,
    zh: `停在 ${place} 的 ${text} 之前`,
  }),
  access: (how: "read" | "write" | "modify", size: number, address: number, by: Words, value: Words): Words => {
    const verb = { read: "read", write: "write", modify: "read and write" }[how];
    const zh = { read: "读取", write: "写入", modify: "读取并写入" }[how];
    const bytes = size === 1 ? "1 byte" : `${size} bytes`;
    return {
      en: `Stopped: ${verb} of ${bytes} at ${hex(address)} by ${by.en}${value.en}`,
      zh: `已停止：${by.zh} 在 ${hex(address)} ${zh} ${size} 字节${value.zh}`,
    };
  },
  values: (before: string | null, after: string | null): Words => {
    if (before === null || after === null) return { en: "", zh: "" };
    const text = before === after ? after : `${before} → ${after}`;
    return { en: `: ${text}`, zh: `：${text}` };
  },
  port: (direction: "in" | "out", port: number, value: string, by: Words): Words => ({
    en: `Stopped: ${direction === "in" ? `read of ${value} from` : `write of ${value} to`} port ${hex(port, 3)} by ${by.en}`,
    zh: `已停止：${by.zh} ${direction === "in" ? `从端口 ${hex(port, 3)} 读到` : `向端口 ${hex(port, 3)} 写入`} ${value}`,
  }),
  event: (title: Words, reason: Words): Words => ({
    en: `Stopped: ${title.en}. ${reason.en}`,
    zh: `已停止：${title.zh}。${reason.zh}`,
  }),
  ring: (from: number, to: number, real: boolean, by: Words): Words => ({
    en: `Stopped: ${real ? "real CPL" : "CPL"} ${from} → ${to} by ${by.en}`,
    zh: `已停止：${by.zh} 使${real ? "真实 CPL" : " CPL "} ${from} → ${to}`,
  }),
  mode: (bit: "paging" | "protection", on: boolean, by: Words): Words => ({
    en: `Stopped: ${bit === "paging" ? "paging" : "protection"} switched ${on ? "on" : "off"} by ${by.en}`,
    zh: `已停止：${by.zh} ${on ? "开启" : "关闭"}了${bit === "paging" ? "分页" : "保护模式"}`,
  }),
  change: (expression: string, before: string, after: string, by: Words): Words => ({
    en: `Stopped: ${expression} changed by ${by.en}: ${before} → ${after}`,
    zh: `已停止：${by.zh} 改变了 ${expression}：${before} → ${after}`,
  }),
  delivery: (vector: string): Words => ({ en: `the delivery of ${vector}`, zh: `${vector} 的投递` }),
  condition: (condition: string): Words => ({ en: `, with ${condition}`, zh: `，条件 ${condition} 成立` }),
  hit: (count: number): Words => ({ en: ` (hit ${count})`, zh: `（第 ${count} 次命中）` }),
} as const;

export { hex };
