import { disassembleBytes } from "../../asm/disassemble.ts";
import { setEflags } from "../../cpu/flags.ts";
import { translate } from "../../cpu/paging.ts";
import { ATTR_DB, CpuState, CS, DS, ES, ESP, FS, GS, LDTR, SS, TR, VMX_NON_ROOT } from "../../cpu/state.ts";
import { has } from "../../cpu/vmx/modes.ts";
import { NO_EPT } from "../../cpu/vmx/nested.ts";
import { GUEST_SEGMENTS, Vmcs } from "../../cpu/vmx/vmcs.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import type { Run } from "../run.ts";

/** In the order of GUEST_SEGMENTS. */
const REGISTERS = [ES, CS, SS, DS, FS, GS, LDTR, TR] as const;
const LONGEST = 15;

/**
 * The guest of a VMCS as it would go on: the processor's own state while it runs, else what the VMCS holds. (General
 * registers but ESP are not in a VMCS: they are the processor's.)
 */
export function guestState({ machine }: Run, pointer: number): CpuState {
  const { cpu, memory } = machine;
  const state = new CpuState();
  state.words.set(cpu.state.words);
  if (cpu.state.vmxMode === VMX_NON_ROOT && cpu.state.vmcsPointer >>> 0 === pointer) return state;
  const vmcs = new Vmcs(memory);
  vmcs.pointer = pointer;
  state.vmxMode = VMX_NON_ROOT;
  state.vmcsPointer = pointer | 0;
  state.eptPointer = has(vmcs, "enable-ept") ? vmcs.get("eptPointer") : NO_EPT;
  state.cr0 = vmcs.get("guestCr0");
  state.cr3 = vmcs.get("guestCr3");
  state.cr4 = vmcs.get("guestCr4");
  GUEST_SEGMENTS.forEach((segment, i) => {
    const register = REGISTERS[i]!;
    state.selector[register] = vmcs.get(`guest${segment}Selector` as FieldName) & 0xffff;
    state.base[register] = vmcs.get(`guest${segment}Base` as FieldName);
    state.limit[register] = vmcs.get(`guest${segment}Limit` as FieldName);
    state.attr[register] = vmcs.get(`guest${segment}AccessRights` as FieldName);
  });
  state.cpl = (state.attr[SS]! >>> 5) & 3;
  state.gpr[ESP] = vmcs.get("guestRsp");
  state.eip = vmcs.get("guestRip");
  setEflags(state, vmcs.get("guestRflags"));
  return state;
}

/** The instruction at CS:EIP of a guest, and its bytes in hex; null where nothing can be read. */
export function instructionOf(run: Run, state: CpuState): { text: string; bytes: string; physical: number } | null {
  const { memory } = run.machine;
  const linear = (state.base[CS]! + state.eip) >>> 0;
  const bytes = new Uint8Array(LONGEST);
  let got = 0;
  let first = -1;
  for (; got < LONGEST; got++) {
    const walk = translate(memory, state, (linear + got) >>> 0, "read", false, false);
    if (!walk.ok) break;
    if (got === 0) first = walk.physical >>> 0;
    bytes[got] = memory.read8(walk.physical);
  }
  if (got === 0) return null;
  const code = bytes.subarray(0, got);
  const { text, length } = disassembleBytes(code, 0, linear, (state.attr[CS]! & ATTR_DB) !== 0 ? 32 : 16);
  const hex = [...code.subarray(0, length)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return { text, bytes: hex, physical: first };
}
