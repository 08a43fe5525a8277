import { CR0_PE, FLAG_VM } from "../../cpu/registers.ts";
import { ATTR_UNUSABLE, type CpuState, CS, DS, ES, FS, GS, SS } from "../../cpu/state.ts";

const TYPE = 15;
const CODE = 8;
const CONFORMING = 12;
const dplOf = (attr: number): number => (attr >>> 5) & 3;

/** Whether an entry takes the segments of a guest that is not unrestricted (SDM Vol. 3C, 27.3.1.2). */
export function isEnterable(state: CpuState): boolean {
  const { attr, selector, cpl, cr0, rawFlags } = state;
  if ((cr0 & CR0_PE) === 0) return false;
  if ((rawFlags & FLAG_VM) !== 0) return true;
  const code = attr[CS]!;
  if ((code & CODE) === 0 || (selector[CS]! & 3) !== cpl) return false;
  if ((code & TYPE) < CONFORMING ? dplOf(code) !== cpl : dplOf(code) > cpl) return false;
  if ((selector[SS]! & 3) !== cpl || dplOf(attr[SS]!) !== cpl) return false;
  return [DS, ES, FS, GS].every((segment) => {
    const rights = attr[segment]!;
    const exempt = (rights & ATTR_UNUSABLE) !== 0 || (rights & TYPE) >= CONFORMING;
    return exempt || dplOf(rights) >= (selector[segment]! & 3);
  });
}
