import { describe, expect, test } from "vitest";
import { OUTPUT_LOG_LIMIT, OutputLog } from "../../src/machine/output-log.ts";
import { Platform } from "../../src/machine/platform.ts";
import { decodeUtf8 } from "../../src/machine/utf8.ts";

/** A write to a port (of one byte), or the passing of time. */
type Act = readonly [port: number, value: number] | { readonly until: number };

class Bench {
  readonly platform = new Platform();
  time = 0;

  do(...acts: Act[]): this {
    for (const act of acts) {
      if ("until" in act) {
        this.time = act.until;
        this.platform.advanceTo(this.time);
      } else {
        this.platform.portOut(act[0], 1, act[1], this.time);
      }
    }
    return this;
  }
  in(port: number, size: 1 | 2 | 4 = 1): number {
    return this.platform.portIn(port, size, this.time);
  }
}

/** PICs at 20 and 28, all lines open; the timer at 1000 clocks (8000 ticks) in mode 2. */
const SETUP: Act[] = [
  [0x20, 0x11],
  [0x21, 0x20],
  [0x21, 0x04],
  [0x21, 0x01],
  [0xa0, 0x11],
  [0xa1, 0x28],
  [0xa1, 0x02],
  [0xa1, 0x01],
  [0x43, 0x34],
  [0x40, 0xe8],
  [0x40, 0x03],
];

/** What is pending: a vector, or -1. Acknowledges it. */
function check(bench: Bench, expected: number): void {
  const { platform } = bench;
  expect(platform.interruptPending() ? platform.acknowledgeInterrupt() : -1).toBe(expected);
}

describe("ports", () => {
  test("where nothing is read all ones in every size", () => {
    const bench = new Bench();
    expect([bench.in(0x1234), bench.in(0x1234, 2), bench.in(0x1234, 4)]).toEqual([0xff, 0xffff, -1]);
    expect(bench.in(0xffff, 4)).toBe(-1);
    bench.platform.portOut(0xffff, 4, -1, 0);
    bench.do([0x80, 1], [0x70, 1]);
    expect(bench.in(0x71)).toBe(0xff);
  });
  test("of wider accesses are the ones that follow", () => {
    const bench = new Bench();
    bench.platform.portOut(0x3d4, 2, 0x120e, 0);
    expect(bench.in(0x3d4, 2)).toBe(0x120e);
    bench.platform.portOut(0xe8, 4, 0x44434241, 0);
    expect(bench.platform.debug.text()).toBe("B");
    bench.platform.portOut(0xf2, 4, 0x00050000, 0);
    expect(bench.platform.exitCode).toBe(5);
  });
  test("E9 puts out text and answers E9; F4 ends with a code", () => {
    const bench = new Bench().do([0xe9, 0x48], [0xe9, 0x69], [0xf4, 0x2a]);
    expect([bench.platform.debug.text(), bench.in(0xe9), bench.platform.exitCode]).toEqual(["Hi", 0xe9, 0x2a]);
    expect(new Platform().exitCode).toBe(-1);
  });
  test("of COM1 put out text", () => {
    expect(new Bench().do([0x3f8, 0x4f], [0x3f8, 0x6b]).platform.serial.text()).toBe("Ok");
  });
  test("92 keeps A20, and it and the keyboard controller ask for a reset", () => {
    const bench = new Bench().do([0x92, 2]);
    expect([bench.in(0x92), bench.platform.resetRequested]).toEqual([2, false]);
    expect(bench.do([0x92, 3]).platform.resetRequested).toBe(true);
    expect(new Bench().do([0x64, 0xfe]).platform.resetRequested).toBe(true);
  });
});

