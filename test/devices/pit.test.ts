import { describe, expect, test } from "vitest";
import { Pit8254, TICKS_PER_PIT_CLOCK } from "../../src/devices/pit8254.ts";

/** A timer whose IRQ 0 is written down as the clocks at which it rises and falls. Times here are PIT clocks. */
class Bench {
  high = false;
  edges: string[] = [];
  now = 0;
  readonly pit = new Pit8254({
    set: (high) => {
      if (high !== this.high) this.edges.push(high ? "rise" : "fall");
      this.high = high;
    },
  });

  at(clock: number): this {
    this.now = clock * TICKS_PER_PIT_CLOCK;
    this.pit.advanceTo(this.now);
    return this;
  }
  out(offset: number, ...values: number[]): this {
    for (const value of values) this.pit.write(offset, value, this.now);
    return this;
  }
  in(offset: number): number {
    return this.pit.read(offset, this.now);
  }
  word(offset: number): number {
    return this.in(offset) | (this.in(offset) << 8);
  }
  status(offset: number): number {
    this.out(3, 0xe0 | (2 << offset));
    return this.in(offset);
  }
  level2(): number {
    return (this.pit.readPort61(this.now) >>> 5) & 1;
  }
}

/** Levels of channel 2's output at clocks `from`.., a digit each. */
function check(bench: Bench, from: number, expected: string): void {
  let levels = "";
  for (let i = 0; i < expected.length; i++) levels += bench.at(from + i).level2();
  expect(levels).toBe(expected);
}

describe("the output of channel 2", () => {
  const gated = () => {
    const bench = new Bench();
    bench.pit.writePort61(1, 0);
    return bench;
  };

  test("mode 0: low from the control word until the count has run out", () => {
    check(gated().at(10).out(3, 0x90).out(2, 3), 10, "0000111111");
  });
  test("mode 0: a low gate stops the count", () => {
    const bench = gated().at(0).out(3, 0x90).out(2, 4);
    bench.at(3).pit.writePort61(0, bench.now);
    check(bench, 3, "0000000");
    bench.at(10).pit.writePort61(1, bench.now);
    check(bench, 10, "0011");
  });
  test("mode 1: low for the count after each rising gate", () => {
    const bench = new Bench().at(0).out(3, 0x92).out(2, 3);
    check(bench, 0, "111");
    bench.pit.writePort61(1, bench.at(5).now);
    check(bench, 5, "10001");
    bench.pit.writePort61(0, bench.at(20).now);
    bench.pit.writePort61(1, bench.at(20).now);
    check(bench, 20, "10");
    bench.pit.writePort61(0, bench.at(22).now);
    bench.pit.writePort61(1, bench.at(22).now);
    check(bench, 22, "00001");
  });
  test("mode 2: low for one clock in every period", () => {
    check(gated().at(0).out(3, 0x94).out(2, 4), 0, "111101110111");
  });
  test("mode 2: a new count takes effect at the end of the period", () => {
    const bench = gated().at(0).out(3, 0x94).out(2, 4).at(2).out(2, 2);
    check(bench, 2, "11010101");
  });
  test("mode 3: a square wave, odd counts one clock longer high", () => {
    check(gated().at(0).out(3, 0x96).out(2, 4), 0, "1110011001");
    check(gated().at(0).out(3, 0x96).out(2, 5), 0, "11110011100");
  });
  test("mode 3: a new count takes effect at the end of the half period", () => {
    const bench = gated().at(0).out(3, 0x96).out(2, 8).at(2).out(2, 4);
    check(bench, 2, "1110011001");
  });
  test("mode 3: a low gate makes it high, a rising one starts afresh", () => {
    const bench = gated().at(0).out(3, 0x96).out(2, 4);
    bench.pit.writePort61(0, bench.at(3).now);
    check(bench, 3, "1111");
    bench.pit.writePort61(1, bench.at(7).now);
    check(bench, 7, "1110011");
  });
  test("mode 4: low for one clock when the count has run out, once", () => {
    check(gated().at(0).out(3, 0x98).out(2, 3), 0, "1111011111");
  });
  test("mode 5: the same after a rising gate", () => {
    const bench = new Bench().at(0).out(3, 0x9a).out(2, 3);
    check(bench, 0, "111111");
    bench.pit.writePort61(1, bench.at(10).now);
    check(bench, 10, "111101111");
  });
});

