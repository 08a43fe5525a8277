import { STOP_ATTENTION } from "./api.ts";
import type { Cpu } from "./cpu.ts";
import { Descriptor, isNull, markAccessed, readDescriptor } from "./descriptor.ts";
import { GP, NP, SS_FAULT } from "./fault.ts";
import { is8086, load8086 } from "./real-mode.ts";
import { ATTR_UNUSABLE, CS, DS, ES, FS, GS, SS } from "./state.ts";

const loaded = new Descriptor();

/** Loads a register with a selector and its descriptor, without checks. The accessed bit is in the hidden part too. */
export function setSegment(cpu: Cpu, segment: number, selector: number, descriptor: Descriptor): void {
  const { state } = cpu;
  state.selector[segment] = selector & 0xffff;
  state.base[segment] = descriptor.base;
  state.limit[segment] = descriptor.limit;
  state.attr[segment] = descriptor.attributes;
  if (segment <= GS) cpu.refreshSegment(segment);
  if (segment === CS) cpu.forgetFetch();
}

/** Loads a register with a null selector: any use of it faults. */
export function setNull(cpu: Cpu, segment: number, selector: number): void {
  const { state } = cpu;
  state.selector[segment] = selector & 0xffff;
  state.base[segment] = 0;
  state.limit[segment] = 0;
  state.attr[segment] = ATTR_UNUSABLE;
  if (segment <= GS) cpu.refreshSegment(segment);
}

/** Loads CS; its RPL becomes the CPL. Near limits of the new segment must have been checked. */
export function setCode(cpu: Cpu, descriptor: Descriptor, cpl: number): void {
  markAccessed(cpu, descriptor);
  setSegment(cpu, CS, (descriptor.selector & 0xfffc) | cpl, descriptor);
  setCpl(cpu, cpl);
}

/** Changes the CPL; the machine looks around afterwards. */
export function setCpl(cpu: Cpu, cpl: number): void {
  if (cpu.state.cpl === cpl) return;
  cpu.state.cpl = cpl;
  cpu.refreshMode();
  cpu.forgetFetch();
  cpu.requestStop(STOP_ATTENTION);
}

/**
 * MOV, POP and LDS and kin to a segment register other than CS, with all checks in the manual's order (SDM Vol. 2B,
 * MOV, "Loads under protected mode"). In real-address and virtual-8086 mode there is nothing to check.
 */
export function loadSegment(cpu: Cpu, segment: number, selector: number): void {
  if (is8086(cpu.state)) load8086(cpu, segment, selector);
  else if (segment === SS) loadStackSegment(cpu, selector);
  else loadDataSegment(cpu, segment, selector);
}

function loadStackSegment(cpu: Cpu, selector: number): void {
  const { cpl } = cpu.state;
  const code = selector & 0xfffc;
  if (isNull(selector)) cpu.fault(GP, 0);
  if (!readDescriptor(cpu, selector, loaded)) cpu.fault(GP, code);
  if (loaded.rpl !== cpl || !loaded.writableData || loaded.dpl !== cpl) cpu.fault(GP, code);
  if (!loaded.present) cpu.fault(SS_FAULT, code);
  markAccessed(cpu, loaded);
  setSegment(cpu, SS, selector, loaded);
}

function loadDataSegment(cpu: Cpu, segment: number, selector: number): void {
  if (isNull(selector)) {
    setNull(cpu, segment, selector);
    return;
  }
  const code = selector & 0xfffc;
  if (!readDescriptor(cpu, selector, loaded)) cpu.fault(GP, code);
  if (!loaded.readable) cpu.fault(GP, code);
  if (loaded.protectedByDpl && Math.max(loaded.rpl, cpu.state.cpl) > loaded.dpl) {
    cpu.fault(GP, code);
  }
  if (!loaded.present) cpu.fault(NP, code);
  markAccessed(cpu, loaded);
  setSegment(cpu, segment, selector, loaded);
}

/**
 * After a return to an outer level: data segments that the new CPL could not have loaded become null (SDM Vol. 2B,
 * RET, "RETURN-TO-OUTER-PRIVILEGE-LEVEL").
 */
export function nullInnerSegments(cpu: Cpu): void {
  const { state } = cpu;
  for (const segment of [ES, FS, GS, DS]) {
    const attr = state.attr[segment];
    const conforming = (attr & 0x1c) === 0x1c;
    if ((attr & ATTR_UNUSABLE) === 0 && !conforming && ((attr >> 5) & 3) < state.cpl) {
      setNull(cpu, segment, 0);
    }
  }
}
