import { vectorName } from "../isa/exceptions.ts";
import { ROW_LIST } from "../isa/rows.ts";
import type { Words } from "../isa/types.ts";
import { VMX_ABORTS, wordsOf } from "../isa/vmx-exits.ts";
import { EVENT_KINDS, MACHINE_REASONS, type MachineEvent } from "../machine/events.ts";
import type { Strategy } from "../vmm/strategy.ts";
import { vmxFaultWords } from "./vmx-fault-words.ts";
import { isVmx, vmxReason, vmxTitle } from "./vmx-words.ts";

const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;

/** For an instruction that could not even be read. */
const FETCH: Words = { en: "The instruction fetch", zh: "取指（fetch）" };

/** What stands in a template's braces; null for a name that is not ours. */
function placeholder(name: string, event: MachineEvent, language: keyof Words): string | null {
  switch (name) {
    case "mnemonic":
      return event.row >= 0 ? ROW_LIST[event.row]!.mnemonic.toUpperCase() : FETCH[language];
    case "vector":
      return event.vector >= 0 ? vectorText(event) : "";
    case "error":
      return event.errorCode >= 0 ? hex(event.errorCode) : "";
    case "cpl":
      return String(event.cplBefore);
    case "to":
      return String(event.cplAfter);
    case "eip":
      return hex(event.eip);
    case "a":
      return hex(event.a);
    case "b":
      return hex(event.b);
    case "count":
      return String(event.a);
    case "size":
      return String(event.b);
    default:
      return null;
  }
}

function fill(template: string, event: MachineEvent, language: keyof Words): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => placeholder(name, event, language) ?? whole);
}

/** `#GP(0x10)` for an exception, `vector 0x20` for anything else. */
function vectorText(event: MachineEvent): string {
  const isException =
    event.vector < 32 && event.kind !== "interrupt" && event.kind !== "inject" && event.kind !== "software-interrupt";
  if (!isException) return hex(event.vector);
  const name = vectorName(event.vector);
  return event.errorCode >= 0 ? `${name}(${hex(event.errorCode)})` : name;
}

/** One line: what happened. */
export function titleOf(event: MachineEvent, strategy: Pick<Strategy, "subject">): Words {
  if (isVmx(event)) return vmxTitle(event);
  const kind = EVENT_KINDS[event.kind];
  const named = strategy.subject?.(event) ?? null;
  const subject = [
    named ?? "",
    event.row >= 0 ? ROW_LIST[event.row]!.mnemonic.toUpperCase() : "",
    event.vector >= 0 && named === null ? vectorText(event) : "",
    event.kind === "io" ? `${event.reason === "in" ? "←" : "→"} ${hex(event.a)}: ${hex(event.b)}` : "",
    event.kind === "exit" ? String(event.b) : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
  return { en: subject ? `${kind.en}: ${subject}` : kind.en, zh: subject ? `${kind.zh}：${subject}` : kind.zh };
}

/** Why it happened, in a sentence or two. */
export function reasonOf(event: MachineEvent, strategy: Strategy): Words {
  if (isVmx(event)) return vmxReason(event);
  const machines: Readonly<Record<string, Words>> = MACHINE_REASONS;
  const template = strategy.reasons[event.reason] ?? machines[event.reason];
  if (!template) throw new Error(`no words for the reason ${event.reason}`);
  const abort = event.reason === "vmx-abort" ? wordsOf(VMX_ABORTS, event.a) : null;
  const silence = event.kind === "silent" && event.row >= 0 ? ROW_LIST[event.row]!.silent?.words : null;
  const broken = vmxFaultWords(event);
  const more = (silence ? ` ${silence.en}` : "") + (abort ? ` ${abort.en}.` : "") + (broken ? ` ${broken.en}` : "");
  return {
    en: fill(template.en, event, "en") + more,
    zh: fill(template.zh, event, "zh") + (silence?.zh ?? "") + (abort ? `${abort.zh}。` : "") + (broken?.zh ?? ""),
  };
}