describe("reading", () => {
  test("a latched count stays until it is read, low byte first", () => {
    const bench = new Bench().out(3, 0x34).out(0, 0x34, 0x12);
    bench.at(5).out(3, 0x00);
    bench.at(9).out(3, 0x00);
    expect(bench.at(20).word(0)).toBe(0x1234 - 4);
    expect(bench.word(0)).toBe(0x1234 - 19);
  });
  test("mode 3 counts by two", () => {
    const bench = new Bench().out(3, 0x36).out(0, 10, 0);
    expect([1, 2, 3, 4, 5, 6, 7, 11].map((clock) => bench.at(clock).word(0))).toEqual([10, 8, 6, 4, 2, 10, 8, 10]);
  });
  test("after the end of modes 0 and 4 it counts on from the top", () => {
    const bench = new Bench().out(3, 0x30).out(0, 2, 0);
    expect([1, 2, 3, 4].map((clock) => bench.at(clock).word(0))).toEqual([2, 1, 0, 0xffff]);
  });
  test("BCD counts in decimal digits, 0 being 10000", () => {
    const bench = new Bench().out(3, 0x35).out(0, 0, 0);
    expect(bench.at(1).word(0)).toBe(0);
    expect(bench.at(2).word(0)).toBe(0x9999);
    expect(bench.at(1 + 8765).word(0)).toBe(0x1235);
  });
  test("one byte only, where the control word says so", () => {
    const bench = new Bench().out(3, 0x14).out(0, 200);
    expect(bench.at(11).in(0)).toBe(190);
    bench.out(3, 0x24).out(0, 2);
    expect(bench.at(11 + 1 + 1).in(0)).toBe(1);
  });
  test("read-back gives output, null count, access, mode and BCD, and status before count", () => {
    const bench = new Bench().out(3, 0x31).out(0, 0x10);
    expect(bench.status(0)).toBe(0x40 | 0x31);
    bench.out(0, 0);
    expect(bench.status(0)).toBe(0x40 | 0x31);
    expect(bench.at(1).status(0)).toBe(0x31);
    bench.at(50).out(3, 0xc2);
    expect(bench.in(0)).toBe(0x80 | 0x31);
    expect(bench.word(0)).toBe(0x9961);
  });
  test("port 61 shows the refresh toggle and what was written", () => {
    const bench = new Bench();
    expect(new Set([0, 20, 40].map((clock) => bench.at(clock).pit.readPort61(bench.now) & 0x10)).size).toBe(2);
    bench.pit.writePort61(0xff, bench.now);
    expect(bench.pit.readPort61(bench.now) & 0xcf).toBe(0x0f);
  });
});

describe("IRQ 0", () => {
  const start = (mode: number, count: number) => {
    const bench = new Bench().out(3, 0x30 | (mode << 1)).out(0, count & 255, count >>> 8);
    bench.edges = [];
    return bench;
  };
  /** Clocks of the first rising edges, found by nextRise alone and checked to be exact. */
  function rises(bench: Bench, count: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < count; i++) {
      const tick = bench.pit.nextRise();
      if (tick === Number.POSITIVE_INFINITY) break;
      bench.pit.advanceTo(tick - 1);
      expect(bench.high).toBe(false);
      bench.pit.advanceTo(tick);
      expect(bench.high).toBe(true);
      found.push(tick / TICKS_PER_PIT_CLOCK);
    }
    return found;
  }

  test("rises at the exact tick in each mode", () => {
    expect(rises(start(0, 100), 3)).toEqual([101]);
    expect(rises(start(2, 100), 3)).toEqual([101, 201, 301]);
    expect(rises(start(3, 100), 3)).toEqual([101, 201, 301]);
    expect(rises(start(3, 7), 3)).toEqual([8, 15, 22]);
    expect(rises(start(4, 100), 3)).toEqual([102]);
    expect(rises(start(1, 100), 3)).toEqual([]);
    expect(rises(start(2, 1), 3)).toEqual([]);
    expect(rises(new Bench(), 2)).toEqual([65536, 131072]);
  });

  test("falls and rises again when many periods pass at once", () => {
    for (const mode of [2, 3]) {
      const bench = start(mode, 10).at(1 + 1000);
      expect(bench.edges.slice(0, 2)).toEqual(["fall", "rise"]);
      expect(bench.edges.length).toBeLessThanOrEqual(4);
      expect(bench.high).toBe(true);
    }
  });

  test("a new count in the middle changes the edge after the next", () => {
    const bench = start(2, 100).at(50).out(0, 20, 0);
    expect(rises(bench, 3)).toEqual([101, 121, 141]);
  });

  test("the moments at which somebody looks change nothing", () => {
    for (const mode of [0, 2, 3, 4]) {
      const program = (bench: Bench, looks: boolean) => {
        bench.out(3, 0x30 | (mode << 1)).out(0, 30, 0);
        for (let clock = 0; clock < 400; clock++) {
          if (looks) bench.at(clock).pit.nextRise();
          if (clock === 95) bench.at(clock).out(0, 17, 0);
          if (clock === 170) bench.at(clock).word(0);
          if (clock === 230) bench.at(clock).out(0, 23, 0);
        }
        return bench.at(400).pit.save();
      };
      expect(program(new Bench(), true)).toEqual(program(new Bench(), false));
    }
  });

  test("a saved state goes on as the original does", () => {
    const bench = start(3, 9).at(44).out(0, 5, 0);
    const saved = structuredClone(bench.pit.save());
    const expected = rises(bench, 5);
    const other = new Bench();
    other.pit.load(saved);
    other.high = saved.output0;
    expect(rises(other, 5)).toEqual(expected);
  });
});
