import { describe, expect, test } from "vitest";
import { Uart16550 } from "../../src/devices/uart16550.ts";

class Bench {
  sent: number[] = [];
  irq = false;
  readonly uart = new Uart16550(
    { append: (byte) => void this.sent.push(byte) },
    {
      set: (high) => {
        this.irq = high;
      },
    },
  );

  out(...pairs: [register: number, value: number][]): this {
    for (const [register, value] of pairs) this.uart.write(register, value);
    return this;
  }
  receive(...bytes: number[]): this {
    for (const byte of bytes) this.uart.receive(byte);
    return this;
  }
}

const [DATA, IER, IIR, FCR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 2, 3, 4, 5, 6, 7] as const;
const OUT2: [number, number] = [MCR, 0x08];

/** IRQ level and IIR. Reading IIR may take the THRE interrupt away. */
function check(bench: Bench, irq: boolean, iir: number): void {
  expect([bench.irq, bench.uart.read(IIR)]).toEqual([irq, iir]);
}

describe("sending", () => {
  test("bytes leave at once, and the transmitter is always empty", () => {
    const bench = new Bench().out([DATA, 72], [DATA, 105]);
    expect(bench.sent).toEqual([72, 105]);
    expect(bench.uart.read(LSR)).toBe(0x60);
  });
  test("the divisor latch takes the place of data and IER", () => {
    const bench = new Bench().out([LCR, 0x83], [DATA, 0x34], [IER, 0x12]);
    expect([bench.uart.read(DATA), bench.uart.read(IER)]).toEqual([0x34, 0x12]);
    bench.out([LCR, 0x03]);
    expect([bench.uart.read(LCR), bench.uart.read(IER), bench.sent.length]).toEqual([3, 0, 0]);
  });
  test("THRE is asked for when enabled and after each byte, until IIR is read", () => {
    const bench = new Bench().out(OUT2, [IER, 2]);
    check(bench, true, 0x02);
    check(bench, false, 0x01);
    bench.out([DATA, 1]);
    check(bench, true, 0x02);
    check(bench, false, 0x01);
  });
});

describe("receiving", () => {
  test("a byte is there until it is read", () => {
    const bench = new Bench().out(OUT2, [IER, 1]).receive(65);
    expect(bench.uart.read(LSR)).toBe(0x61);
    check(bench, true, 0x04);
    expect(bench.uart.read(DATA)).toBe(65);
    check(bench, false, 0x01);
    expect(bench.uart.read(LSR)).toBe(0x60);
  });
  test("what does not fit waits, in order", () => {
    for (const fcr of [0, 1]) {
      const bench = new Bench().out([FCR, fcr]);
      const bytes = Array.from({ length: 40 }, (_, i) => i);
      bench.receive(...bytes);
      expect(bytes.map(() => bench.uart.read(DATA))).toEqual(bytes);
      expect(bench.uart.read(LSR)).toBe(0x60);
    }
  });
  test("FIFO: received data from the trigger level on, time-out below it", () => {
    const bench = new Bench().out(OUT2, [IER, 1], [FCR, 0x81]).receive(1, 2, 3, 4, 5, 6, 7);
    check(bench, true, 0xcc);
    bench.receive(8);
    check(bench, true, 0xc4);
    for (let i = 0; i < 8; i++) bench.uart.read(DATA);
    check(bench, false, 0xc1);
  });
  test("FIFO: clearing it forgets what it holds", () => {
    const bench = new Bench().out([FCR, 1]).receive(1, 2).out([FCR, 3]);
    expect(bench.uart.read(LSR)).toBe(0x60);
  });
});

describe("interrupts", () => {
  test("line status goes before data, before THRE, before modem", () => {
    const bench = new Bench().out([MCR, 0x10], [IER, 0x0f], [DATA, 1], [DATA, 2], [MCR, 0x12]);
    expect(bench.uart.read(IIR)).toBe(0x06);
    expect(bench.uart.read(LSR)).toBe(0x63);
    expect(bench.uart.read(IIR)).toBe(0x04);
    expect(bench.uart.read(DATA)).toBe(2);
    expect(bench.uart.read(IIR)).toBe(0x02);
    expect(bench.uart.read(IIR)).toBe(0x00);
    // DSR, CTS and DCD of the terminal went away with the loop, and RTS then came as CTS.
    expect(bench.uart.read(MSR)).toBe(0x10 | 0x0b);
    expect(bench.uart.read(IIR)).toBe(0x01);
  });
  test("reach the controller through OUT2 only", () => {
    const bench = new Bench().out([IER, 1]).receive(1);
    expect(bench.irq).toBe(false);
    bench.out(OUT2);
    expect(bench.irq).toBe(true);
  });
});

test("in loopback bytes and modem lines come back, and nothing leaves", () => {
  const bench = new Bench().out([MCR, 0x1f], [DATA, 0xae]);
  expect([bench.uart.read(DATA), bench.uart.read(MSR) & 0xf0, bench.sent]).toEqual([0xae, 0xf0, []]);
  bench.receive(7);
  expect(bench.uart.read(LSR) & 1).toBe(0);
  bench.out([MCR, 0]);
  expect(bench.uart.read(DATA)).toBe(7);
});

test("the scratch register keeps a byte", () => {
  expect(new Bench().out([SCR, 0x5a]).uart.read(SCR)).toBe(0x5a);
});

test("a saved state is a copy, and loading it brings everything back", () => {
  const bench = new Bench().out([FCR, 1]).receive(1, 2, 3);
  const saved = bench.uart.save();
  const copy = structuredClone(saved);
  bench.uart.read(DATA);
  expect(saved).toEqual(copy);
  bench.uart.load(saved);
  expect([1, 2, 3].map(() => bench.uart.read(DATA))).toEqual([1, 2, 3]);
});