describe("interrupts", () => {
  test("all are masked at first, with the vectors that the BIOS leaves", () => {
    const bench = new Bench();
    expect([bench.in(0x21), bench.in(0xa1)]).toEqual([0xfb, 0xff]);
    expect(bench.platform.nextEvent()).toBe(Number.POSITIVE_INFINITY);
    bench.do([0x21, 0xfe]);
    expect(bench.platform.nextEvent()).toBe(65536 * 8);
    bench.do({ until: 65536 * 8 });
    check(bench, 0x08);
  });
  test("the timer's comes at the very tick that was foretold, again and again", () => {
    const bench = new Bench().do(...SETUP);
    for (const expected of [8008, 16008, 24008]) {
      expect(bench.platform.nextEvent()).toBe(expected);
      check(bench.do({ until: expected - 1 }), -1);
      check(bench.do({ until: expected }), 0x20);
      bench.do([0x20, 0x20]);
    }
  });
  test("no event is foretold that the controller would hold back", () => {
    const bench = new Bench().do(...SETUP, { until: 8008 });
    check(bench, 0x20);
    expect(bench.platform.nextEvent()).toBe(Number.POSITIVE_INFINITY);
    bench.do([0x20, 0x20]);
    expect(bench.platform.nextEvent()).toBe(16008);
    bench.do([0x21, 0x01]);
    expect(bench.platform.nextEvent()).toBe(Number.POSITIVE_INFINITY);
  });
  test("a read of the request register sees the timer as it is at that time", () => {
    const bench = new Bench().do(...SETUP);
    expect(bench.platform.portIn(0x20, 1, 8007) & 1).toBe(0);
    expect(bench.platform.portIn(0x20, 1, 8008) & 1).toBe(1);
  });
  test("keys come on IRQ 1, serial bytes on IRQ 4", () => {
    const bench = new Bench().do(...SETUP, [0x3fc, 0x08], [0x3f9, 0x01]);
    bench.platform.input({ kind: "serial", byte: 0x41 });
    bench.platform.input({ kind: "key", code: "KeyA", down: true });
    check(bench, 0x21);
    expect(bench.in(0x60)).toBe(0x1e);
    bench.do([0x20, 0x20]);
    check(bench, 0x24);
    expect([bench.in(0x3fa), bench.in(0x3f8)]).toEqual([0x04, 0x41]);
  });
});

describe("state", () => {
  const busy = () => {
    const bench = new Bench().do(...SETUP, [0xe9, 0x61], [0x3f8, 0x62], { until: 8100 }, [0x92, 0]);
    bench.platform.input({ kind: "key", code: "KeyB", down: true });
    return bench;
  };
  test("is plain data, and another platform goes on from it in the same way", () => {
    const bench = busy();
    const saved = structuredClone(bench.platform.save());
    const other = new Bench();
    other.platform.load(saved);
    other.time = bench.time;
    expect(other.platform.save()).toEqual(saved);
    for (const b of [bench, other]) {
      check(b, 0x20);
      b.do([0x20, 0x20], { until: 16008 });
      check(b, 0x20);
      b.do([0x20, 0x20]);
      check(b, 0x21);
      b.in(0x60);
    }
    expect(other.platform.save()).toEqual(bench.platform.save());
  });
  test("going back shortens the logs, and a replay fills them again", () => {
    const bench = busy();
    const saved = bench.platform.save();
    bench.do([0xe9, 0x78], [0xe9, 0x79]);
    bench.platform.load(saved);
    expect(bench.platform.debug.text()).toBe("a");
    bench.do([0xe9, 0x78]);
    expect(bench.platform.debug.text()).toBe("ax");
  });
  test("does not depend on how often time was told", () => {
    const coarse = new Bench().do(...SETUP, { until: 100_000 }).platform.save();
    const fine = new Bench().do(...SETUP);
    for (let time = 1; time <= 100_000; time++) {
      fine.do({ until: time });
      fine.platform.nextEvent();
    }
    expect(fine.platform.save()).toEqual(coarse);
  });
  test("reset leaves nothing of what was", () => {
    const bench = busy().do([0xf4, 1], [0x64, 0xfe], [0x92, 1]);
    bench.platform.reset();
    expect(bench.platform.save()).toEqual(new Platform().save());
  });
});

describe("a log", () => {
  test("grows, and gives its bytes from any index", () => {
    const log = new OutputLog();
    for (let i = 0; i < 1000; i++) log.append(i);
    expect(log.length).toBe(1000);
    expect([...log.bytes(998)]).toEqual([998 & 255, 999 & 255]);
    expect(log.bytes(2000).length).toBe(0);
  });
  test("counts beyond its limit, but keeps no more", () => {
    const log = new OutputLog();
    log.load(OUTPUT_LOG_LIMIT - 1);
    for (const byte of [1, 2, 3]) log.append(byte);
    expect([log.length, log.bytes().length]).toEqual([OUTPUT_LOG_LIMIT + 2, OUTPUT_LOG_LIMIT]);
  });
  test("decodes UTF-8 as the platform's decoder does, ill-formed bytes included", () => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let seed = 1;
    const interesting = [
      0x41, 0x80, 0xbf, 0xc1, 0xc3, 0xe0, 0xe4, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff,
    ];
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from({ length: 12 }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        return interesting[(seed >>> 16) & 15] as number;
      });
      expect(decodeUtf8(bytes)).toBe(decoder.decode(bytes));
    }
    expect(decodeUtf8(new TextEncoder().encode("a中文😀é".repeat(5000)))).toBe("a中文😀é".repeat(5000));
  });
});
