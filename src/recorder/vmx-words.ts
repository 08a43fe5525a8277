import { ENTRY_CHECKS } from "../cpu/vmx/vm-entry.ts";
import { vectorName } from "../isa/exceptions.ts";
import { ROW_LIST } from "../isa/rows.ts";
import type { Words } from "../isa/types.ts";
import { fieldByEncoding, VMCS_BYTES } from "../isa/vmcs.ts";
import { VMCS_REVISION } from "../isa/vmx-capabilities.ts";
import { interruptionWords } from "../isa/vmx-events.ts";
import { ENTRY_FAILURES, EXIT_REASON_BASIC, exitReason, INSTRUCTION_ERRORS, wordsOf } from "../isa/vmx-exits.ts";
import { EVENT_KINDS, type MachineEvent } from "../machine/events.ts";
import { valuesOf, whyFails } from "./vmx-check-words.ts";
import { exitSentence } from "./vmx-exit-words.ts";

const WIDEST = 2 ** 32;
const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;

/** Whether an event is of VT-x: its words are made here. */
export function isVmx({ kind }: Pick<MachineEvent, "kind">): boolean {
  return kind === "vm-entry" || kind === "vm-exit" || kind === "vm-fail";
}

const mnemonic = ({ row }: MachineEvent): string => (row >= 0 ? ROW_LIST[row]!.mnemonic.toUpperCase() : "");

/** One line: what happened. */
export function vmxTitle(event: MachineEvent): Words {
  const { en, zh } = EVENT_KINDS[event.kind];
  const subject = subjectOf(event);
  return { en: `${en}${subject.en}`, zh: `${zh}${subject.zh}` };
}

function subjectOf(event: MachineEvent): Words {
  const name = mnemonic(event);
  if (event.kind === "vm-exit") {
    const basic = event.b & EXIT_REASON_BASIC;
    const title = exitReason(basic)?.title ?? { en: "?", zh: "?" };
    const vector = basic === 0 && event.vector >= 0 ? ` ${vectorText(event)}` : "";
    const by = name !== "" && name.toLowerCase() !== exitReason(basic)?.name ? ` (${name})` : "";
    return { en: ` ${basic}: ${title.en}${vector}${by}`, zh: ` ${basic}：${title.zh}${vector}${by}` };
  }
  if (event.kind === "vm-entry") {
    const injected = event.a === 0 ? null : interruptionWords(event.a);
    return {
      en: `: ${name}${injected === null ? "" : `, injects ${injected.en}`}`,
      zh: `：${name}${injected === null ? "" : `，注入 ${injected.zh}`}`,
    };
  }
  if (event.b === 0) return { en: `: ${name}, VMfailInvalid`, zh: `：${name}，VMfailInvalid` };
  if (event.b > 0) return { en: `: ${name}, error ${event.b}`, zh: `：${name}，错误 ${event.b}` };
  const basic = event.b & EXIT_REASON_BASIC;
  return { en: `: ${name}, entry failed (exit reason ${basic})`, zh: `：${name}，进入失败（退出原因 ${basic}）` };
}

/** `#PF(0x2)` or `vector 0x20`. */
function vectorText({ vector, errorCode }: MachineEvent): string {
  if (vector >= 32) return hex(vector);
  return errorCode >= 0 ? `${vectorName(vector)}(${hex(errorCode)})` : vectorName(vector);
}

/** Why it happened, in a sentence or two. */
export function vmxReason(event: MachineEvent): Words {
  switch (event.kind) {
    case "vm-exit":
      return exitSentence(event);
    case "vm-entry":
      return entrySentence(event);
    default:
      return failureSentence(event);
  }
}

function entrySentence(event: MachineEvent): Words {
  const name = mnemonic(event);
  const injected = event.a === 0 ? null : interruptionWords(event.a);
  const at = hex(event.c ?? 0);
  return {
    en:
      `${name} passed every check of the VMCS at ${hex(event.b)} and went into the guest at ${at}, CPL ${event.cplAfter}.` +
      (injected === null
        ? ""
        : ` It injects ${injected.en}: its delivery is part of the entry and comes before any instruction of the guest.`),
    zh:
      `${name} 通过了 ${hex(event.b)} 处 VMCS 的全部检查，进入客户机的 ${at}，CPL ${event.cplAfter}。` +
      (injected === null ? "" : `同时注入“${injected.zh}”：投递是进入的一部分，先于客户机的任何指令。`),
  };
}

