import { disassembleBytes } from "../asm/disassemble.ts";
import { getEflags } from "../cpu/flags.ts";
import type { Insn } from "../cpu/insn.ts";
import { translate } from "../cpu/paging.ts";
import { ATTR_DB, CpuState, CS, ESP } from "../cpu/state.ts";
import type { Computer } from "../vmm/strategy.ts";

const MAX_INSTRUCTION = 15;

/** The next guest instruction: where it stands and what it is. */
export interface GuestInstruction {
  readonly eip: number;
  readonly linear: number;
  /** Guest-physical address of its first byte, or null where the guest's tables map nothing. */
  readonly physical: number | null;
  readonly esp: number;
  readonly cpl: number;
  readonly text: string;
  readonly row: string | null;
  /** Decoded; null where there is no instruction. */
  readonly insn: Insn | null;
  readonly length: number;
}

/** Reads a computer at its present step without changing it. */
export class Probe {
  private readonly computer: Computer;
  /** The guest's state as last read by `readGuest`. */
  readonly state = new CpuState();

  constructor(computer: Computer) {
    this.computer = computer;
  }

  readGuest(): CpuState {
    this.computer.guest.readState(this.state);
    return this.state;
  }

  /** Guest EFLAGS as last read. */
  eflags(): number {
    return getEflags(this.state);
  }

  /** Guest-linear to guest-physical by the guest's own tables; null where they map nothing. Changes nothing. */
  toPhysical(linear: number): number | null {
    const walk = translate(this.computer.guest.memory, this.state, linear >>> 0, "read", false, false);
    return walk.ok ? walk.physical : null;
  }

  /** The guest instruction at the guest's CS:EIP; call `readGuest` first. */
  guestInstruction(): GuestInstruction {
    const { state } = this;
    const linear = (state.base[CS]! + state.eip) >>> 0;
    const bytes = new Uint8Array(MAX_INSTRUCTION);
    let got = 0;
    for (; got < MAX_INSTRUCTION; got++) {
      const physical = this.toPhysical(linear + got);
      if (physical === null) break;
      bytes[got] = this.computer.guest.memory.read8(physical);
    }
    return {
      eip: state.eip >>> 0,
      linear,
      physical: this.toPhysical(linear),
      esp: state.gpr[ESP]! >>> 0,
      cpl: state.cpl,
      ...this.decode(bytes.subarray(0, got), linear, state),
    };
  }

  /** The instruction at the processor's own CS:EIP, whoever runs. */
  physicalInstruction(): Pick<GuestInstruction, "linear" | "text" | "row" | "insn" | "length"> {
    const { cpu, memory } = this.computer.machine;
    const { state } = cpu;
    const linear = (state.base[CS]! + state.eip) >>> 0;
    const bytes = new Uint8Array(MAX_INSTRUCTION);
    let got = 0;
    for (; got < MAX_INSTRUCTION; got++) {
      const walk = cpu.translate((linear + got) >>> 0, "read", false, false);
      if (!walk.ok) break;
      bytes[got] = memory.read8(walk.physical);
    }
    return { linear, ...this.decode(bytes.subarray(0, got), linear, state) };
  }

  private decode(bytes: Uint8Array, linear: number, state: CpuState) {
    if (bytes.length === 0) return { text: "(nothing mapped here)", row: null, insn: null, length: 1 };
    const line = disassembleBytes(bytes, 0, linear, (state.attr[CS]! & ATTR_DB) !== 0 ? 32 : 16);
    return { text: line.text, row: line.insn?.row.id ?? null, insn: line.insn, length: line.length };
  }
}
