import { disassembleBytes } from "../asm/disassemble.ts";
import { getEflags } from "../cpu/flags.ts";
import type { Insn } from "../cpu/insn.ts";
import { translate } from "../cpu/paging.ts";
import { ATTR_DB, CpuState, CS, ESP } from "../cpu/state.ts";
import type { GuestView } from "../machine/tenant.ts";
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
  private readonly guest: GuestView;
  /** The guest's state as last read by `readGuest`. */
  readonly state = new CpuState();

  /** @param guest the guest that is read; the computer's own unless another domain is meant */
  constructor(computer: Computer, guest: GuestView = computer.guest) {
    this.computer = computer;
    this.guest = guest;
  }

  readGuest(): CpuState {
    this.guest.readState(this.state);
    return this.state;
  }

  /** Guest EFLAGS as last read. */
  eflags(): number {
    return getEflags(this.state);
  }

  /**
   * Guest-linear to guest-physical by the guest's own tables; null where they map nothing, or what is not its own.
   * Changes nothing.
   */
  toPhysical(linear: number): number | null {
    const { guest } = this;
    const walked = this.walk(linear);
    if (walked === null || !guest.directPaging) return walked;
    const own = (walked >>> 0) - guest.hostPhysical(0);
    return own >= 0 && own < guest.memory.size ? own : null;
  }

  /** Guest-linear to the computer's physical memory; null where nothing is mapped, or there is no memory. */
  toHost(linear: number): number | null {
    const { guest, computer } = this;
    const walked = this.walk(linear);
    if (walked === null) return null;
    const physical = walked >>> 0;
    if (guest.directPaging) return physical < computer.machine.memory.size ? physical : null;
    return physical < guest.memory.size ? guest.hostPhysical(physical) : null;
  }

  /** By the guest's tables, as they say it. */
  private walk(linear: number): number | null {
    const { guest, computer } = this;
    const tables = guest.directPaging ? computer.machine.memory : guest.memory;
    const walk = translate(tables, this.state, linear >>> 0, "read", false, false);
    return walk.ok ? walk.physical : null;
  }

  /** The little-endian number in `size` bytes (at most 4) at a guest-linear address; null where one is not mapped. */
  read(linear: number, size: number): number | null {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) {
      const byte = this.byteAt((linear + i) >>> 0);
      if (byte === null) return null;
      value = value * 256 + byte;
    }
    return value;
  }

  /** The byte at a guest-linear address; null where nothing is mapped. */
  private byteAt(linear: number): number | null {
    const { guest, computer } = this;
    const walked = this.walk(linear);
    return walked === null ? null : (guest.directPaging ? computer.machine.memory : guest.memory).read8(walked);
  }

  /** The guest instruction at the guest's CS:EIP; call `readGuest` first. */
  guestInstruction(): GuestInstruction {
    const { state } = this;
    const linear = (state.base[CS]! + state.eip) >>> 0;
    const bytes = new Uint8Array(MAX_INSTRUCTION);
    let got = 0;
    for (; got < MAX_INSTRUCTION; got++) {
      const byte = this.byteAt(linear + got);
      if (byte === null) break;
      bytes[got] = byte;
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
