import { VMX_NON_ROOT, VMX_OFF } from "../../cpu/state.ts";
import { brokenVmxonRules, type VmxonRule } from "../../cpu/vmx/vmxon-rules.ts";
import { CR0_BITS, CR4_VMXE } from "../../isa/control.ts";
import type { Words } from "../../isa/types.ts";
import { type FieldName, VMCS_FIELD_LIST, VMCS_FIELDS, VMCS_GROUPS, type VmcsGroup } from "../../isa/vmcs.ts";
import { CR0_FIXED_1, FEATURE_CONTROL_LOCK, FEATURE_CONTROL_VMX } from "../../isa/vmx-capabilities.ts";
import { VMX_ABORTS, wordsOf } from "../../isa/vmx-exits.ts";
import { fieldHex } from "../../recorder/vmx-check-words.ts";
import type { Run } from "../run.ts";
import type { Inspected } from "./index.ts";
import { isNeverCleared } from "./vmx-cleared.ts";
import { type VmcsFieldView, viewField } from "./vmx-field.ts";
import { findVmcs, knownRegions, regionAt, type Snapshot, snapshotAt } from "./vmx-region.ts";
import { countBefore, lastBefore, vmxSums } from "./vmx-sums.ts";

export interface VmcsAsk {
  /** Physical address of the VMCS to be shown (one of `known`); null: the current one, or where there is none the first known. */
  readonly pointer: number | null;
  /** What changed at the last VM exit is wanted too. */
  readonly changes: boolean;
}

/** A region of memory that is a VMCS, by the revision identifier at its beginning. */
export interface KnownVmcs {
  readonly pointer: number;
  readonly current: boolean;
  /** Its launch state: VMLAUNCH wants it clear, VMRESUME launched. */
  readonly launched: boolean;
  /** VMX-abort indicator, 0 for none, and its words. */
  readonly abort: number;
  readonly abortWords: Words | null;
}

/** A field, and what it was. */
export interface VmcsRow extends VmcsFieldView {
  /** `raw` just after the VM exit before the last one (before the last one, if that was the first); null if it is the same. */
  readonly before: string | null;
  /** Who has made the change: the exit itself, or the VMM's VMWRITE (also since); null where there is none. */
  readonly by: "exit" | "vmm" | null;
}

export interface VmcsAnswer {
  /** Whether the processor has VT-x. Without it all else is empty. */
  readonly available: boolean;
  readonly operation: "off" | "root" | "non-root";
  /** IA32_FEATURE_CONTROL: VMXON wants both. */
  readonly featureControl: { readonly locked: boolean; readonly enabled: boolean };
  readonly cr4Vmxe: boolean;
  /** What the processor's state lacks for VMXON, by the processor's own rules; of `cr0`, the bits are `cr0Lacks`: `PG`. */
  readonly vmxonLacks: readonly VmxonRule[];
  readonly cr0Lacks: readonly string[];
  /** The VMXON region; null outside VMX operation. */
  readonly vmxon: number | null;
  /** The current VMCS, or null. */
  readonly current: number | null;
  /** The current one first, then by address. */
  readonly known: readonly KnownVmcs[];
  /** The VMCS that `groups` shows; null if there is none. */
  readonly shown: KnownVmcs | null;
  /** The program uses it as a VMCS, or has done so, without a VMCLEAR before. */
  readonly neverCleared: boolean;
  readonly groups: readonly { readonly id: VmcsGroup; readonly title: Words; readonly rows: readonly VmcsRow[] }[];
  /** The last VM exit (or failed entry) up to now, for `before`: its step; null if there was none. */
  readonly exitStep: number | null;
  /** The exit before that, with which `before` compares: its step; null if there was none. */
  readonly sinceStep: number | null;
}

const NOTHING = {
  available: false,
  operation: "off",
  featureControl: { locked: false, enabled: false },
  cr4Vmxe: false,
  vmxonLacks: [],
  cr0Lacks: [],
  vmxon: null,
  current: null,
  known: [],
  shown: null,
  neverCleared: false,
  groups: [],
  exitStep: null,
  sinceStep: null,
} as const satisfies VmcsAnswer;

