import { readMsr, takesMsr } from "../../cpu/model-registers.ts";
import { SHADOW_MOV_SS, VMX_OFF } from "../../cpu/state.ts";
import type { CheckStage, EntryCheck } from "../../cpu/vmx/entry-checks.ts";
import { ENTRY_CHECKS } from "../../cpu/vmx/vm-entry.ts";
import type { Words } from "../../isa/types.ts";
import { VMCS_FIELDS } from "../../isa/vmcs.ts";
import { hexDigits } from "../../machine/describe.ts";
import { whyFails } from "../../recorder/vmx-check-words.ts";
import type { Run } from "../run.ts";
import type { Inspected } from "./index.ts";
import { lastFailure, type VmxFailureView } from "./vmx-failure.ts";
import { type VmcsFieldView, viewField } from "./vmx-field.ts";
import { currentVmcs, findVmcs, regionAt, type Snapshot } from "./vmx-region.ts";

export interface VmxChecksAsk {
  /** Physical address of a VMCS; null: the current one, or where there is none the first known. */
  readonly pointer: number | null;
}

export interface EntryCheckView {
  readonly id: string;
  /** What must hold. */
  readonly words: Words;
  readonly holds: boolean;
  /** It is the one that a VM entry now would fail by. */
  readonly first: boolean;
  /** What it looks at, with the values now; if it fails, those at fault alone. */
  readonly fields: readonly VmcsFieldView[];
  /** Why it fails, with the values; null if it holds. */
  readonly why: Words | null;
}

export interface CheckGroup {
  /** `basic`: of the instruction itself, before any field is looked at; `msr`: the items of the MSR-load list. */
  readonly id: "basic" | CheckStage | "msr";
  readonly title: Words;
  /** What a failure of one of them does: VMfailInvalid, error 7, 8, exit reason 33 or 34. */
  readonly failure: Words;
  /** Section of SDM Vol. 3C. */
  readonly section: string;
  readonly checks: readonly EntryCheckView[];
}

export interface VmxChecksAnswer {
  readonly available: boolean;
  /** The VMCS whose fields are checked; null if there is none: `groups` then has the basic checks alone. */
  readonly pointer: number | null;
  readonly groups: readonly CheckGroup[];
  /** Whether VMLAUNCH or VMRESUME would enter the guest now, and which of the two the launch state asks for. */
  readonly wouldEnter: boolean;
  readonly wants: "vmlaunch" | "vmresume" | null;
  /** The last failure up to now, or that from which it has followed; null if there was none. */
  readonly failure: VmxFailureView | null;
}

const words = (en: string, zh: string): Words => ({ en, zh });

interface GroupFacts {
  readonly id: CheckGroup["id"];
  readonly title: Words;
  readonly failure: Words;
  readonly section: string;
}

const BASIC: GroupFacts = {
  id: "basic",
  title: words("The instruction itself", "指令本身"),
  failure: words(
    "VMLAUNCH or VMRESUME raises #UD or #GP(0), or fails with CF = 1 (no current VMCS) or error 26, 4 or 5.",
    "VMLAUNCH 或 VMRESUME 引发 #UD 或 #GP(0)，或以 CF = 1（没有当前 VMCS）或错误 26、4、5 失败。",
  ),
  section: "27.1",
};

const STAGES: readonly (GroupFacts & { readonly id: CheckStage })[] = [
  {
    id: "control",
    title: words("Control fields", "控制字段"),
    failure: words(
      "The instruction fails with error 7; the host goes on behind it.",
      "指令以错误 7 失败；宿主机从其后继续。",
    ),
    section: "27.2.1",
  },
  {
    id: "host",
    title: words("Host-state fields", "宿主机状态字段"),
    failure: words(
      "The instruction fails with error 8; the host goes on behind it.",
      "指令以错误 8 失败；宿主机从其后继续。",
    ),
    section: "27.2.2",
  },
  {
    id: "guest",
    title: words("Guest-state fields", "客户机状态字段"),
    failure: words(
      "The entry fails with exit reason 33 and bit 31; the host goes on at HOST_RIP.",
      "进入失败，退出原因 33 且第 31 位置位；宿主机从 HOST_RIP 继续。",
    ),
    section: "27.3.1",
  },
];

const MSR_LIST: GroupFacts = {
  id: "msr",
  title: words("VM-entry MSR-load list", "VM 进入 MSR 装入列表"),
  failure: words(
    "The entry fails with exit reason 34 and bit 31; the qualification is the number of the item.",
    "进入失败，退出原因 34 且第 31 位置位；限定值是该项的序号。",
  ),
  section: "27.4",
};

type Found = Omit<EntryCheckView, "first">;