function failureSentence(event: MachineEvent): Words {
  const name = mnemonic(event);
  const [error = 0, low = 0, high = 0, ...values] = event.more ?? [];
  const operand = wide(low, high);
  const at = hex(event.eip);
  const cause = causeOf(event, name.toLowerCase(), error, operand, values);
  if (event.reason === "vm-fail-entry") {
    const basic = event.b & EXIT_REASON_BASIC;
    const title = exitReason(basic)?.title ?? { en: "", zh: "" };
    return {
      en: `${name}: the checks of controls and host state passed, but the entry failed: exit reason ${basic} with bit 31 (${title.en}), qualification ${event.c ?? 0}. ${cause.en} The processor has loaded the host's state and goes on at HOST_RIP; the guest has not run.`,
      zh: `${name}：控制与宿主机状态的检查通过，但进入失败：退出原因 ${basic}，第 31 位置位（${title.zh}），限定值 ${event.c ?? 0}。${cause.zh}处理器已装入宿主机状态，从 HOST_RIP 继续；客户机未曾运行。`,
    };
  }
  if (event.reason === "vm-fail-valid") {
    const words = wordsOf(INSTRUCTION_ERRORS, error) ?? { en: "", zh: "" };
    return {
      en: `${name} at ${at} failed (VMfailValid: ZF = 1) with error ${error}, ${words.en}. ${cause.en}`.trimEnd(),
      zh: `${at} 处的 ${name} 失败（VMfailValid：ZF = 1），错误 ${error}：${words.zh}。${cause.zh}`,
    };
  }
  const hidden = error === 0 ? null : wordsOf(INSTRUCTION_ERRORS, error);
  return {
    en:
      `${name} at ${at} failed (VMfailInvalid: CF = 1). ` +
      (hidden === null
        ? cause.en
        : `It is error ${error}, ${hidden.en}, but there is no current VMCS to hold the number. ${cause.en}`),
    zh:
      `${at} 处的 ${name} 失败（VMfailInvalid：CF = 1）。` +
      (hidden === null ? cause.zh : `即错误 ${error}：${hidden.zh}；但没有当前 VMCS 来存放错误号。${cause.zh}`),
  };
}

const wide = (low: number, high: number): string =>
  high === 0 ? hex(low) : `0x${(high >>> 0).toString(16)}${(low >>> 0).toString(16).padStart(8, "0")}`;

/** Which check, field, address or rule it was. */
function causeOf(event: MachineEvent, name: string, error: number, operand: string, values: readonly number[]): Words {
  const check = ENTRY_CHECKS[event.a];
  if (event.a >= 0 && check !== undefined) {
    const why = whyFails(check, valuesOf(check, values)).words;
    return {
      en: `The check that failed: ${check.words.en}. ${why.en}.`,
      zh: `未通过的检查：${check.words.zh}。${why.zh}。`,
    };
  }
  if (event.reason === "vm-fail-entry") {
    const words = wordsOf(ENTRY_FAILURES, event.c ?? 0);
    if ((event.b & EXIT_REASON_BASIC) === 34) {
      return {
        en: `Item ${event.c ?? 0} of the VM-entry MSR-load list could not be loaded.`,
        zh: `VM 进入 MSR 装入列表的第 ${event.c ?? 0} 项无法装入。`,
      };
    }
    return words ?? { en: "", zh: "" };
  }
  switch (error) {
    case 0:
      if (name === "vmxon") return notRegion(event, operand, "VMXON region", "VMXON 区域");
      return {
        en: "There is no current VMCS: VMPTRLD makes one current.",
        zh: "没有当前 VMCS：须先用 VMPTRLD 设定。",
      };
    case 1:
      return {
        en: "In root operation there is nobody to call.",
        zh: "根模式中没有可调用者。",
      };
    case 2:
    case 9:
      return {
        en: `The address ${operand} is not 4 KiB aligned, or beyond 32 bits.`,
        zh: `地址 ${operand} 未按 4 KiB 对齐，或超出 32 位。`,
      };
    case 3:
    case 10:
      return { en: `${operand} is the VMXON region.`, zh: `${operand} 是 VMXON 区域。` };
    case 4:
      return {
        en: "It has been launched since it was cleared: enter by VMRESUME, or VMCLEAR it first.",
        zh: "它自清除后已经启动：应使用 VMRESUME，或先 VMCLEAR。",
      };
    case 5:
      return {
        en: "It has not been launched since it was cleared: enter by VMLAUNCH.",
        zh: "它自清除后尚未启动：应使用 VMLAUNCH。",
      };
    case 11:
      return notRegion(event, operand, "VMCS", "VMCS");
    case 12:
      return { en: `No field has the encoding ${operand}.`, zh: `没有编码为 ${operand} 的字段。` };
    case 13: {
      const title = fieldByEncoding(Number(operand))?.title ?? { en: operand, zh: operand };
      return {
        en: `“${title.en}” (${operand}) is exit information, which only the processor writes.`,
        zh: `“${title.zh}”（${operand}）属于退出信息，只能由处理器写入。`,
      };
    }
    case 26:
      return {
        en: "The instruction before was MOV SS or POP SS, which holds events back for one instruction.",
        zh: "前一条指令是 MOV SS 或 POP SS，它把事件推迟一条指令。",
      };
    case 28:
      return {
        en: `The type is ${operand}, or its descriptor does not fit it.`,
        zh: `类型为 ${operand}，或描述符与之不符。`,
      };
    default:
      return { en: "", zh: "" };
  }
}

/** An address is aligned and within 32 bits, but what stands there is not the identifier: that is said then. */
function notRegion({ c = 0 }: MachineEvent, operand: string, en: string, zh: string): Words {
  const revision = hex(VMCS_REVISION);
  const address = Number(operand);
  if (address % VMCS_BYTES === 0 && address < WIDEST) {
    return {
      en: `${operand} is no ${en}: its first dword is ${hex(c)}, but it must be the revision identifier ${revision} of IA32_VMX_BASIC.`,
      zh: `${operand} 不是${zh}：其首个双字为 ${hex(c)}，而须为 IA32_VMX_BASIC 中的修订标识 ${revision}。`,
    };
  }
  return {
    en: `${operand} is no ${en}: it must be 4 KiB aligned, within 32 bits, and begin with the revision identifier ${revision} of IA32_VMX_BASIC.`,
    zh: `${operand} 不是${zh}：须按 4 KiB 对齐、在 32 位以内，且以 IA32_VMX_BASIC 中的修订标识 ${revision} 开头。`,
  };
}
