import { describe, expect, test } from "vitest";
import { Ps2Keyboard } from "../../src/devices/ps2-keyboard.ts";
import { KEY_CODES, scanCodes } from "../../src/devices/scan-codes.ts";

class Bench {
  irq = false;
  interrupts = 0;
  readonly keyboard = new Ps2Keyboard({
    set: (high) => {
      if (high && !this.irq) this.interrupts++;
      this.irq = high;
    },
  });

  press(...codes: string[]): this {
    for (const code of codes) this.keyboard.key(code, true);
    for (const code of codes.reverse()) this.keyboard.key(code, false);
    return this;
  }
  /** Writes of commands (port 64) and data (port 60). */
  command(value: number, ...data: number[]): this {
    this.keyboard.writeCommand(value);
    return this.data(...data);
  }
  data(...values: number[]): this {
    for (const value of values) this.keyboard.writeData(value);
    return this;
  }
}

/** All that can be read is `expected`, in hexadecimal. */
function check(bench: Bench, expected: string): void {
  const bytes: string[] = [];
  while ((bench.keyboard.readStatus() & 1) !== 0) bytes.push(bench.keyboard.readData().toString(16).padStart(2, "0"));
  expect(bytes.join(" ")).toBe(expected);
  expect(bench.irq).toBe(false);
}

describe("keys", () => {
  test("give scan codes of set 1", () => {
    check(new Bench().press("KeyA"), "1e 9e");
    check(new Bench().press("ShiftLeft", "KeyA"), "2a 1e 9e aa");
    check(new Bench().press("Enter", "NumpadEnter"), "1c e0 1c e0 9c 9c");
    check(new Bench().press("ArrowUp"), "e0 48 e0 c8");
    check(new Bench().press("PrintScreen"), "e0 2a e0 37 e0 b7 e0 aa");
    check(new Bench().press("Pause"), "e1 1d 45 e1 9d c5");
  });
  test("give set 2 when the controller does not translate", () => {
    const bench = new Bench().command(0x60, 0x05);
    check(bench.press("KeyA", "ArrowUp"), "1c e0 75 e0 f0 75 f0 1c");
  });
  test("give set 1 untranslated when the keyboard is told so", () => {
    const bench = new Bench().command(0x60, 0x05).data(0xf0, 1);
    check(bench, "fa fa");
    check(bench.press("KeyA"), "1e 9e");
  });
  test("that nobody knows do nothing", () => {
    check(new Bench().press("toString", "__proto__", "KeyÄ"), "");
  });
  test("all have codes of their own, in both sets", () => {
    for (const set of [1, 2] as const) {
      for (const down of [true, false]) {
        const codes = KEY_CODES.map((code) => scanCodes(code, down, set).join());
        expect(new Set(codes).size).toBe(KEY_CODES.length);
      }
    }
    for (const code of ["KeyZ", "Digit0", "Space", "F12", "Escape", "ControlRight", "MetaLeft"]) {
      expect(KEY_CODES).toContain(code);
    }
  });
  test("raise IRQ 1 once a byte, unless the command byte forbids it", () => {
    const bench = new Bench().press("KeyA", "KeyB");
    check(bench, "1e 30 b0 9e");
    expect(bench.interrupts).toBe(4);
    const polled = new Bench().command(0x60, 0x44).press("KeyA");
    check(polled, "1e 9e");
    expect(polled.interrupts).toBe(0);
  });
  test("wait while the interface is disabled, and are lost while the keyboard is", () => {
    const bench = new Bench().command(0xad).press("KeyA");
    check(bench, "");
    check(bench.command(0xae), "1e 9e");
    check(bench.data(0xf5).press("KeyA"), "fa");
    check(bench.data(0xf4).press("KeyA"), "fa 1e 9e");
  });
});

describe("the controller", () => {
  test("passes its tests and shows its command byte", () => {
    check(new Bench().command(0xaa), "55");
    check(new Bench().command(0xab), "00");
    check(new Bench().command(0x20), "65");
    check(new Bench().command(0x60, 0x47).command(0x20), "47");
    check(new Bench().command(0x65, 0x99).command(0x25), "99");
  });
  test("tells in its status what is there and what was written", () => {
    const bench = new Bench().press("KeyA");
    expect(bench.keyboard.readStatus()).toBe(0x15);
    bench.command(0xae);
    expect(bench.keyboard.readStatus()).toBe(0x1d);
  });
  test("replies before keys that wait", () => {
    check(new Bench().press("KeyA").command(0xaa), "1e 55 9e");
  });
  test("switches A20 without harm", () => {
    const bench = new Bench().command(0xd1, 0x01).command(0xd0);
    check(bench, "01");
    expect(bench.keyboard.resetRequested).toBe(false);
  });
  test("pulses the reset line on FE", () => {
    expect(new Bench().command(0xfe).keyboard.resetRequested).toBe(true);
    expect(new Bench().command(0xff).keyboard.resetRequested).toBe(false);
  });
  test("puts a byte into its own output buffer on D2", () => {
    check(new Bench().command(0xd2, 0x77), "77");
  });
});

describe("the keyboard", () => {
  test("answers commands", () => {
    check(new Bench().data(0xee), "ee");
    check(new Bench().data(0xf2), "fa ab 41");
    check(new Bench().data(0xff), "fa aa");
    check(new Bench().data(0xf3, 0x20), "fa fa");
    check(new Bench().data(0xf0, 0), "fa fa 41");
    check(new Bench().data(0x01), "fe");
  });
  test("sends the last byte again", () => {
    const bench = new Bench().press("KeyA");
    check(bench, "1e 9e");
    check(bench.data(0xfe), "9e");
  });
  test("sets its LEDs", () => {
    const bench = new Bench().data(0xed, 0x05);
    check(bench, "fa fa");
    expect(bench.keyboard.leds).toBe(5);
  });
  test("takes a command where an argument is due", () => {
    const bench = new Bench().data(0xed, 0xf4);
    expect(bench.keyboard.leds).toBe(0);
  });
});

test("a saved state is a copy, and loading it brings everything back", () => {
  const bench = new Bench().press("KeyA", "KeyB").command(0x61, 0x12);
  const saved = bench.keyboard.save();
  const copy = structuredClone(saved);
  check(bench, "1e 30 b0 9e");
  bench.command(0x61, 0x13);
  expect(saved).toEqual(copy);
  bench.keyboard.load(saved);
  bench.irq = true;
  check(bench, "1e 30 b0 9e");
});