/** The state of VT-x and a VMCS by groups. */
export function inspectVmcs({ run }: Inspected, ask: VmcsAsk): VmcsAnswer {
  const { cpu } = run.machine;
  if (cpu.vmx === null) return NOTHING;
  const { state } = cpu;
  const inOperation = state.vmxMode !== VMX_OFF;
  const current = inOperation && state.vmcsPointer !== -1 ? state.vmcsPointer >>> 0 : null;
  const known = knownRegions(run).map((pointer) => describe(run, pointer, current));
  const pointer = findVmcs(run, ask.pointer);
  const exit =
    pointer === null || !ask.changes ? null : lastBefore(vmxSums(run.log).exits, run.log.firstAt(run.step + 1));
  const before = exit === null ? null : historyOf(run, pointer!, exit);
  const fields = pointer === null ? null : regionAt(run, pointer);
  return {
    available: true,
    operation: !inOperation ? "off" : state.vmxMode === VMX_NON_ROOT ? "non-root" : "root",
    featureControl: {
      locked: (state.featureControl & FEATURE_CONTROL_LOCK) !== 0,
      enabled: (state.featureControl & FEATURE_CONTROL_VMX) !== 0,
    },
    cr4Vmxe: (state.cr4 & CR4_VMXE) !== 0,
    vmxonLacks: brokenVmxonRules(state),
    cr0Lacks: CR0_BITS.filter(({ mask }) => (mask & CR0_FIXED_1 & ~state.cr0) !== 0).map(({ name }) => name),
    vmxon: inOperation ? state.vmxonPointer >>> 0 : null,
    current,
    known,
    shown: pointer === null ? null : describe(run, pointer, current),
    neverCleared: pointer !== null && isNeverCleared(run, pointer),
    groups:
      fields === null
        ? []
        : (Object.keys(VMCS_GROUPS) as VmcsGroup[]).map((id) => ({
            id,
            title: VMCS_GROUPS[id],
            rows: VMCS_FIELD_LIST.filter(({ group }) => group === id).map(({ name }) => ({
              ...viewField(name, fields),
              ...changeOf(name, fields, before),
            })),
          })),
    exitStep: exit === null ? null : run.log.stepAt(exit),
    sinceStep: exit === null ? null : exitBefore(run, exit),
  };
}

function describe(run: Run, pointer: number, current: number | null): KnownVmcs {
  const region = regionAt(run, pointer);
  const { abort } = region;
  return {
    pointer,
    current: pointer === current,
    launched: region.launched,
    abort,
    abortWords: abort === 0 ? null : wordsOf(VMX_ABORTS, abort),
  };
}

/** A VMCS just after the exit before the last one, just before the last exit, and just after it. */
interface History {
  readonly earlier: Snapshot;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Step of the exit before one, or null. */
function exitBefore({ log }: Run, exit: number): number | null {
  const { exits } = vmxSums(log);
  const previous = exits[countBefore(exits, exit) - 1];
  return previous === undefined ? null : log.stepAt(previous);
}

function historyOf(run: Run, pointer: number, exit: number): History {
  const step = run.log.stepAt(exit);
  return {
    earlier: snapshotAt(run, pointer, exitBefore(run, exit) ?? Math.max(0, step - 1)),
    before: snapshotAt(run, pointer, Math.max(0, step - 1)),
    after: snapshotAt(run, pointer, step),
  };
}

function changeOf(name: FieldName, now: Snapshot, history: History | null): Pick<VmcsRow, "before" | "by"> {
  if (history === null) return { before: null, by: null };
  const wide = VMCS_FIELDS[name].width === 64;
  const text = (of: Snapshot) => fieldHex(name, of.get(name), wide ? of.high(name) : 0);
  const was = text(history.earlier);
  if (was === text(now)) return { before: null, by: null };
  const byExit = text(history.before) !== text(history.after) && text(history.after) === text(now);
  return { before: was, by: byExit ? "exit" : "vmm" };
}
