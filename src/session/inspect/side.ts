import { translate } from "../../cpu/paging.ts";
import { CpuState } from "../../cpu/state.ts";
import { EPT_FOUND, EPT_READ, eptFound, walkEpt } from "../../cpu/vmx/ept.ts";
import { eptPointerOf, NO_EPT } from "../../cpu/vmx/nested.ts";
import { type Memory, PAGE_SIZE } from "../../machine/memory.ts";
import type { Run } from "../run.ts";

/**
 * A processor state with the memory that its physical addresses are about: the real one, or the one that the guest
 * believes in. (A guest whose page tables hold host-physical addresses has the real memory on its side too.)
 */
export interface Side {
  readonly name: SideName;
  readonly state: CpuState;
  readonly memory: Memory;
}

/** The two sides of a computer; `guest` is null where nobody stands between the guest and the processor. */
export interface Sides {
  readonly physical: Side;
  readonly guest: Side | null;
}

/** Which side: as it is, or as the guest believes. */
export type SideName = "physical" | "guest";

/** Whether somebody stands between the guest and the processor. */
export function isVirtualized({ computer }: Run): boolean {
  return computer.machine.tenants.length > 0;
}

/** Both sides at the present step. */
export function sidesOf(run: Run): Sides {
  const { machine, guest } = run;
  const physical: Side = { name: "physical", state: machine.cpu.state, memory: machine.memory };
  if (!isVirtualized(run)) return { physical, guest: null };
  const state = new CpuState();
  guest.readState(state);
  return { physical, guest: { name: "guest", state, memory: guest.directPaging ? machine.memory : guest.memory } };
}

/**
 * The sides by whose page tables an access goes. Where the guest's own tables are the real ones (direct paging) there is
 * one: the guest's, which the processor walks whenever the guest runs.
 */
export function pagingSides(run: Run): Sides {
  const sides = sidesOf(run);
  if (sides.guest === null || !run.guest.directPaging) return sides;
  return { physical: { ...sides.guest, name: "physical" }, guest: null };
}

/** Linear to physical on that side, by its tables as they are now; null where they map nothing. Changes nothing. */
export function physicalOf({ state, memory }: Side, linear: number): number | null {
  const walk = translate(memory, state, linear >>> 0, "read", false, false);
  return walk.ok ? walk.physical : null;
}

/**
 * Where a physical address of that side really lies, where the processor runs a guest under EPT: null where EPT does not let
 * it be read. Elsewhere the address itself.
 */
export function throughEpt({ state, memory }: Side, guestPhysical: number): number | null {
  const pointer = eptPointerOf(state);
  if (pointer === NO_EPT) return guestPhysical;
  const outcome = walkEpt(memory, pointer, guestPhysical, EPT_READ, false);
  return outcome === EPT_FOUND ? eptFound.physical >>> 0 : null;
}

/** Reads the entries of a page table, which lies in one page of that side; those that cannot be read are 0. */
export function entriesOf(side: Side, table: number): (index: number) => number {
  const at = throughEpt(side, table);
  return at === null ? () => 0 : (index) => side.memory.read32(at + index * 4);
}

/** Bytes of a linear range, and by byte whether anything is mapped there. The range may wrap at 4 GiB. */
export interface LinearBytes {
  readonly bytes: Uint8Array;
  readonly mapped: Uint8Array;
}

/** Reads `length` bytes from `linear` on, a page at a time. Memory that does not exist reads as ones. */
export function readLinear(side: Side, linear: number, length: number): LinearBytes {
  const bytes = new Uint8Array(length);
  const mapped = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const at = (linear + done) >>> 0;
    const here = Math.min(length - done, PAGE_SIZE - (at & (PAGE_SIZE - 1)));
    const physical = physicalOf(side, at);
    if (physical !== null) {
      mapped.fill(1, done, done + here);
      for (let i = 0; i < here; i++) bytes[done + i] = side.memory.read8(physical + i);
    }
    done += here;
  }
  return { bytes, mapped };
}
