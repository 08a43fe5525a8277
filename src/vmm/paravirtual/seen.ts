import type { Machine } from "../../machine/machine.ts";
import { HYPERCALL_STUB_SIZE } from "./abi.ts";
import { GUEST_END } from "./layout.ts";
import { POINTED_WORDS } from "./log.ts";
import { pointedBy, type ReadWord, readPointed, recorded } from "./pointed.ts";

/** In a stub of the hypercall page, the RET behind INT 82h. */
const STUB_RETURN = 7;
const RET = 0xc3;

/** What is kept of a hypercall beside its registers. */
export interface SeenCall {
  /** Where the guest called. */
  readonly caller: number;
  /** At its pointer, before it. */
  readonly read: readonly number[];
  /** At its pointer, as it is when this is called. */
  written(): readonly number[];
}

/** Looks at a hypercall that is about to be carried out, for the log; `eip` is behind its INT. Marks and changes nothing. */
export function seeCall(machine: Machine, number: number, args: Int32Array, eip: number, esp: number): SeenCall {
  const { memory, cpu } = machine;
  /** As the guest's kernel would read it. */
  const read: ReadWord = (linear) => {
    let word = 0;
    for (let i = 0; i < 4; i++) {
      const at = (linear + i) >>> 0;
      const walk = at < GUEST_END ? cpu.translate(at, "read", false, false) : null;
      if (!walk?.ok) return null;
      if (i === 0 && (walk.physical & 3) === 0) return memory.read32(walk.physical);
      word |= memory.read8(walk.physical) << (i * 8);
    }
    return word;
  };
  const pointed = pointedBy(number, args);
  const kept = pointed === null ? 0 : recorded(pointed, POINTED_WORDS);
  const at = (offsets: readonly number[]) => (pointed === null ? [] : readPointed(pointed, offsets, kept, args, read));
  // A stub of the hypercall page goes on by RET: whoever has called it is on the stack.
  const isStub = (eip & (HYPERCALL_STUB_SIZE - 1)) === STUB_RETURN && ((read(eip >>> 0) ?? 0) & 0xff) === RET;
  return {
    caller: isStub ? (read(esp >>> 0) ?? eip) : eip,
    read: at(pointed?.read ?? []),
    written: () => at(pointed?.written ?? []),
  };
}