/** Every check of a VM entry, as it would come out now; nothing is entered. */
export function inspectVmxChecks({ run, program }: Inspected, ask: VmxChecksAsk): VmxChecksAnswer {
  const { cpu } = run.machine;
  if (cpu.vmx === null) {
    return { available: false, pointer: null, groups: [], wouldEnter: false, wants: null, failure: null };
  }
  const pointer = findVmcs(run, ask.pointer);
  const region = pointer === null ? null : regionAt(run, pointer);
  const found: { readonly facts: GroupFacts; readonly checks: readonly Found[] }[] = [
    { facts: BASIC, checks: basicChecks(run, pointer) },
  ];
  if (region !== null) {
    for (const facts of STAGES) {
      const checks = ENTRY_CHECKS.filter(({ stage }) => stage === facts.id);
      found.push({ facts, checks: checks.map((check) => judge(check, region)) });
    }
    found.push({ facts: MSR_LIST, checks: msrChecks(run, region) });
  }
  const first = found.flatMap(({ checks }) => checks).find(({ holds }) => !holds)?.id ?? null;
  return {
    available: true,
    pointer,
    groups: found.map(({ facts, checks }) => ({
      ...facts,
      checks: checks.map((check) => ({ ...check, first: check.id === first })),
    })),
    wouldEnter: first === null && region !== null,
    wants: region === null ? null : region.launched ? "vmresume" : "vmlaunch",
    failure: lastFailure({ run, program }),
  };
}

function judge(check: EntryCheck, region: Snapshot): Found {
  const { id, words: rule, fields } = check;
  const holds = check.holds(region);
  const values = fields.map((name) => ({
    name,
    low: region.get(name),
    high: VMCS_FIELDS[name].width === 64 ? region.high(name) : 0,
  }));
  const failure = holds ? null : whyFails(check, values, region);
  return {
    id,
    words: rule,
    holds,
    fields: (failure?.fields ?? fields).map((name) => viewField(name, region)),
    why: failure?.words ?? null,
  };
}

const plain = (id: string, rule: Words, holds: boolean, why: Words): Found => {
  return { id, words: rule, holds, fields: [], why: holds ? null : why };
};

function basicChecks(run: Run, pointer: number | null): Found[] {
  const { state } = run.machine.cpu;
  const current = currentVmcs(run);
  // While the guest runs, what is asked is the next entry, which comes from the host at CPL 0.
  const inHost = state.vmxMode === 1;
  return [
    plain(
      "operation",
      words("The processor is in VMX operation (else #UD)", "处理器处于 VMX 操作中（否则 #UD）"),
      state.vmxMode !== VMX_OFF,
      words("VMXON has not been executed.", "尚未执行 VMXON。"),
    ),
    plain(
      "cpl",
      words("CPL is 0 (else #GP)", "CPL 为 0（否则 #GP）"),
      !inHost || state.cpl === 0,
      words(`CPL is ${state.cpl}.`, `CPL 为 ${state.cpl}。`),
    ),
    plain(
      "current-vmcs",
      words("There is a current VMCS, and it is this one (else CF = 1)", "有当前 VMCS，且就是此 VMCS（否则 CF = 1）"),
      current !== null && current === pointer,
      current === null
        ? words("There is none: VMPTRLD makes one current.", "没有当前 VMCS：须先用 VMPTRLD 设定。")
        : words(`The current one is at ${hexDigits(current)}.`, `当前 VMCS 位于 ${hexDigits(current)}。`),
    ),
    plain(
      "mov-ss",
      words(
        "The instruction before was not MOV SS or POP SS (else error 26)",
        "前一条指令不是 MOV SS 或 POP SS（否则错误 26）",
      ),
      !inHost || state.shadow !== SHADOW_MOV_SS,
      words("Events are blocked by MOV SS just now.", "当前事件被 MOV SS 阻塞。"),
    ),
  ];
}

const ITEM = 16;
const MOST_ITEMS = 64;

function msrChecks({ machine }: Run, region: Snapshot): Found[] {
  const { memory, cpu } = machine;
  const count = Math.min(MOST_ITEMS, region.get("entryMsrLoadCount") >>> 0);
  const first = region.get("entryMsrLoadAddress") >>> 0;
  return Array.from({ length: count }, (_, i) => {
    const at = first + i * ITEM;
    const msr = memory.read32(at) >>> 0;
    const reserved = memory.read32(at + 4);
    const [low, high] = [memory.read32(at + 8), memory.read32(at + 12)];
    const holds = reserved === 0 && takesMsr(cpu, msr, low, high);
    return plain(
      `msr-${i + 1}`,
      words(
        `Item ${i + 1}: MSR ${hexDigits(msr)} becomes ${hexDigits(high)}${hexDigits(low)}`,
        `第 ${i + 1} 项：MSR ${hexDigits(msr)} 装入 ${hexDigits(high)}${hexDigits(low)}`,
      ),
      holds,
      whyNotLoaded(reserved, readMsr(cpu, msr) !== null),
    );
  });
}

function whyNotLoaded(reserved: number, exists: boolean): Words {
  if (reserved !== 0) return words("Bits 63:32 of the item are not 0.", "该项的 63:32 位不为 0。");
  return exists
    ? words("The MSR is read-only, locked, or does not take this value.", "该 MSR 只读、已锁定或不接受此值。")
    : words("There is no such MSR.", "没有这个 MSR。");
}
