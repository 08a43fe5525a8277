import type { Machine } from "../machine/machine.ts";
import type { Platform } from "../machine/platform.ts";

/** The real devices that a VMM drives for its guest: keyboard and serial line, whose bytes it hands on. */

const IRQ_KEYBOARD = 1;
const IRQ_COM1 = 4;

/**
 * The real interrupt controllers at vectors of the VMM's own, from `firstVector` on, with keyboard and serial line
 * enabled; the timer stays masked: a VMM here lives by the host counter.
 */
export function startHostDevices(machine: Machine, firstVector: number): void {
  const out = (port: number, value: number) => machine.platform.portOut(port, 1, value, 0);
  out(0x20, 0x11);
  out(0x21, firstVector);
  out(0x21, 0x04);
  out(0x21, 0x01);
  out(0xa0, 0x11);
  out(0xa1, firstVector + 8);
  out(0xa1, 0x02);
  out(0xa1, 0x01);
  // Keyboard (1), cascade (2) and COM1 (4).
  out(0x21, 0xff & ~((1 << IRQ_KEYBOARD) | (1 << 2) | (1 << IRQ_COM1)));
  out(0xa1, 0xff);
  out(0x3f9, 0x01);
  out(0x3fc, 0x08);
}

/** Whether a line of the real interrupt controller (0 to 15) is that of a device whose bytes are handed on. */
export function isInputLine(line: number): boolean {
  return line === IRQ_KEYBOARD || line === IRQ_COM1;
}

/** The VMM's own drivers take the bytes of a line from the real device and hand them to the guest's. */
export function forwardInput(machine: Machine, line: number, guest: Platform): void {
  const real = machine.platform;
  const { time } = machine;
  const inByte = (port: number) => real.portIn(port, 1, time);
  if (line === IRQ_KEYBOARD) {
    while (inByte(0x64) & 1) guest.keyboard.receive(inByte(0x60));
  } else {
    while (inByte(0x3fd) & 1) guest.input({ kind: "serial", byte: inByte(0x3f8) });
  }
  real.portOut(0x20, 1, 0x20, time);
}
