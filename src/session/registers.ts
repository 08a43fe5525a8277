import { getEflags } from "../cpu/flags.ts";
import type { CpuState } from "../cpu/state.ts";
import { modeOf } from "./mode.ts";
import type { Change, RegisterFile } from "./types.ts";

export const GPR_NAMES = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
export const SEGMENT_NAMES = ["es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"] as const;

/** A processor state as plain data for people; numbers unsigned. */
export function registerFile(state: CpuState): RegisterFile {
  return {
    gpr: [...state.gpr].map((value) => value >>> 0),
    eip: state.eip >>> 0,
    eflags: getEflags(state) >>> 0,
    cpl: state.cpl,
    mode: modeOf(state),
    cr0: state.cr0 >>> 0,
    cr2: state.cr2 >>> 0,
    cr3: state.cr3 >>> 0,
    cr4: state.cr4 >>> 0,
    gdtr: { base: state.gdtrBase >>> 0, limit: state.gdtrLimit >>> 0 },
    idtr: { base: state.idtrBase >>> 0, limit: state.idtrLimit >>> 0 },
    segments: SEGMENT_NAMES.map((name, i) => ({
      name,
      selector: state.selector[i]!,
      base: state.base[i]! >>> 0,
      limit: state.limit[i]! >>> 0,
      attr: state.attr[i]!,
    })),
  };
}

/** A register file as a flat list of named numbers. */
export function flatten(file: RegisterFile): [string, number][] {
  return [
    ...GPR_NAMES.map((name, i): [string, number] => [name, file.gpr[i]!]),
    ["eip", file.eip],
    ["eflags", file.eflags],
    ["cpl", file.cpl],
    ["cr0", file.cr0],
    ["cr2", file.cr2],
    ["cr3", file.cr3],
    ["cr4", file.cr4],
    ["gdtr.base", file.gdtr.base],
    ["gdtr.limit", file.gdtr.limit],
    ["idtr.base", file.idtr.base],
    ["idtr.limit", file.idtr.limit],
    ...file.segments.flatMap((segment): [string, number][] => [
      [segment.name, segment.selector],
      [`${segment.name}.base`, segment.base],
      [`${segment.name}.limit`, segment.limit],
      [`${segment.name}.attr`, segment.attr],
    ]),
  ];
}

/** What differs between two register files, in the order of `flatten`. */
export function changesBetween(before: RegisterFile, after: RegisterFile): Change[] {
  const old = flatten(before);
  return flatten(after)
    .map(([name, value], i) => ({ name, before: old[i]![1], after: value }))
    .filter((change) => change.before !== change.after);
}
