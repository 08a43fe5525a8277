import { hasErrorCode } from "../../cpu/fault.ts";
import { FLAG_RF } from "../../cpu/registers.ts";
import { type CpuState, ESP } from "../../cpu/state.ts";
import type { Machine } from "../../machine/machine.ts";
import { STUB_SIZE, STUBS, VMM_BASE } from "./layout.ts";
import type { GuestFrame } from "./world.ts";

const DB = 1;
const EXCEPTIONS = 32;
const VECTORS = 256;

/** What a delivery has left on the ring-0 stack. */
export interface TrapFrame extends GuestFrame {
  /** False where the VMM itself was interrupted: then EIP and the error code alone say anything. */
  readonly fromGuest: boolean;
  /** -1 for none. */
  readonly errorCode: number;
}

/** Reads the frame of a delivery of `vector`, at whose stub the processor stands. */
export function readFrame({ memory, cpu }: Machine, vector: number): TrapFrame {
  const top = (cpu.state.gpr[ESP]! - VMM_BASE) >>> 0;
  const withCode = hasErrorCode(vector);
  const at = withCode ? top + 4 : top;
  const cs = memory.read32(at + 4) & 0xffff;
  return {
    fromGuest: (cs & 3) !== 0,
    errorCode: withCode ? memory.read32(top) : -1,
    eip: memory.read32(at),
    cs,
    // A fault's frame has RF set, but it is the VMM's fault: the guest has not been interrupted.
    eflags: memory.read32(at + 8) & (vector < EXCEPTIONS && vector !== DB ? ~FLAG_RF : -1),
    esp: memory.read32(at + 12),
    ss: memory.read32(at + 16) & 0xffff,
  };
}

/** The vector that has just been delivered, at whose stub a processor in `state` stands; -1 elsewhere. */
export function deliveredVector({ cpl, eip }: CpuState): number {
  const offset = (eip - VMM_BASE) >>> 0;
  const atStub = cpl === 0 && offset >= STUBS && offset < STUBS + VECTORS * STUB_SIZE;
  return atStub ? (offset - STUBS) / STUB_SIZE : -1;
}
