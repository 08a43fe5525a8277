import type { PhysicalMemory } from "../../cpu/bus.ts";
import { VMX_OFF } from "../../cpu/state.ts";
import type { Fields } from "../../cpu/vmx/entry-checks.ts";
import { Vmcs } from "../../cpu/vmx/vmcs.ts";
import { type FieldName, VMCS_ABORT_OFFSET, VMCS_BYTES, VMCS_FIELDS } from "../../isa/vmcs.ts";
import { VMCS_REVISION } from "../../isa/vmx-capabilities.ts";
import type { Run } from "../run.ts";

/** A VMCS as it is in memory, or as it was. */
export interface Snapshot extends Fields {
  readonly launched: boolean;
  /** VMX-abort indicator. */
  readonly abort: number;
}

/** The current VMCS, or none: in VMX operation alone. */
export function currentVmcs({ machine }: Run): number | null {
  const { state } = machine.cpu;
  return state.vmxMode === VMX_OFF || state.vmcsPointer === -1 ? null : state.vmcsPointer >>> 0;
}

/**
 * Physical addresses of all regions of memory that are VMCSs: they begin with the revision identifier, and something else
 * is in them. The current one comes first. (The VMXON region begins so too, and is left out.)
 */
export function knownRegions(run: Run): number[] {
  const { memory, cpu } = run.machine;
  const { state } = cpu;
  const vmxon = state.vmxMode === VMX_OFF ? -1 : state.vmxonPointer >>> 0;
  const current = currentVmcs(run);
  const found: number[] = current === null ? [] : [current];
  const { words32, size } = memory;
  for (let at = 0; at + VMCS_BYTES <= size; at += VMCS_BYTES) {
    if (words32[at >>> 2] !== VMCS_REVISION || at === vmxon || at === current) continue;
    if (isUsed(memory, at)) found.push(at);
  }
  return found;
}

/** Whether anything but the identifier stands in a region. */
function isUsed({ words32 }: PhysicalMemory, at: number): boolean {
  for (let i = (at >>> 2) + 1; i < (at + VMCS_BYTES) >>> 2; i++) if (words32[i] !== 0) return true;
  return false;
}

/** The VMCS that is asked for: by its address, if it is one; else the current one, or the first that is known. */
export function findVmcs(run: Run, pointer: number | null): number | null {
  if (pointer === null) return currentVmcs(run) ?? knownRegions(run)[0] ?? null;
  const asked = pointer >>> 0;
  const { size, words32 } = run.machine.memory;
  return (asked & (VMCS_BYTES - 1)) === 0 && asked < size && words32[asked >>> 2] === VMCS_REVISION ? asked : null;
}

/** A VMCS in memory. */
export function regionAt({ machine }: Run, pointer: number): Snapshot {
  const vmcs = new Vmcs(machine.memory);
  vmcs.pointer = pointer;
  return {
    get: (name) => vmcs.get(name),
    high: (name) => vmcs.high(name),
    pointer,
    read32: (physical) => machine.memory.read32(physical),
    get launched() {
      return vmcs.launched;
    },
    get abort() {
      return machine.memory.read32(pointer + VMCS_ABORT_OFFSET);
    },
  };
}

interface Kept {
  readonly key: string;
  readonly words: Int32Array;
}
/** What was last read of the past, by run: an inspector asks again and again for the same moments. */
const kept = new WeakMap<Run, Kept[]>();
const MOST_KEPT = 6;

/** A VMCS as it was at an earlier step, by going there and back. */
export function snapshotAt(run: Run, pointer: number, step: number): Snapshot {
  const words = wordsAt(run, pointer, step);
  const at = (name: FieldName, byte: number) => words[(VMCS_FIELDS[name].offset + byte) >>> 2]!;
  return {
    get: (name) => at(name, 0),
    high: (name) => at(name, 4),
    launched: words[2] !== 0,
    abort: words[1]!,
  };
}

function wordsAt(run: Run, pointer: number, step: number): Int32Array {
  const { memory, recording } = run.machine;
  const read = () => memory.words32.slice(pointer >>> 2, (pointer + VMCS_BYTES) >>> 2);
  if (step === run.step) return read();
  const key = `${recording} ${step} ${pointer}`;
  const list = kept.get(run) ?? [];
  const found = list.find((one) => one.key === key);
  if (found) return found.words;
  const here = run.step;
  run.timeline.seek(step);
  const words = read();
  run.timeline.seek(here);
  kept.set(run, [{ key, words }, ...list].slice(0, MOST_KEPT));
  return words;
}
