import type { Platform } from "../../machine/platform.ts";

const COM1 = 0x3f8;
const LINE_STATUS = 0x3fd;
const DATA_READY = 1;
/** As much as Xen keeps for a domain that does not read (serial_rx_ring). */
const MOST = 128;

/** The hypervisor's serial console: what domains write there goes out at once, what comes in waits to be read. */
export class Console {
  private waiting: number[] = [];

  write(platform: Platform, byte: number, time: number): void {
    platform.portOut(COM1, 1, byte, time);
  }

  /** Takes what the serial line has received. */
  receive(platform: Platform, time: number): void {
    while ((platform.portIn(LINE_STATUS, 1, time) & DATA_READY) !== 0) {
      const byte = platform.portIn(COM1, 1, time);
      if (this.waiting.length < MOST) this.waiting.push(byte);
    }
  }

  read(most: number): number[] {
    return this.waiting.splice(0, most);
  }

  get length(): number {
    return this.waiting.length;
  }

  save(): readonly number[] {
    return [...this.waiting];
  }

  load(saved: readonly number[]): void {
    this.waiting = [...saved];
  }
}
