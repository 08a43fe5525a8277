import type { InterruptLine } from "./interrupt-line.ts";
import { Pic8259, type PicState } from "./pic8259.ts";

export interface PicPairState {
  master: PicState;
  slave: PicState;
}

/** The master's input that the slave's INT is wired to. */
const CASCADE = 2;

/** The two 8259As of a PC: IRQ 0..7 at the master, 8..15 at the slave behind the master's input 2. */
export class PicPair {
  readonly master = new Pic8259();
  readonly slave = new Pic8259();

  /** Line `irq` (0..15) as the device at it sees it. */
  line(irq: number): InterruptLine {
    return { set: (high) => (high ? this.raise(irq) : this.lower(irq)) };
  }

  /** Raises line `irq` (0..15). */
  raise(irq: number): void {
    if (irq < 8) {
      this.master.setLine(irq, true);
    } else {
      this.slave.setLine(irq - 8, true);
      this.wire();
    }
  }

  /** Lowers line `irq` (0..15). */
  lower(irq: number): void {
    if (irq < 8) {
      this.master.setLine(irq, false);
    } else {
      this.slave.setLine(irq - 8, false);
      this.wire();
    }
  }

  /** Whether the processor's INTR is asserted. */
  pending(): boolean {
    return this.master.pending() >= 0;
  }

  /** Whether a rising edge of `irq` (0..7) would assert INTR, were it to come now. */
  wouldInterrupt(irq: number): boolean {
    return this.master.wouldInterrupt(irq);
  }

  /**
   * The processor's interrupt acknowledge: the vector. A request that has been withdrawn meanwhile gives the spurious
   * vector of input 7 (IRQ 7 or IRQ 15), with no bit in service at the controller that was deceived.
   */
  acknowledge(): number {
    const input = this.master.pending();
    if (input < 0) return this.master.state.base | 7;
    this.master.acknowledge(input);
    if (input !== CASCADE || (this.master.state.icw3 & (1 << CASCADE)) === 0) return this.master.state.base | input;
    const slaveInput = this.slave.pending();
    if (slaveInput >= 0) this.slave.acknowledge(slaveInput);
    // INT falls during INTA, so that a request that is still waiting makes a new edge.
    this.master.setLine(CASCADE, false);
    this.wire();
    return this.slave.state.base | (slaveInput < 0 ? 7 : slaveInput);
  }

  readMaster(offset: number): number {
    return this.master.read(offset);
  }

  writeMaster(offset: number, value: number): void {
    this.master.write(offset, value);
  }

  readSlave(offset: number): number {
    const value = this.slave.read(offset);
    this.wire();
    return value;
  }

  writeSlave(offset: number, value: number): void {
    this.slave.write(offset, value);
    this.wire();
  }

  save(): PicPairState {
    return { master: this.master.save(), slave: this.slave.save() };
  }

  load(state: PicPairState): void {
    this.master.load(state.master);
    this.slave.load(state.slave);
  }

  reset(): void {
    this.master.reset();
    this.slave.reset();
  }

  private wire(): void {
    this.master.setLine(CASCADE, this.slave.pending() >= 0);
  }
}
