import { getEflags } from "../../cpu/flags.ts";
import {
  ATTR_UNUSABLE,
  type CpuState,
  HALTED,
  LDTR,
  SHADOW_MOV_SS,
  SHADOW_STI,
  SHUTDOWN,
  TR,
} from "../../cpu/state.ts";
import { type ControlBit, CR0_BITS, CR4_BITS } from "../../isa/control.ts";
import type { Words } from "../../isa/types.ts";
import { type Fact, type FactGroup, hexDigits } from "../../machine/describe.ts";
import { EVENT_KINDS, type EventKind } from "../../machine/events.ts";
import type { Run } from "../run.ts";
import { beforeLastStep } from "./before.ts";
import { besideEachOther, type FactNow, type FactTable, withChanges } from "./facts.ts";
import type { Inspected } from "./index.ts";
import { sidesOf } from "./side.ts";

export interface VcpuAsk {
  /** What the last step changed is wanted too. */
  readonly changes: boolean;
}

/** What a tenant describes of itself. */
export interface TenantFacts {
  readonly name: string;
  readonly groups: readonly { readonly key: string; readonly title: Words; readonly rows: readonly FactNow[] }[];
}

export interface VcpuAnswer {
  /** Null on a bare machine: there is no virtual CPU. */
  readonly vcpu: readonly FactTable[] | null;
  readonly tenants: readonly TenantFacts[];
  /** How often each kind of event has happened up to this step. */
  readonly counts: readonly { readonly kind: EventKind; readonly name: Words; readonly count: number }[];
}

const words = (en: string, zh: string): Words => ({ en, zh });
const same = (text: string): Words => ({ en: text, zh: text });

function bits(value: number, names: readonly ControlBit[]): Words {
  return same(
    names
      .filter(({ mask }) => (value & mask) !== 0)
      .map(({ name }) => name)
      .join(" ") || "-",
  );
}

/** The registers by which a guest could tell that it does not own the processor. */
function registerFacts(state: CpuState): FactGroup[] {
  const flags = getEflags(state);
  const row = (key: string, name: Words, value: string, meaning?: Words): Fact =>
    meaning === undefined ? { key, name, value } : { key, name, value, words: meaning };
  const table = (key: string, base: number, limit: number) =>
    row(key, same(key.toUpperCase()), `${hexDigits(base)}:${hexDigits(limit, 4)}`);
  const segment = (key: string, at: number) => {
    const usable = (state.attr[at]! & ATTR_UNUSABLE) === 0;
    const value = usable
      ? `${hexDigits(state.selector[at]!, 4)} ${hexDigits(state.base[at]!)}:${hexDigits(state.limit[at]!, 4)}`
      : hexDigits(state.selector[at]!, 4);
    return row(key, same(key.toUpperCase()), value, usable ? undefined : words("null", "空"));
  };
  return [
    {
      key: "privilege",
      title: words("Privilege and interrupts", "特权级与中断"),
      rows: [
        row("cpl", same("CPL"), String(state.cpl)),
        row(
          "if",
          same("IF"),
          String((flags >>> 9) & 1),
          ((flags >>> 9) & 1) !== 0 ? words("interrupts on", "中断打开") : words("interrupts off", "中断关闭"),
        ),
        row("iopl", same("IOPL"), String((flags >>> 12) & 3)),
        row("tf", same("TF"), String((flags >>> 8) & 1)),
        row("shadow", words("Interrupt shadow", "中断屏蔽窗口"), shadowName(state.shadow)),
        row("activity", words("Activity", "活动状态"), activityName(state.activity)),
        row("debug", words("Debug trap pending", "待处理的调试陷阱"), state.pendingDebug === 0 ? "0" : "1"),
      ],
    },
    {
      key: "control",
      title: words("Control registers", "控制寄存器"),
      rows: [
        row("cr0", same("CR0"), hexDigits(state.cr0), bits(state.cr0, CR0_BITS)),
        row("cr2", same("CR2"), hexDigits(state.cr2)),
        row("cr3", same("CR3"), hexDigits(state.cr3)),
        row("cr4", same("CR4"), hexDigits(state.cr4), bits(state.cr4, CR4_BITS)),
      ],
    },
    {
      key: "tables",
      title: words("Table registers", "表寄存器"),
      rows: [
        table("gdtr", state.gdtrBase, state.gdtrLimit),
        table("idtr", state.idtrBase, state.idtrLimit),
        segment("ldtr", LDTR),
        segment("tr", TR),
      ],
    },
  ];
}

function shadowName(shadow: number): string {
  return shadow === SHADOW_STI ? "STI" : shadow === SHADOW_MOV_SS ? "MOV SS" : "-";
}

function activityName(activity: number): string {
  return activity === HALTED ? "HLT" : activity === SHUTDOWN ? "shutdown" : "active";
}

interface Read {
  readonly physical: readonly FactGroup[];
  readonly guest: readonly FactGroup[] | null;
  readonly tenants: readonly (readonly FactGroup[])[];
}

function read(run: Run): Read {
  const { physical, guest } = sidesOf(run);
  return {
    physical: registerFacts(physical.state),
    guest: guest && registerFacts(guest.state),
    tenants: run.machine.tenants.map((tenant) => tenant.describe()),
  };
}

/** The virtual CPU beside the real one, what each tenant holds of its guest, and how often it was needed. */
export function inspectVcpu({ run }: Inspected, ask: VcpuAsk): VcpuAnswer {
  const now = read(run);
  const before = ask.changes ? beforeLastStep(run, "vcpu", () => read(run)) : null;
  return {
    vcpu: now.guest && besideEachOther(now, before),
    tenants: now.tenants.map((groups, i) => ({
      name: run.machine.tenants[i]!.name,
      groups: groups.map((group) => ({
        ...group,
        rows: withChanges(group.rows, before?.tenants[i]?.find(({ key }) => key === group.key)?.rows),
      })),
    })),
    counts: countsOf(run),
  };
}

function countsOf(run: Run): VcpuAnswer["counts"] {
  const counts = run.log.countsByKind(run.step);
  return (Object.entries(counts) as [EventKind, number][]).map(([kind, count]) => {
    const { en, zh } = EVENT_KINDS[kind];
    return { kind, name: { en, zh }, count };
  });
}
